using System.Text;

namespace DynamoAspire.Messaging.Nats;

/// <summary>
/// Headers of a message: few, names compared exactly as sent (NATS keeps their case). Values of one name keep their order; the order of
/// different names is not promised (the C client keeps them in a hash table).
/// Kept as UTF-8, so that a publisher that fills and <see cref="Clear"/>s one object allocates nothing. Not thread-safe.
/// </summary>
public sealed class NatsHeaders
{
    /// <summary>Longest name plus value that can be added, in bytes.</summary>
    public const int MaxPairBytes = 64 * 1024;

    // "NATS/1.0\r\n" before and "\r\n" after the pairs.
    private const int FrameBytes = 12;

    // Pairs as name NUL value NUL, one after another: what C libraries take as it stands.
    private byte[] _bytes = [];
    private Pair[] _pairs = [];
    private int _used;

    /// <summary>Header under which the status of a server's own message appears.</summary>
    public static ReadOnlySpan<byte> StatusUtf8 => "Status"u8;

    /// <summary>Header under which the text of a server's own message appears.</summary>
    public static ReadOnlySpan<byte> DescriptionUtf8 => "Description"u8;

    /// <summary>Number of name/value pairs.</summary>
    public int Count { get; private set; }

    /// <summary>The pairs as NUL-terminated names and values.</summary>
    internal ReadOnlySpan<byte> NulTerminatedPairs => _bytes.AsSpan(0, _used);

    /// <summary>Bytes on the wire; 0 without pairs. Each pair is <c>name ": " value CRLF</c>, which is two bytes more than here with its NULs.</summary>
    internal int WireLength => Count == 0 ? 0 : FrameBytes + _used + (2 * Count);

    /// <summary>Pair at a position, in the order added.</summary>
    public KeyValuePair<string, string> this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            return new(Encoding.UTF8.GetString(Name(index)), Encoding.UTF8.GetString(Value(index)));
        }
    }

    /// <summary>First value of a name, or null.</summary>
    public string? this[string name]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(name);
            for (var i = 0; i < Count; i++)
            {
                if (Ascii.Equals(Name(i), name))
                {
                    return Encoding.UTF8.GetString(Value(i));
                }
            }

            return null;
        }
    }

    /// <summary>First value of a name, as a slice that is valid until the next change.</summary>
    public bool TryGetUtf8(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        for (var i = 0; i < Count; i++)
        {
            if (Name(i).SequenceEqual(name))
            {
                value = Value(i);
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>Adds a pair.</summary>
    /// <exception cref="NatsException">The name is not visible ASCII without colon, or the value holds CR, LF or NUL, or the pair is too long.</exception>
    public NatsHeaders Add(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(value);
        var nameLength = Encoding.UTF8.GetByteCount(name);
        var valueLength = Encoding.UTF8.GetByteCount(value);
        var start = Reserve(nameLength, valueLength);
        Encoding.UTF8.GetBytes(name, _bytes.AsSpan(start));
        Encoding.UTF8.GetBytes(value, _bytes.AsSpan(start + nameLength + 1));
        return Commit(start, nameLength, valueLength);
    }

    /// <summary>Adds a pair given as UTF-8.</summary>
    /// <exception cref="NatsException">As above.</exception>
    public NatsHeaders Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var start = Reserve(name.Length, value.Length);
        name.CopyTo(_bytes.AsSpan(start));
        value.CopyTo(_bytes.AsSpan(start + name.Length + 1));
        return Commit(start, name.Length, value.Length);
    }

    /// <summary>Adds a pair that came over the wire; one that breaks the rules is left out.</summary>
    internal bool TryAdd(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (!IsValid(name, value))
        {
            return false;
        }

        Add(name, value);
        return true;
    }

    /// <summary>Removes all pairs; the memory is kept for the next ones.</summary>
    public void Clear()
    {
        Count = 0;
        _used = 0;
    }

    private ReadOnlySpan<byte> Name(int index) => _bytes.AsSpan(_pairs[index].Start, _pairs[index].NameLength);

    private ReadOnlySpan<byte> Value(int index) => _bytes.AsSpan(_pairs[index].Start + _pairs[index].NameLength + 1, _pairs[index].ValueLength);

    private int Reserve(int nameLength, int valueLength)
    {
        if (nameLength + (long)valueLength > MaxPairBytes)
        {
            throw new NatsException(NatsError.Invalid, $"A header of {nameLength + (long)valueLength} bytes is longer than {MaxPairBytes}.");
        }

        var needed = _used + nameLength + valueLength + 2;
        if (_bytes.Length < needed)
        {
            Array.Resize(ref _bytes, Math.Max(needed, Math.Max(64, _bytes.Length * 2)));
        }

        if (_pairs.Length == Count)
        {
            Array.Resize(ref _pairs, Math.Max(4, Count * 2));
        }

        return _used;
    }

    private NatsHeaders Commit(int start, int nameLength, int valueLength)
    {
        var name = _bytes.AsSpan(start, nameLength);
        var value = _bytes.AsSpan(start + nameLength + 1, valueLength);
        if (!IsValid(name, value))
        {
            throw new NatsException(NatsError.Invalid, $"Header '{Encoding.UTF8.GetString(name)}' is not valid: a name is visible ASCII without ':', a value has no line break and no NUL.");
        }

        _bytes[start + nameLength] = 0;
        _bytes[start + nameLength + 1 + valueLength] = 0;
        _pairs[Count++] = new Pair(start, nameLength, valueLength);
        _used = start + nameLength + valueLength + 2;
        return this;
    }

    private static bool IsValid(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
        !name.IsEmpty
        && name.IndexOfAnyExceptInRange((byte)'!', (byte)'~') < 0
        && !name.Contains((byte)':')
        && value.IndexOfAny((byte)'\r', (byte)'\n', (byte)0) < 0
        && name.Length + (long)value.Length <= MaxPairBytes;

    private readonly record struct Pair(int Start, int NameLength, int ValueLength);
}
