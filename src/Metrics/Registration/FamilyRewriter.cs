using System.Text;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Naming;
using DynamoAspire.Metrics.Parsing;

namespace DynamoAspire.Metrics.Registration;

/// <summary>
/// Copies the families that a filter lets through, renamed and with labels added. What it has made of a header or a series it remembers, so that a warm copy allocates nothing.
/// One thread at a time; one rewriter per source, or it would remember what the others have.
/// </summary>
internal sealed class FamilyRewriter
{
    /// <summary>Below this number of remembered series it is not worth looking for stale ones.</summary>
    private const int FewSeries = 1024;

    private readonly FamilyNameFilter _filter;
    private readonly byte[] _prefix;
    private readonly bool _replacePrefix;
    private readonly (byte[] Name, byte[] Value)[] _labels;
    private readonly Dictionary<FamilyHeader, Renamed> _headers = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Series, Series> _series = [];
    private readonly LabelSet _scratch = new();

    internal FamilyRewriter(FamilyNameFilter filter, string? addPrefix, bool replaceMatchedPrefix, (byte[] Name, byte[] Value)[] labels)
    {
        if (!string.IsNullOrEmpty(addPrefix) && !MetricNames.IsValidMetricName(addPrefix))
        {
            throw new ArgumentException($"'{addPrefix}' cannot stand before a metric name ([a-zA-Z_:][a-zA-Z0-9_:]*).", nameof(addPrefix));
        }

        _filter = filter;
        _prefix = Encoding.UTF8.GetBytes(addPrefix ?? "");
        _replacePrefix = replaceMatchedPrefix;
        _labels = labels;
    }

    /// <summary>Clears the destination and fills it.</summary>
    internal void Rewrite(MetricSnapshot source, MetricSnapshot destination)
    {
        destination.Clear();
        destination.MayRepeat = source.MayRepeat;
        var families = 0;
        for (var i = 0; i < source.FamilyCount; i++)
        {
            var family = source[i];
            var renamed = Rename(family.Header);
            if (renamed.Header is null)
            {
                continue;
            }

            families++;
            destination.BeginFamily(renamed.Header);
            if (_labels.Length == 0 && ReferenceEquals(renamed.Header, family.Header))
            {
                destination.AddRange(family.Samples);
                continue;
            }

            foreach (ref readonly var sample in family.Samples)
            {
                destination.Add(sample with { Series = Rewrite(sample.Series, renamed) });
            }
        }

        // Series of workers that are gone would otherwise be remembered for ever.
        if (_series.Count > FewSeries + (2 * destination.SampleCount))
        {
            _series.Clear();
        }

        if (_headers.Count > FewSeries + (2 * source.FamilyCount))
        {
            _headers.Clear();
        }
    }

    private Renamed Rename(FamilyHeader header)
    {
        if (_headers.TryGetValue(header, out var known))
        {
            return known;
        }

        var matched = _filter.Match(header.Name);
        var renamed = new Renamed { Header = header };
        if (matched < 0)
        {
            renamed = default;
        }
        else if (_prefix.Length > 0 && !header.Name.StartsWith(_prefix))
        {
            var drop = _replacePrefix && matched < header.Name.Length ? matched : 0;
            byte[] name = [.. _prefix, .. header.Name[drop..]];
            renamed = new Renamed
            {
                Header = new FamilyHeader(name, header.Type, header.HasHelp ? header.Help.ToArray() : null, header.HasSuffix, header.Unit),
                Drop = drop,
                Add = true,
            };
        }

        _headers.Add(header, renamed);
        return renamed;
    }

    private Series Rewrite(Series series, in Renamed renamed)
    {
        if (_series.TryGetValue(series, out var known))
        {
            return known;
        }

        _scratch.Clear();
        if (series.Text.Length > series.NameLength)
        {
            var labels = new LabelReader(series.Text[(series.NameLength + 1)..^1]);
            while (labels.Read())
            {
                _scratch.Add(labels.Name.ToArray(), labels.Value());
            }
        }

        foreach (var (name, value) in _labels)
        {
            if (_scratch.IndexOf(name) < 0)
            {
                _scratch.Add(name, value);
            }
        }

        // The family decides, not the sample's own name: `a` with the prefix `a_` becomes `a_a`, and its `a_total` has to follow.
        byte[] newName = renamed.Add ? [.. _prefix, .. series.Name[renamed.Drop..]] : series.Name.ToArray();
        known = _scratch.ToSeries(newName);
        _series.Add(series, known);
        return known;
    }

    private struct Renamed
    {
        /// <summary>Null for a family that is held back.</summary>
        public FamilyHeader? Header;
        public int Drop;
        public bool Add;
    }
}
