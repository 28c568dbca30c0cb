using DynamoAspire.EngineSimulator.Pool;
using DynamoAspire.EngineSimulator.Workload;

namespace DynamoAspire.EngineSimulator.Scheduling;

/// <summary>
/// Continuous batching on one rank, as vLLM does it: running requests first (one token each, or the next part of a prefill), then
/// waiting ones while there is room; when blocks run out the request that came last goes back to the queue. Not thread-safe.
/// </summary>
internal sealed class RankScheduler
{
    private readonly SimulatorOptions _options;
    private readonly int _blockSize;
    private readonly ICacheEvents _events;
    private readonly List<SimulatedRequest> _running = [];
    private readonly LinkedList<SimulatedRequest> _waiting = [];
    private readonly List<ulong> _newHashes = [];

    public RankScheduler(SimulatorOptions options, int blockSize, ICacheEvents events)
    {
        _options = options;
        _blockSize = blockSize;
        _events = events;
        Pool = new BlockPool(options.BlocksPerRank, events);
    }

    public BlockPool Pool { get; }

    public int RunningCount => _running.Count;

    public int WaitingCount => _waiting.Count;

    /// <summary>Queues a request; false when too many wait.</summary>
    public bool TryAdd(SimulatedRequest request)
    {
        if (_waiting.Count >= _options.MaxWaiting)
        {
            return false;
        }

        _waiting.AddLast(request);
        return true;
    }

    /// <summary>One step.</summary>
    /// <param name="now">Simulated time at the end of the step, in seconds.</param>
    /// <param name="report">Emptied and filled.</param>
    public void Step(double now, StepReport report)
    {
        report.Reset();
        var budget = _options.MaxBatchedTokens;
        for (var i = 0; i < _running.Count && budget > 0; i++)
        {
            var request = _running[i];
            var count = Math.Min(budget, request.Known - request.Computed);
            if (!ReserveByPreempting(request, request.Computed + count, report))
            {
                // It was itself the last one and had to go.
                break;
            }

            Advance(request, count, now, report);
            budget -= count;
        }

        if (report.Preemptions == 0)
        {
            Admit(now, ref budget, report);
        }

        foreach (var request in report.Finished)
        {
            _running.Remove(request);
            ReleaseBlocks(request);
        }
    }

    /// <summary>Empties the cache; running requests go back to the queue, as their blocks would no longer be found.</summary>
    public void ClearCache()
    {
        while (_running.Count > 0)
        {
            SendBack(_running[^1]);
        }

        Pool.Clear();
    }

    /// <summary>How many leading full blocks of a prompt are cached now.</summary>
    public int CountCached(ReadOnlySpan<uint> prompt)
    {
        var blocks = prompt.Length / _blockSize;
        ulong? parent = null;
        for (var i = 0; i < blocks; i++)
        {
            var hash = BlockHash.Of(parent, prompt.Slice(i * _blockSize, _blockSize));
            if (!Pool.IsCached(hash))
            {
                return i;
            }

            parent = hash;
        }

        return blocks;
    }

    private void Admit(double now, ref int budget, StepReport report)
    {
        while (budget > 0 && _running.Count < _options.MaxRunning && _waiting.First is { } first)
        {
            var request = first.Value;
            var cached = TouchCached(request);
            var count = Math.Min(budget, request.Known - cached);
            if (!Reserve(request, cached + count))
            {
                ReleaseBlocks(request);
                request.ForgetComputed();
                return;
            }

            _waiting.RemoveFirst();
            _running.Add(request);
            report.PrefixQueries += request.Known;
            report.PrefixHits += cached;
            if (request.ScheduledAt is null)
            {
                request.ScheduledAt = now;
                request.CachedTokens = cached;
            }

            request.Computed = cached;
            Advance(request, count, now, report);
            budget -= count;
        }
    }

    /// <summary>Takes the cached blocks of a request's beginning. The last token is always computed: its result is what is asked for.</summary>
    private int TouchCached(SimulatedRequest request)
    {
        var most = (request.Known - 1) / _blockSize;
        for (var i = 0; i < most && Pool.TryTouch(request.Hash(i, _blockSize), out var block); i++)
        {
            request.Blocks.Add(block);
        }

        request.Committed = request.Blocks.Count;
        return request.Blocks.Count * _blockSize;
    }

    private bool Reserve(SimulatedRequest request, int tokens)
    {
        var needed = ((tokens + _blockSize - 1) / _blockSize) - request.Blocks.Count;
        if (needed > Pool.FreeCount)
        {
            return false;
        }

        for (; needed > 0; needed--)
        {
            Pool.TryAllocate(out var block);
            request.Blocks.Add(block);
        }

        return true;
    }

    private bool ReserveByPreempting(SimulatedRequest request, int tokens, StepReport report)
    {
        while (!Reserve(request, tokens))
        {
            var last = _running[^1];
            report.Preemptions++;
            SendBack(last);
            if (last == request)
            {
                return false;
            }
        }

        return true;
    }

    private void SendBack(SimulatedRequest request)
    {
        _running.Remove(request);
        ReleaseBlocks(request);
        request.ForgetComputed();
        _waiting.AddFirst(request);
    }

    private void Advance(SimulatedRequest request, int count, double now, StepReport report)
    {
        request.Computed += count;
        report.ScheduledTokens += count;
        Commit(request);
        if (request.Computed < request.Known)
        {
            return;
        }

        request.Generated++;
        report.GeneratedTokens++;
        if (request.Generated == 1)
        {
            request.FirstTokenAt = now;
            report.TimesToFirstToken.Add(now - request.ArrivedAt);
            report.PromptTokens += request.PromptLength;
            report.CachedPromptTokens += request.CachedTokens;
        }
        else
        {
            report.InterTokenTimes.Add(now - request.LastTokenAt);
        }

        request.LastTokenAt = now;
        if (request.Generated == request.AnswerLength)
        {
            report.Finished.Add(request);
        }
    }

    /// <summary>Full blocks enter the cache; those that follow each other are one event.</summary>
    private void Commit(SimulatedRequest request)
    {
        var full = request.Computed / _blockSize;
        var runStart = request.Committed;
        for (; request.Committed < full; request.Committed++)
        {
            var index = request.Committed;
            var hash = request.Hash(index, _blockSize);
            request.Blocks[index] = Pool.Commit(request.Blocks[index], hash, out var isNew);
            if (!isNew)
            {
                Tell(request, runStart);
                runStart = index + 1;
                continue;
            }

            _newHashes.Add(hash);
        }

        Tell(request, runStart);
    }

    private void Tell(SimulatedRequest request, int first)
    {
        if (_newHashes.Count == 0)
        {
            return;
        }

        ulong? parent = first == 0 ? null : request.Hash(first - 1, _blockSize);
        _events.Stored(
            System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_newHashes),
            parent,
            request.Tokens.Slice(first * _blockSize, _newHashes.Count * _blockSize));
        _newHashes.Clear();
    }

    /// <summary>Last block first, so that the end of a sequence is evicted before its beginning.</summary>
    private void ReleaseBlocks(SimulatedRequest request)
    {
        for (var i = request.Blocks.Count - 1; i >= 0; i--)
        {
            Pool.Release(request.Blocks[i]);
        }

        request.Blocks.Clear();
    }
}
