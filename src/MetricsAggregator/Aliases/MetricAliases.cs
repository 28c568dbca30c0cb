using System.Text;
using DynamoAspire.Metrics.Merging;
using DynamoAspire.Metrics.Model;
using DynamoAspire.MetricsAggregator.Options;
using DynamoAspire.MetricsAggregator.Relabeling;

namespace DynamoAspire.MetricsAggregator.Aliases;

/// <summary>
/// Serves metrics that were renamed under their other name too, so that one dashboard fits engines of several versions. A series that is there under the other name already is never
/// made a second time. One thread at a time.
/// </summary>
internal sealed class MetricAliases
{
    /// <summary>Old and new name, as families are named (counters without <c>_total</c>).</summary>
    internal static readonly (string Old, string New)[] Renamed =
    [
        ("vllm:gpu_cache_usage_perc", "vllm:kv_cache_usage_perc"),
        ("vllm:gpu_prefix_cache_queries", "vllm:prefix_cache_queries"),
        ("vllm:gpu_prefix_cache_hits", "vllm:prefix_cache_hits"),
        ("vllm:time_per_output_token_seconds", "vllm:inter_token_latency_seconds"),
        ("dynamo_component_kvstats_total_blocks", "dynamo_component_total_blocks"),
        ("dynamo_component_kvstats_gpu_cache_usage_percent", "dynamo_component_gpu_cache_usage_percent"),
        ("dynamo_frontend_cached_sequence_length", "dynamo_frontend_cached_tokens"),
    ];

    private static readonly MergeSource s_real = new("sources", "sources");
    private static readonly MergeSource s_aliases = new("aliases", "aliases");
    private readonly (byte[] From, byte[] To)[] _pairs;
    private readonly Dictionary<Series, Series> _series = [];
    private readonly Dictionary<FamilyHeader, FamilyHeader> _headers = [];
    private readonly FamilyMerge _merge = new();
    private readonly MetricSnapshot _real = new();
    private readonly MetricSnapshot _made = new();

    public MetricAliases(AliasMode mode)
    {
        var pairs = new List<(string, string)>();
        foreach (var (old, current) in Renamed)
        {
            if (mode is AliasMode.New or AliasMode.Both)
            {
                pairs.Add((old, current));
            }

            if (mode is AliasMode.Old or AliasMode.Both)
            {
                pairs.Add((current, old));
            }
        }

        _pairs = [.. pairs.Select(p => (Encoding.UTF8.GetBytes(p.Item1), Encoding.UTF8.GetBytes(p.Item2)))];
    }

    /// <summary>Adds the aliases to what was collected.</summary>
    public void Apply(MetricSnapshot snapshot)
    {
        _made.Clear();
        for (var i = 0; i < snapshot.FamilyCount; i++)
        {
            foreach (var (from, to) in _pairs)
            {
                if (snapshot[i].Header.Name.SequenceEqual(from))
                {
                    Copy(snapshot[i], from.Length, to);
                }
            }
        }

        if (_made.SampleCount == 0)
        {
            return;
        }

        // The merge keeps the first of two equal series, and that is the real one.
        _real.Clear();
        snapshot.CopyTo(_real);
        _merge.Clear();
        _merge.Add(_real, s_real);
        _merge.Add(_made, s_aliases);
        _merge.Build(snapshot);
        _merge.Clear();
        _real.Clear();
        if (_series.Count > 1024 + (_made.SampleCount * 2))
        {
            _series.Clear();
        }
    }

    private void Copy(MetricFamily family, int length, byte[] to)
    {
        if (!_headers.TryGetValue(family.Header, out var header))
        {
            if (_headers.Count > 256)
            {
                _headers.Clear();
            }

            header = new FamilyHeader(to, family.Header.Type, family.Header.HasHelp ? family.Header.Help.ToArray() : null, family.Header.HasSuffix);
            _headers.Add(family.Header, header);
        }

        _made.BeginFamily(header);
        foreach (ref readonly var sample in family.Samples)
        {
            if (!_series.TryGetValue(sample.Series, out var alias))
            {
                var bag = SeriesText.ToBag(sample.Series);
                bag.Set(LabelBag.NameLabel, Encoding.UTF8.GetString(to) + bag.Name[length..]);
                _series.Add(sample.Series, alias = bag.ToSeries());
            }

            _made.Add(sample with { Series = alias });
        }
    }
}
