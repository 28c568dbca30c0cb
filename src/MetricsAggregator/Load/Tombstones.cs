using DynamoAspire.KvEvents.LoadEvents;

namespace DynamoAspire.MetricsAggregator.Load;

/// <summary>
/// Ranks that were withdrawn a short time ago. A load that was sent before the withdrawal and comes after it must not bring the rank back; one that was sent later must, at once. Not
/// thread-safe.
/// </summary>
/// <remarks>
/// What says which it is: another publisher than the one last heard has begun anew and is newer; else the times at which load and withdrawal were sent, both by the publisher's clock.
/// Where a message says no time, a load counts as late for a tenth of a heartbeat after the withdrawal came, so that a worker that is back is seen with its next heartbeat in any case.
/// </remarks>
internal sealed class Tombstones(TimeProvider time, TimeSpan heartbeat, TimeSpan expiry, int capacity)
{
    private readonly Dictionary<(ulong Worker, uint Rank), Stone> _stones = [];

    /// <summary>Stones there are, at most as many as the capacity.</summary>
    internal int Count => _stones.Count;

    /// <summary>Remembers a withdrawal, and which publisher's loads were heard before it.</summary>
    internal void Add(in LoadWithdrawal withdrawal, ulong? publisher)
    {
        var key = (withdrawal.WorkerId, withdrawal.DpRank);
        publisher ??= _stones.TryGetValue(key, out var before) ? before.Publisher : null;
        if (_stones.Count >= capacity)
        {
            Expire();
        }

        // Beyond the bound a late load may bring its rank back until it misses its heartbeats.
        if (_stones.Count < capacity || _stones.ContainsKey(key))
        {
            _stones[key] = new Stone(time.GetTimestamp(), withdrawal.PublishedAt, publisher);
        }
    }

    /// <summary>Whether a load is older than the withdrawal of its rank. If not, the withdrawal is forgotten.</summary>
    internal bool IsLate(in ActiveLoad load, ulong? publisher, ulong? publishedAt)
    {
        var key = (load.WorkerId, load.DpRank);
        if (!_stones.TryGetValue(key, out var stone))
        {
            return false;
        }

        var age = time.GetElapsedTime(stone.At);
        var late = age <= expiry
            && (publisher is not { } from || stone.Publisher is not { } known || from == known)
            && (publishedAt is { } sent && stone.PublishedAt is { } withdrawn ? sent <= withdrawn : age < heartbeat / 10);
        if (!late)
        {
            _stones.Remove(key);
        }

        return late;
    }

    private void Expire()
    {
        foreach (var (key, stone) in _stones)
        {
            if (time.GetElapsedTime(stone.At) > expiry)
            {
                _stones.Remove(key);
            }
        }
    }

    private readonly record struct Stone(long At, ulong? PublishedAt, ulong? Publisher);
}
