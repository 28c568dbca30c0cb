using DynamoAspire.KvEvents.RouterEvents;

namespace DynamoAspire.KvBench.Index;

/// <summary>Sequences of blocks with random hashes, cut into events of a few blocks each.</summary>
internal sealed class Chains
{
    private readonly RouterBlock[] _blocks;
    private readonly int _length;

    public Chains(int blocks, int length, int perEvent, int seed)
    {
        var random = new Random(seed);
        _length = length;
        PerEvent = perEvent;
        Sequences = blocks / length;
        _blocks = new RouterBlock[Sequences * length];
        for (var i = 0; i < _blocks.Length; i++)
        {
            _blocks[i] = new RouterBlock((ulong)random.NextInt64(long.MinValue, long.MaxValue), (ulong)random.NextInt64(long.MinValue, long.MaxValue));
        }

        var order = new int[Sequences];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        random.Shuffle(order);
        Order = order;

        // The first fifth to go is taken out of those that came first.
        var early = order[..(Sequences / 5 * 4)];
        random.Shuffle(early);
        var late = early[(Sequences / 5)..].Concat(order[(Sequences / 5 * 4)..]).ToArray();
        random.Shuffle(late);
        RemovalOrder = [.. early[..(Sequences / 5)], .. late];
    }

    public int Sequences { get; }

    public int PerEvent { get; }

    public int EventsPerSequence => _length / PerEvent;

    public int BlocksPerSequence => _length;

    /// <summary>The sequences in random order.</summary>
    public int[] Order { get; }

    /// <summary>Another random order.</summary>
    public int[] RemovalOrder { get; }

    public ReadOnlySpan<RouterBlock> Sequence(int sequence) => _blocks.AsSpan(sequence * _length, _length);

    public void Stored(int sequence, int part, RouterEvent routerEvent)
    {
        routerEvent.Reset(RouterEventKind.Stored);
        var at = (sequence * _length) + (part * PerEvent);
        routerEvent.ParentHash = part == 0 ? null : _blocks[at - 1].BlockHash;
        foreach (ref readonly var block in _blocks.AsSpan(at, PerEvent))
        {
            routerEvent.AddBlock(block.BlockHash, block.TokensHash);
        }
    }

    /// <summary>Leaves first, as engines evict.</summary>
    public void Removed(int sequence, int part, RouterEvent routerEvent)
    {
        routerEvent.Reset(RouterEventKind.Removed);
        var at = (sequence * _length) + (part * PerEvent);
        for (var i = PerEvent - 1; i >= 0; i--)
        {
            routerEvent.AddRemoved(_blocks[at + i].BlockHash);
        }
    }
}
