using System.Globalization;
using DynamoAspire.Engines;
using DynamoAspire.KvEvents.LoadEvents;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Registry;
using DynamoAspire.MetricsAggregator.Options;

namespace DynamoAspire.MetricsAggregator.Load;

/// <summary>
/// The load of every rank as last heard: what Dynamo's frontends show as worker gauges. A rank that has been silent for three heartbeats, or was withdrawn, is not there. Thread-safe.
/// </summary>
internal sealed class LoadTable : IMetricSource
{
    private static readonly FamilyHeader s_decode = Header(AggregatorMetrics.WorkerActiveDecodeBlocks);
    private static readonly FamilyHeader s_prefill = Header(AggregatorMetrics.WorkerActivePrefillTokens);
    private readonly SortedDictionary<(ulong Worker, uint Rank), Entry> _ranks = [];
    private readonly Tombstones _withdrawals;
    private readonly Lock _gate = new();
    private readonly EngineSet _engines;
    private readonly AggregatorOptions _options;
    private readonly TimeProvider _time;
    private readonly Counter _expired;
    private readonly Counter _withdrawn;
    private readonly Counter _overLimit;

    public LoadTable(EngineSet engines, AggregatorOptions options, MetricRegistry registry, TimeProvider time)
    {
        _engines = engines;
        _options = options;
        _time = time;
        _withdrawals = new Tombstones(time, options.LoadHeartbeat, options.LoadExpiry, options.MaxLoadRanks);
        registry.Function(AggregatorMetrics.LoadRanks, () => Count);
        registry.Function(AggregatorMetrics.LoadRanksCapacity, () => _options.MaxLoadRanks);
        var removed = registry.CounterVector(AggregatorMetrics.LoadRanksRemovedTotal);
        _expired = removed.With("silent");
        _withdrawn = removed.With("withdrawn");
        _overLimit = registry.Counter(AggregatorMetrics.LoadRanksOverLimitTotal);
    }

    /// <summary>Ranks whose load is known.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                Expire();
                return _ranks.Count;
            }
        }
    }

    /// <summary>Takes a load event. Values that it does not report keep their last.</summary>
    /// <param name="load">The load.</param>
    /// <param name="publisher">Who sent it, if it says.</param>
    /// <param name="publishedAt">When, if it says: Unix milliseconds of the sender's clock.</param>
    /// <returns>False if the rank was withdrawn after it had been sent: it is not taken.</returns>
    public bool Update(in ActiveLoad load, ulong? publisher = null, ulong? publishedAt = null)
    {
        lock (_gate)
        {
            if (_withdrawals.IsLate(load, publisher, publishedAt))
            {
                return false;
            }

            if (!_ranks.TryGetValue((load.WorkerId, load.DpRank), out var entry))
            {
                Expire();
                if (_ranks.Count >= _options.MaxLoadRanks)
                {
                    _overLimit.Inc();
                    return true;
                }

                _ranks[(load.WorkerId, load.DpRank)] = entry = new Entry(load.WorkerId, load.DpRank, _engines.FindByWorkerId(load.WorkerId));
            }

            entry.Seen = _time.GetTimestamp();
            entry.DecodeBlocks = load.UsedBlocks ?? entry.DecodeBlocks;
            entry.PrefillTokens = load.ActivePrefillTokens ?? entry.PrefillTokens;
            entry.Publisher = publisher ?? entry.Publisher;
            return true;
        }
    }

    /// <summary>Takes a withdrawal.</summary>
    public void Withdraw(in LoadWithdrawal withdrawal)
    {
        lock (_gate)
        {
            var known = _ranks.Remove((withdrawal.WorkerId, withdrawal.DpRank), out var entry);
            _withdrawals.Add(withdrawal, entry?.Publisher);
            if (known)
            {
                _withdrawn.Inc();
            }
        }
    }

    /// <summary>The ranks with their load, for people.</summary>
    public IReadOnlyList<LoadRow> Rows()
    {
        lock (_gate)
        {
            Expire();
            return [.. _ranks.Values.Select(e => new LoadRow(e.Engine?.Name ?? "", e.WorkerText, e.Rank, e.DecodeBlocks, e.PrefillTokens, _time.GetElapsedTime(e.Seen)))];
        }
    }

    /// <inheritdoc/>
    public void Collect(MetricSnapshot destination)
    {
        destination.Clear();
        lock (_gate)
        {
            Expire();
            Fill(destination, s_decode, static e => (e.DecodeSeries, e.DecodeBlocks));
            Fill(destination, s_prefill, static e => (e.PrefillSeries, e.PrefillTokens));
        }
    }

    private void Fill(MetricSnapshot destination, FamilyHeader header, Func<Entry, (Series, ulong?)> select)
    {
        var begun = false;
        foreach (var entry in _ranks.Values)
        {
            var (series, value) = select(entry);
            if (value is not { } known)
            {
                continue;
            }

            if (!begun)
            {
                destination.BeginFamily(header);
                begun = true;
            }

            destination.Add(series, known);
        }
    }

    private void Expire()
    {
        var now = _time.GetTimestamp();
        List<(ulong, uint)>? gone = null;
        foreach (var (key, entry) in _ranks)
        {
            if (_time.GetElapsedTime(entry.Seen, now) > _options.LoadExpiry)
            {
                (gone ??= []).Add(key);
            }
        }

        foreach (var key in gone ?? [])
        {
            _ranks.Remove(key);
            _expired.Inc();
        }
    }

    private static FamilyHeader Header(MetricDefinition definition) => FamilyHeader.Create(AggregatorMetrics.Frontend.Prefix + definition.Name, definition.Type, definition.Help);

    private sealed class Entry
    {
        public Entry(ulong worker, uint rank, Engine? engine)
        {
            Engine = engine;
            Rank = rank;
            WorkerText = EngineIdentity.FormatWorkerId(worker);
            var labels = new List<KeyValuePair<string, string>>
            {
                new(EngineIdentity.WorkerIdLabel, WorkerText),
                new(EngineIdentity.DpRankLabel, rank.ToString(CultureInfo.InvariantCulture)),

                // Dynamo knows prefill and decode workers; the former are those of the component of that name.
                new("worker_type", engine?.Identity.Component == "prefill" ? "prefill" : "decode"),
            };
            labels.AddRange(engine?.Identity.Labels().Where(l => l.Key != EngineIdentity.WorkerIdLabel) ?? []);
            DecodeSeries = Series.Create(s_decode.DisplayName, [.. labels]);
            PrefillSeries = Series.Create(s_prefill.DisplayName, [.. labels]);
        }

        public Engine? Engine { get; }

        public uint Rank { get; }

        public string WorkerText { get; }

        public Series DecodeSeries { get; }

        public Series PrefillSeries { get; }

        public ulong? Publisher { get; set; }

        public long Seen { get; set; }

        public ulong? DecodeBlocks { get; set; }

        public ulong? PrefillTokens { get; set; }
    }
}
