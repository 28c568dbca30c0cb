using System.Numerics;
using System.Runtime.InteropServices;
using DynamoAspire.KvEvents.Hashing;
using DynamoAspire.KvEvents.Index;
using DynamoAspire.KvEvents.RouterEvents;

namespace DynamoAspire.KvEvents.Accounting;

/// <summary>
/// Watches prefix caches from what goes by anyway: events applied and requests asked about. Memory is bounded by the options and the
/// number of worker-ranks. Safe to call from any thread. How much is held, and how much of it twice, the index itself tells
/// (<see cref="PrefixIndex.BlockCount"/>, <see cref="PrefixIndex.NodeCount"/>, <see cref="DuplicateRatio"/>).
/// </summary>
public sealed class KvAccounting
{
    private static readonly double[] s_seconds = [0.1, 0.5, 1, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 21_600, 86_400];
    private static readonly double[] s_blocks = [16, 64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216];

    private readonly Lock _lock = new();
    private readonly KvAccountingOptions _options;
    private readonly TimeProvider _time;
    private readonly ulong _sampleMask;
    private readonly Dictionary<WorkerRank, Account> _accounts = [];
    private readonly KvHistogram.Builder _lifetimes = new(s_seconds);
    private readonly KvHistogram.Builder _distances = new(s_blocks);
    private readonly HotPrefixCounter _hot;
    private Dictionary<ulong, long> _uses = [];
    private Dictionary<ulong, long> _olderUses = [];
    private int _samples;
    private long _asked;
    private long _matched;

    /// <summary>Begins to watch.</summary>
    public KvAccounting(KvAccountingOptions? options = null, TimeProvider? time = null)
    {
        _options = options ?? KvAccountingOptions.Default;
        ArgumentOutOfRangeException.ThrowIfNegative(_options.SampleShift, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_options.SampleShift, 30, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(_options.MaxSamples, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(_options.HotPrefixes, nameof(options));
        _time = time ?? TimeProvider.System;
        _sampleMask = (1UL << _options.SampleShift) - 1;
        _hot = new HotPrefixCounter(_options.HotPrefixes * 8);
    }

    /// <summary>Share of all blocks held that some other worker-rank holds too at the same place: memory spent on holding a prefix again, 0 to 1.</summary>
    public static double DuplicateRatio(PrefixIndex index)
    {
        ArgumentNullException.ThrowIfNull(index);
        var blocks = index.BlockCount;
        return blocks == 0 ? 0 : Math.Clamp(1 - ((double)index.NodeCount / blocks), 0, 1);
    }

    /// <summary>Takes an event that the index applied.</summary>
    public void Applied(RouterEvent routerEvent)
    {
        ArgumentNullException.ThrowIfNull(routerEvent);
        lock (_lock)
        {
            var account = AccountOf(new WorkerRank(routerEvent.WorkerId, routerEvent.DpRank));
            switch (routerEvent.Kind)
            {
                case RouterEventKind.Stored:
                    account.Stored += routerEvent.Blocks.Length;
                    foreach (ref readonly var block in routerEvent.Blocks)
                    {
                        Follow(account, block.BlockHash);
                    }

                    break;
                case RouterEventKind.Removed:
                    account.Removed += routerEvent.RemovedHashes.Length;
                    foreach (var hash in routerEvent.RemovedHashes)
                    {
                        if (IsSample(hash) && account.Born.Remove(hash, out var born))
                        {
                            EndLife(born);
                        }
                    }

                    break;
                default:
                    account.Cleared++;
                    foreach (var born in account.Born.Values)
                    {
                        EndLife(born);
                    }

                    account.Born.Clear();
                    break;
            }
        }
    }

    /// <summary>Takes a request and what the index answered to it.</summary>
    public void Asked(ReadOnlySpan<ulong> tokensHashes, KvMatches matches)
    {
        ArgumentNullException.ThrowIfNull(matches);
        lock (_lock)
        {
            var best = 0;
            foreach (var match in matches.Items)
            {
                AccountOf(match.Worker).Matched += match.Blocks;
                best = Math.Max(best, match.Blocks);
            }

            foreach (var account in _accounts.Values)
            {
                account.Asked += tokensHashes.Length;
            }

            _matched += best;
            ulong sequence = 0;
            for (var i = 0; i < tokensHashes.Length; i++)
            {
                sequence = i == 0 ? tokensHashes[0] : BlockHasher.SequenceHash(sequence, tokensHashes[i]);
                if (BitOperations.IsPow2(i + 1))
                {
                    _hot.Add(sequence, i + 1);
                }

                _asked++;
                if (IsSample(sequence))
                {
                    Use(sequence);
                }
            }
        }
    }

    /// <summary>Forgets a worker-rank.</summary>
    public void RemoveRank(WorkerRank worker)
    {
        lock (_lock)
        {
            if (_accounts.Remove(worker, out var account))
            {
                _samples -= account.Born.Count;
            }
        }
    }

    /// <summary>Everything counted so far.</summary>
    public KvAccountingReport Report()
    {
        lock (_lock)
        {
            return new KvAccountingReport(
                [.. _accounts.OrderBy(a => a.Key).Select(a => new KvWorkerAccount(a.Key, a.Value.Stored, a.Value.Removed, a.Value.Cleared, a.Value.Asked, a.Value.Matched))],
                _lifetimes.Build(), _distances.Build(), _asked, _matched, _hot.Top(_options.HotPrefixes));
        }
    }

    private Account AccountOf(WorkerRank worker)
    {
        ref var account = ref CollectionsMarshal.GetValueRefOrAddDefault(_accounts, worker, out _);
        return account ??= new Account();
    }

    /// <summary>Hashes of engines need not be spread evenly over their lower bits.</summary>
    private bool IsSample(ulong hash) => (((hash * 0x9E3779B97F4A7C15) >> 32) & _sampleMask) == 0;

    private void Follow(Account account, ulong hash)
    {
        if (IsSample(hash) && _samples < _options.MaxSamples && account.Born.TryAdd(hash, _time.GetTimestamp()))
        {
            _samples++;
        }
    }

    private void EndLife(long born)
    {
        _samples--;
        _lifetimes.Observe(_time.GetElapsedTime(born).TotalSeconds);
    }

    private void Use(ulong hash)
    {
        if (_uses.TryGetValue(hash, out var last) || _olderUses.TryGetValue(hash, out last))
        {
            _distances.Observe(_asked - last - 1);
        }

        if (_uses.Count >= _options.MaxSamples / 2 && !_uses.ContainsKey(hash))
        {
            // What was not asked for during a whole half goes.
            (_olderUses, _uses) = (_uses, []);
        }

        _uses[hash] = _asked;
    }

    private sealed class Account
    {
        public long Stored;
        public long Removed;
        public long Cleared;
        public long Asked;
        public long Matched;

        public Dictionary<ulong, long> Born { get; } = [];
    }
}
