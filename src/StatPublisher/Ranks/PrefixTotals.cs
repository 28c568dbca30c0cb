using DynamoAspire.KvEvents.Hashing;
using DynamoAspire.KvEvents.StatRecords;

namespace DynamoAspire.StatPublisher.Ranks;

/// <summary>
/// Prefix-cache queries and hits of one rank, added up over those that count them: with several front ends each sees a part of the steps, and a
/// restarted one begins at 0. Not thread-safe; its rank's lock holds it.
/// </summary>
internal sealed class PrefixTotals
{
    /// <summary>Front ends of one engine that are told apart; of more, the one that was silent longest is forgotten, and counts anew when it returns.</summary>
    public const int MaxSenders = 16;

    private const int SenderBytes = 64;
    private readonly (ulong Sender, ulong Queries, ulong Hits, long Order)[] _last = new (ulong, ulong, ulong, long)[MaxSenders];
    private int _count;
    private long _order;

    /// <summary>Tokens looked up since the rank is known.</summary>
    public ulong Queries { get; private set; }

    /// <summary>Tokens found since the rank is known.</summary>
    public ulong Hits { get; private set; }

    /// <summary>Takes a record; false if it does not say both counters.</summary>
    public bool Observe(in StatRecord record)
    {
        if (record is not { PrefixQueries: { } queries, PrefixHits: { } hits })
        {
            return false;
        }

        var sender = XxHash3.Hash64(record.Sender[..Math.Min(record.Sender.Length, SenderBytes)], 0);
        ref var last = ref Find(sender);

        // A counter that fell began anew: all of it is new.
        var restarted = queries < last.Queries || hits < last.Hits;
        Queries += restarted ? queries : queries - last.Queries;
        Hits += restarted ? hits : hits - last.Hits;
        last = (sender, queries, hits, ++_order);
        return true;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _count = 0;
        Queries = 0;
        Hits = 0;
    }

    private ref (ulong Sender, ulong Queries, ulong Hits, long Order) Find(ulong sender)
    {
        var oldest = 0;
        for (var i = 0; i < _count; i++)
        {
            if (_last[i].Sender == sender)
            {
                return ref _last[i];
            }

            if (_last[i].Order < _last[oldest].Order)
            {
                oldest = i;
            }
        }

        var place = _count < MaxSenders ? _count++ : oldest;
        _last[place] = (sender, 0, 0, 0);
        return ref _last[place];
    }
}
