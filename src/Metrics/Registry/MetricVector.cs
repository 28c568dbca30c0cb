using System.Collections.Concurrent;
using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Registry;

/// <summary>
/// One family with variable labels. <see cref="With"/> gives the handle of a label set and makes it on first use: call it once, keep the handle.
/// </summary>
/// <remarks>
/// Bounded: past <see cref="MaxSeries"/> label sets every new one shares the handle whose labels all say <c>other</c>. Thread-safe.
/// </remarks>
public sealed class MetricVector<T> : IFamilyMembers
    where T : Metric
{
    private const string Overflow = "other";
    private readonly ConcurrentDictionary<string, T> _byValues = new(StringComparer.Ordinal);
    private readonly Func<string[], T> _create;
    private readonly int _labelCount;
    private readonly Lock _gate = new();
    private T[] _members = [];

    internal MetricVector(int labelCount, int maxSeries, Func<string[], T> create)
    {
        _labelCount = labelCount;
        MaxSeries = maxSeries;
        _create = create;
    }

    /// <summary>Most label sets before new ones are counted under <c>other</c>.</summary>
    public int MaxSeries { get; }

    /// <summary>Label sets there are.</summary>
    public int Count => _byValues.Count;

    /// <summary>The handle of a label set; values stand in the order in which the names were registered.</summary>
    public T With(params ReadOnlySpan<string> values)
    {
        if (values.Length != _labelCount)
        {
            throw new ArgumentException($"{_labelCount} label values are needed, {values.Length} were given.", nameof(values));
        }

        var key = Key(values);
        return _byValues.TryGetValue(key, out var found) ? found : Create(key, values.ToArray());
    }

    /// <summary>Takes a label set out of what is reported. A handle that somebody still holds counts into the void.</summary>
    public bool Remove(params ReadOnlySpan<string> values)
    {
        lock (_gate)
        {
            if (!_byValues.TryRemove(Key(values), out var removed))
            {
                return false;
            }

            _members = [.. _members.Where(m => !ReferenceEquals(m, removed))];
            return true;
        }
    }

    /// <summary>Takes all label sets out.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _byValues.Clear();
            _members = [];
        }
    }

    void IFamilyMembers.Fill(MetricSnapshot destination)
    {
        foreach (var member in Volatile.Read(ref _members))
        {
            member.Fill(destination);
        }
    }

    // The unit separator cannot be confused with a value's end unless a value holds it; lengths before the parts rule that out too.
    private static string Key(ReadOnlySpan<string> values) => values.Length switch
    {
        1 => values[0],
        2 => $"{values[0].Length}\u001f{values[0]}\u001f{values[1]}",
        _ => JoinAll(values),
    };

    private static string JoinAll(ReadOnlySpan<string> values)
    {
        var text = new System.Text.StringBuilder();
        foreach (var value in values)
        {
            text.Append(value.Length).Append('\u001f').Append(value);
        }

        return text.ToString();
    }

    private T Create(string key, string[] values)
    {
        lock (_gate)
        {
            if (_byValues.TryGetValue(key, out var found))
            {
                return found;
            }

            if (_byValues.Count >= MaxSeries)
            {
                Array.Fill(values, Overflow);
                key = Key(values);
                if (_byValues.TryGetValue(key, out found))
                {
                    return found;
                }
            }

            var created = _create(values);
            _byValues[key] = created;
            Volatile.Write(ref _members, [.. _members, created]);
            return created;
        }
    }
}
