using DynamoAspire.KvEvents.RouterEvents;

namespace DynamoAspire.KvBench.Index;

/// <summary>Events of chains laid out in the order in which they are applied, so that reading them is no part of what is measured.</summary>
internal sealed class OperationStream
{
    /// <summary>Sequences that grow and shrink side by side, as the requests that an engine runs at once.</summary>
    public const int Interleaved = 256;

    private readonly RouterBlock[] _stored;
    private readonly ulong?[] _parents;
    private readonly ulong[] _removed;
    private readonly int _perEvent;

    public OperationStream(Chains chains)
    {
        _perEvent = chains.PerEvent;
        Events = chains.Sequences * chains.EventsPerSequence;
        _stored = new RouterBlock[Events * _perEvent];
        _removed = new ulong[_stored.Length];
        _parents = new ulong?[Events];
        var routerEvent = new RouterEvent();
        var at = 0;
        for (var first = 0; first < chains.Sequences; first += Interleaved)
        {
            var count = Math.Min(Interleaved, chains.Sequences - first);
            for (var part = 0; part < chains.EventsPerSequence; part++)
            {
                for (var i = first; i < first + count; i++, at++)
                {
                    chains.Stored(chains.Order[i], part, routerEvent);
                    _parents[at] = routerEvent.ParentHash;
                    routerEvent.Blocks.CopyTo(_stored.AsSpan(at * _perEvent));
                    chains.Removed(chains.RemovalOrder[i], chains.EventsPerSequence - 1 - part, routerEvent);
                    routerEvent.RemovedHashes.CopyTo(_removed.AsSpan(at * _perEvent));
                }
            }
        }
    }

    public int Events { get; }

    public int Blocks => _stored.Length;

    public void Stored(int index, RouterEvent routerEvent)
    {
        routerEvent.Reset(RouterEventKind.Stored);
        routerEvent.ParentHash = _parents[index];
        foreach (ref readonly var block in _stored.AsSpan(index * _perEvent, _perEvent))
        {
            routerEvent.AddBlock(block.BlockHash, block.TokensHash);
        }
    }

    public void Removed(int index, RouterEvent routerEvent)
    {
        routerEvent.Reset(RouterEventKind.Removed);
        routerEvent.AddRemoved(_removed.AsSpan(index * _perEvent, _perEvent));
    }
}
