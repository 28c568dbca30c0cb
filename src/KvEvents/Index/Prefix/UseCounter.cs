namespace DynamoAspire.KvEvents.Index.Prefix;

/// <summary>
/// How often each prefix was matched within a window. Look-ups wait for each other here, but for no event. A prefix is counted up to a
/// bound, and no more prefixes are counted than fit.
/// </summary>
internal sealed class UseCounter(TimeSpan window, TimeProvider time)
{
    public const int MaxUses = 1024;
    public const int MaxPrefixes = 1 << 20;

    /// <summary>Entry of the dictionary, queue and a few uses.</summary>
    private const int BytesPerPrefix = 160;

    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, Queue<long>> _uses = [];
    private long _nextSweep;

    public long MemoryBytes
    {
        get
        {
            lock (_lock)
            {
                return (long)_uses.Count * BytesPerPrefix;
            }
        }
    }

    /// <summary>Adds a use of each depth of a matched prefix, after telling how many there were before.</summary>
    public void Count(ulong rootKey, ReadOnlySpan<ulong> matched, KvMatches destination)
    {
        var now = time.GetTimestamp();
        var oldest = now - (long)(window.TotalSeconds * time.TimestampFrequency);
        lock (_lock)
        {
            if (now >= _nextSweep)
            {
                Sweep(oldest);
                _nextSweep = now + (now - oldest);
            }

            var key = rootKey;
            foreach (var hash in matched)
            {
                key = PathKey.Child(key, hash);
                destination.AddFrequency(Use(key, now, oldest));
            }
        }

        destination.TrimFrequencies();
    }

    private int Use(ulong key, long now, long oldest)
    {
        if (!_uses.TryGetValue(key, out var uses))
        {
            if (_uses.Count >= MaxPrefixes)
            {
                return 0;
            }

            _uses[key] = uses = new Queue<long>(1);
        }

        Expire(uses, oldest);
        var before = uses.Count;
        if (before == MaxUses)
        {
            uses.Dequeue();
        }

        uses.Enqueue(now);
        return before;
    }

    private static void Expire(Queue<long> uses, long oldest)
    {
        while (uses.TryPeek(out var use) && use < oldest)
        {
            uses.Dequeue();
        }
    }

    private void Sweep(long oldest)
    {
        foreach (var (key, uses) in _uses)
        {
            Expire(uses, oldest);
            if (uses.Count == 0)
            {
                _uses.Remove(key);
            }
        }
    }
}
