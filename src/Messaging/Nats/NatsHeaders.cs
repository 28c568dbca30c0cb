namespace DynamoAspire.Messaging.Nats;

/// <summary>
/// Headers of a message: ordered, few, names compared exactly as sent (NATS keeps their case).
/// Mutable, and reusable by one publisher: <see cref="Clear"/> and fill again. Not thread-safe.
/// </summary>
public sealed class NatsHeaders
{
    private readonly List<KeyValuePair<string, string>> _items = [];

    /// <summary>Number of name/value pairs.</summary>
    public int Count => _items.Count;

    /// <summary>Pair at a position, in the order added.</summary>
    public KeyValuePair<string, string> this[int index] => _items[index];

    /// <summary>First value of a name, or null.</summary>
    public string? this[string name]
    {
        get
        {
            foreach (var item in _items)
            {
                if (string.Equals(item.Key, name, StringComparison.Ordinal))
                {
                    return item.Value;
                }
            }

            return null;
        }
    }

    /// <summary>Adds a pair.</summary>
    /// <exception cref="NatsException">Name or value holds CR or LF, or the name is empty or holds a colon.</exception>
    public NatsHeaders Add(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(value);
        if (name.Length == 0 || name.AsSpan().IndexOfAny(':', '\r', '\n') >= 0 || value.AsSpan().IndexOfAny('\r', '\n') >= 0)
        {
            throw new NatsException(NatsError.Invalid, $"Header '{name}' is not valid: no empty name, no ':' in it, no line break in name or value.");
        }

        _items.Add(new(name, value));
        return this;
    }

    /// <summary>Removes all pairs.</summary>
    public void Clear() => _items.Clear();
}
