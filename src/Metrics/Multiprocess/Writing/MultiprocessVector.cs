using System.Collections.Concurrent;

namespace DynamoAspire.Metrics.Multiprocess.Writing;

/// <summary>
/// One family of this process in the directory. <see cref="With"/> gives the handle of a label set and makes its entries on first use; call it once, keep the handle.
/// A family without labels has its entries from the start. Thread-safe.
/// </summary>
public sealed class MultiprocessVector<T>
    where T : class
{
    private readonly string[] _labelNames;
    private readonly ConcurrentDictionary<string, T> _members = new(StringComparer.Ordinal);
    private readonly Func<(string Name, string Value)[], T> _create;
    private readonly Lock _gate = new();

    internal MultiprocessVector(ReadOnlySpan<string> labelNames, Func<(string Name, string Value)[], T> create)
    {
        _labelNames = labelNames.ToArray();
        _create = create;
        if (_labelNames.Length == 0)
        {
            With();
        }
    }

    /// <summary>The handle of a label set; values stand in the order of the names.</summary>
    public T With(params ReadOnlySpan<string> values)
    {
        if (values.Length != _labelNames.Length)
        {
            throw new ArgumentException($"{_labelNames.Length} label values are needed, {values.Length} were given.", nameof(values));
        }

        var copy = values.ToArray();
        var key = string.Join('\u001f', copy.Select(v => $"{v.Length}:{v}"));
        if (_members.TryGetValue(key, out var found))
        {
            return found;
        }

        // Made twice, both would write to the same entries and each would be right; still, one handle per label set is what callers expect.
        lock (_gate)
        {
            return _members.GetOrAdd(key, _ => _create([.. _labelNames.Zip(copy)]));
        }
    }
}
