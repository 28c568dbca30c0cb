using DynamoAspire.KvEvents.Hashing;
using DynamoAspire.KvEvents.RouterEvents;

namespace DynamoAspire.KvEvents.Index;

/// <summary>
/// An index for engines that send no events: a worker-rank is assumed to hold what was routed to it, for a time. Blocks of one request
/// lapse from the end of the prefix. Safe to call from any thread; look-ups wait for routing decisions here, as both let time pass.
/// </summary>
public sealed class ApproximateIndex
{
    private readonly Lock _lock = new();
    private readonly ApproximateIndexOptions _options;
    private readonly TimeProvider _time;
    private readonly PrefixIndex _index;
    private readonly Dictionary<(WorkerRank Worker, ulong Hash), LinkedListNode<Assumption>> _assumptions = [];
    private readonly LinkedList<Assumption> _order = new();
    private readonly RouterEvent _event = new();
    private ulong[] _hashes = [];

    /// <summary>Makes an empty index.</summary>
    public ApproximateIndex(ApproximateIndexOptions? options = null, TimeProvider? time = null)
    {
        _options = options ?? ApproximateIndexOptions.Default;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(_options.MaxBlocks, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_options.PruneTo, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(_options.PruneTo, nameof(options));
        _time = time ?? TimeProvider.System;
        _index = new PrefixIndex(new KvIndexOptions { ClearScope = KvClearScope.Rank, MaxBlocks = 1 << 30 });
    }

    /// <summary>Blocks assumed over all worker-ranks, lapsed ones that nobody asked about since included.</summary>
    public long BlockCount => _index.BlockCount;

    /// <summary>Takes a routing decision: from now on the worker-rank is assumed to hold these blocks, those it was assumed to hold included.</summary>
    public void Route(WorkerRank worker, ReadOnlySpan<ulong> tokensHashes)
    {
        lock (_lock)
        {
            Lapse();
            if (tokensHashes.IsEmpty)
            {
                return;
            }

            if (_hashes.Length < tokensHashes.Length)
            {
                _hashes = new ulong[tokensHashes.Length * 2];
            }

            BlockHasher.SequenceHashes(tokensHashes, _hashes);
            Begin(worker, RouterEventKind.Stored);
            for (var i = 0; i < tokensHashes.Length; i++)
            {
                _event.AddBlock(_hashes[i], tokensHashes[i]);
            }

            _index.Apply(_event);
            var due = _time.GetTimestamp() + (long)(_options.TimeToLive.TotalSeconds * _time.TimestampFrequency);
            for (var i = tokensHashes.Length - 1; i >= 0; i--)
            {
                Assume(worker, _hashes[i], due);
            }

            Prune();
        }
    }

    /// <summary>Finds who is assumed to hold the leading blocks of a request.</summary>
    public void FindMatches(ReadOnlySpan<ulong> tokensHashes, KvMatches destination, bool earlyExit = false)
    {
        lock (_lock)
        {
            Lapse();
            _index.FindMatches(tokensHashes, destination, earlyExit);
        }
    }

    /// <summary>Forgets a worker with all its ranks.</summary>
    public void RemoveWorker(ulong workerId)
    {
        lock (_lock)
        {
            _index.RemoveWorker(workerId);
            for (var node = _order.First; node is not null;)
            {
                var next = node.Next;
                if (node.Value.Worker.WorkerId == workerId)
                {
                    _assumptions.Remove((node.Value.Worker, node.Value.Hash));
                    _order.Remove(node);
                }

                node = next;
            }
        }
    }

    private void Assume(WorkerRank worker, ulong hash, long due)
    {
        if (_assumptions.TryGetValue((worker, hash), out var node))
        {
            node.ValueRef.Due = due;
            _order.Remove(node);
            _order.AddLast(node);
            return;
        }

        _assumptions.Add((worker, hash), _order.AddLast(new Assumption { Worker = worker, Hash = hash, Due = due }));
    }

    private void Lapse()
    {
        var now = _time.GetTimestamp();
        while (_order.First is { } oldest && oldest.ValueRef.Due <= now)
        {
            Drop(oldest);
        }
    }

    private void Prune()
    {
        if (_index.BlockCount <= _options.MaxBlocks)
        {
            return;
        }

        var target = (long)(_options.MaxBlocks * _options.PruneTo);
        while (_index.BlockCount > target && _order.First is { } oldest)
        {
            Drop(oldest);
        }
    }

    private void Drop(LinkedListNode<Assumption> node)
    {
        var assumption = node.Value;
        _order.Remove(node);
        _assumptions.Remove((assumption.Worker, assumption.Hash));
        Begin(assumption.Worker, RouterEventKind.Removed);
        _event.AddRemoved(assumption.Hash);
        _index.Apply(_event);
    }

    private void Begin(WorkerRank worker, RouterEventKind kind)
    {
        _event.WorkerId = worker.WorkerId;
        _event.DpRank = worker.DpRank;
        _event.Reset(kind);
    }

    private struct Assumption
    {
        public WorkerRank Worker;
        public ulong Hash;
        public long Due;
    }
}
