using System.Text;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Naming;
using DynamoAspire.Metrics.Writing;

namespace DynamoAspire.Metrics.Parsing;

/// <summary>
/// Loads bodies of one target into snapshots: groups samples into families, puts series into their written form, adds labels. What it has seen before it knows again
/// by its bytes, so that the next body of the same target costs no allocation. One thread at a time.
/// </summary>
public sealed class ExpositionLoader
{
    private readonly ExpositionLoaderOptions _options;
    private readonly (byte[] Name, byte[] Value)[] _labels;
    private readonly Dictionary<byte[], KnownSeries> _series = new(Utf8Comparer.Instance);
    private readonly Dictionary<Series, KnownSeries> _written = [];
    private readonly Dictionary<byte[], KnownFamily> _families = new(Utf8Comparer.Instance);
    private readonly long[] _skipped = new long[ExpositionErrorReasons.All.Count + 1];
    private readonly LabelSet _scratch = new();
    private int _stamp;
    private KnownFamily? _current;
    private KnownFamily? _begun;

    /// <summary>Makes a loader for one target.</summary>
    public ExpositionLoader(ExpositionLoaderOptions? options = null)
    {
        _options = options ?? ExpositionLoaderOptions.Default;
        foreach (var (name, _) in _options.Labels)
        {
            if (name is "le" or "quantile" || !MetricNames.IsValidLabelName(name))
            {
                throw new ArgumentException($"Label '{name}' cannot be added: {(name is "le" or "quantile" ? "it belongs to histograms and summaries" : "it is not a label name")}.", nameof(options));
            }
        }

        _labels = [.. _options.Labels.Select(l => (Encoding.UTF8.GetBytes(l.Name), Encoding.UTF8.GetBytes(l.Value)))];
    }

    /// <summary>Lines left out for a reason, over all bodies.</summary>
    public long SkippedTotal(ExpositionErrorReason reason) => Volatile.Read(ref _skipped[(int)reason]);

    /// <summary>Clears the snapshot and fills it with a body.</summary>
    public ExpositionLoadResult Load(ReadOnlySpan<byte> body, ExpositionFormat format, MetricSnapshot destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        destination.Clear();
        _stamp++;
        _current = null;
        _begun = null;
        var first = default(ExpositionError);
        var skipped = 0;
        var reader = new ExpositionReader(body, format, _options.Limits);
        while (reader.Read())
        {
            var reason = Take(ref reader, format, destination);
            if (reason == ExpositionErrorReason.None)
            {
                continue;
            }

            var error = reader.Item == ExpositionItem.Error ? reader.Error : new ExpositionError(reason, reader.Line, 1);
            Interlocked.Increment(ref _skipped[(int)reason]);
            if (_options.Strict || reason.IsLimit())
            {
                destination.Clear();
                return new ExpositionLoadResult(false, error, 0, skipped);
            }

            first = skipped++ == 0 ? error : first;
        }

        Sweep(destination.SampleCount);
        return new ExpositionLoadResult(true, first, destination.SampleCount, skipped);
    }

    private ExpositionErrorReason Take(ref ExpositionReader reader, ExpositionFormat format, MetricSnapshot destination)
    {
        switch (reader.Item)
        {
            case ExpositionItem.Sample:
                return TakeSample(ref reader, format, destination);
            case ExpositionItem.Type:
                return Describe(reader.Name)?.SetType(reader.Type) ?? ExpositionErrorReason.MisplacedMetadata;
            case ExpositionItem.Help:
                return Describe(reader.Name)?.SetHelp(reader.Text) ?? ExpositionErrorReason.MisplacedMetadata;
            case ExpositionItem.Unit:
                return Describe(reader.Name)?.SetUnit(reader.Text) ?? ExpositionErrorReason.MisplacedMetadata;
            case ExpositionItem.Error:
                return reader.Error.Reason;
            default:
                return ExpositionErrorReason.None;
        }
    }

    /// <summary>The family that a metadata line opens or goes on describing; null if its samples have begun.</summary>
    private KnownFamily? Describe(ReadOnlySpan<byte> name)
    {
        var family = Family(name);
        if (family.Stamp != _stamp)
        {
            family.Open(_stamp);
        }
        else if (family.HasSamples)
        {
            return null;
        }

        _current = family;
        return family;
    }

    private ExpositionErrorReason TakeSample(ref ExpositionReader reader, ExpositionFormat format, MetricSnapshot destination)
    {
        var known = Series(ref reader);
        if (known.Stamp == _stamp)
        {
            return ExpositionErrorReason.DuplicateSeries;
        }

        var family = _current;
        if (family is null || !family.Owns(reader.Name, format))
        {
            family = Orphan(reader.Name, format);
        }

        var reason = Begin(family, format, destination);
        if (reason != ExpositionErrorReason.None && _options.Strict)
        {
            return reason;
        }

        known.Stamp = _stamp;
        destination.Add(known.Series, reader.Value, reader.Timestamp);
        return ExpositionErrorReason.None;
    }

    /// <summary>A family for a sample that nobody has announced where it stands: one that was left and is come back to, or unknown.</summary>
    private KnownFamily Orphan(ReadOnlySpan<byte> name, ExpositionFormat format)
    {
        var lookup = _families.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (name.LastIndexOf((byte)'_') is var underscore and > 0
            && lookup.TryGetValue(name[..underscore], out var left) && left.Stamp == _stamp && left.Owns(name, format))
        {
            return left;
        }

        var family = Family(name);
        if (family.Stamp != _stamp)
        {
            family.Open(_stamp);
        }

        return family;
    }

    private ExpositionErrorReason Begin(KnownFamily family, ExpositionFormat format, MetricSnapshot destination)
    {
        if (ReferenceEquals(_begun, family))
        {
            return ExpositionErrorReason.None;
        }

        var again = family.HasSamples;
        _begun = family;
        _current = family;
        family.HasSamples = true;
        destination.BeginFamily(family.Header(format));
        if (again)
        {
            // Two parts of one family: the merge joins them.
            destination.MayRepeat = true;
            return ExpositionErrorReason.InterleavedFamily;
        }

        return ExpositionErrorReason.None;
    }

    private KnownFamily Family(ReadOnlySpan<byte> name)
    {
        var lookup = _families.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (!lookup.TryGetValue(name, out var family))
        {
            family = new KnownFamily(name.ToArray());
            _families.Add(family.Name, family);
        }

        return family;
    }

    private KnownSeries Series(ref ExpositionReader reader)
    {
        var lookup = _series.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (lookup.TryGetValue(reader.RawSeries, out var known))
        {
            return known;
        }

        _scratch.Clear();
        var labels = reader.Labels;
        while (labels.Read())
        {
            _scratch.Set(labels.UnescapedName(), labels.Value());
        }

        foreach (var (name, value) in _labels)
        {
            if (_scratch.IndexOf(name) < 0)
            {
                _scratch.Add(name, value);
            }
        }

        // Two spellings of one series are one series.
        var series = _scratch.ToSeries(LabelReader.Unescape(reader.Name));
        if (!_written.TryGetValue(series, out known))
        {
            known = new KnownSeries(series);
            _written.Add(series, known);
        }

        _series.Add(reader.RawSeries.ToArray(), known);
        return known;
    }

    /// <summary>Forgets what this body did not have, once that is the larger part.</summary>
    private void Sweep(int live)
    {
        if (_series.Count <= 1024 + (live * 2))
        {
            return;
        }

        foreach (var (raw, known) in _series)
        {
            if (known.Stamp != _stamp)
            {
                _series.Remove(raw);
                _written.Remove(known.Series);
            }
        }

        foreach (var (name, family) in _families)
        {
            if (family.Stamp != _stamp)
            {
                _families.Remove(name);
            }
        }
    }

    private sealed class KnownSeries(Series series)
    {
        internal Series Series { get; } = series;

        internal int Stamp { get; set; }
    }
}
