using System.Text;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Naming;
using DynamoAspire.Metrics.Writing;

namespace DynamoAspire.Metrics.Parsing;

/// <summary>
/// Loads bodies of one target into snapshots: groups samples into families, puts series into their written form, adds labels. What it has seen before it knows again
/// by its bytes, so that the next body of the same target costs no allocation and little time. One thread at a time.
/// </summary>
/// <remarks>
/// Lenient, a bad line is left out and counted by its reason. Strict, the first error fails the body, and every rule of the format counts: see <see cref="ExpositionErrorReason"/>.
/// A breach of a limit fails the body either way.
/// </remarks>
public sealed partial class ExpositionLoader
{
    private readonly ExpositionLoaderOptions _options;
    private readonly (byte[] Name, byte[] Value)[] _labels;
    private readonly Dictionary<byte[], KnownFamily> _families = new(Utf8Comparer.Instance);
    private readonly long[] _skipped = new long[ExpositionErrorReasons.All.Count + 1];
    private readonly LabelSet _scratch = new();
    private readonly ExpositionRules? _rules;
    private List<ExpositionError>? _errors;
    private int _maxErrors;
    private ExpositionFormat _format;
    private ExpositionError _first;
    private int _skippedLines;
    private int _stamp;
    private bool _newFamilies;
    private bool _familiesAreGood;
    private bool _stopped;
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
        _rules = _options.Strict ? new ExpositionRules() : null;
    }

    /// <summary>Lines left out for a reason, over all bodies.</summary>
    public long SkippedTotal(ExpositionErrorReason reason) => Volatile.Read(ref _skipped[(int)reason]);

    /// <summary>Clears the snapshot and fills it with a body.</summary>
    public ExpositionLoadResult Load(ReadOnlySpan<byte> body, ExpositionFormat format, MetricSnapshot destination) => Run(body, format, destination, null, 0);

    /// <summary>Reads a body to its end and lists what is wrong with it, in order of lines, up to a number of errors. For a strict loader; the snapshot holds what was good.</summary>
    public IReadOnlyList<ExpositionError> Check(ReadOnlySpan<byte> body, ExpositionFormat format, MetricSnapshot destination, int maxErrors = 100)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxErrors);
        if (_rules is null)
        {
            throw new InvalidOperationException("Only a strict loader can check.");
        }

        var errors = new List<ExpositionError>();
        Run(body, format, destination, errors, maxErrors);
        return [.. errors.OrderBy(e => e.Line).ThenBy(e => e.Column)];
    }

    private ExpositionLoadResult Run(ReadOnlySpan<byte> body, ExpositionFormat format, MetricSnapshot destination, List<ExpositionError>? errors, int maxErrors)
    {
        ArgumentNullException.ThrowIfNull(destination);
        destination.Clear();
        _errors = errors;
        _maxErrors = maxErrors;
        _format = format;
        _first = default;
        _skippedLines = 0;
        _stamp++;
        _current = null;
        _begun = null;
        _newFamilies = !_familiesAreGood;
        _familiesAreGood = false;
        _stopped = false;
        _lookedUp = false;
        StartMemory(format);
        _rules?.Begin(format == ExpositionFormat.OpenMetrics);
        var reader = new ExpositionReader(body, format, _options.Limits, _options.Strict);
        while (!_stopped)
        {
            if (!TakeKnown(ref reader, destination, out var reason))
            {
                if (!reader.Read())
                {
                    break;
                }

                reason = Take(ref reader, destination);
            }

            if (reason != ExpositionErrorReason.None)
            {
                Report(ErrorAt(ref reader, reason));
            }
        }

        if (!_stopped)
        {
            EndFamily();
            EndBody();
        }

        EndMemory();
        if (_stopped)
        {
            if (errors is null)
            {
                destination.Clear();
            }

            return new ExpositionLoadResult(false, _first, 0, _skippedLines);
        }

        Sweep(destination.SampleCount);
        Settle();
        return new ExpositionLoadResult(true, _first, destination.SampleCount, _skippedLines);
    }

    private static ExpositionError ErrorAt(ref ExpositionReader reader, ExpositionErrorReason reason) =>
        reader.Item == ExpositionItem.Error ? reader.Error : new ExpositionError(reason, reader.Line, 1);

    /// <summary>Counts an error and decides whether reading goes on.</summary>
    private void Report(ExpositionError error)
    {
        if (_stopped)
        {
            return;
        }

        Interlocked.Increment(ref _skipped[(int)error.Reason]);
        _first = _skippedLines == 0 ? error : _first;
        if (_errors is not null)
        {
            _errors.Add(error);
            _rules!.Taint();
            _stopped = error.Reason.IsLimit() || _errors.Count >= _maxErrors;
        }
        else if (_options.Strict || error.Reason.IsLimit())
        {
            _first = error;
            _stopped = true;
            return;
        }

        _skippedLines++;
    }

    private ExpositionErrorReason Take(ref ExpositionReader reader, MetricSnapshot destination)
    {
        switch (reader.Item)
        {
            case ExpositionItem.Sample:
                return TakeSample(ref reader, destination);
            case ExpositionItem.Type or ExpositionItem.Help or ExpositionItem.Unit:
                return TakeMetadata(ref reader);
            case ExpositionItem.Error:
                return reader.Error.Reason;
            default:
                return ExpositionErrorReason.None;
        }
    }

    private ExpositionErrorReason TakeMetadata(ref ExpositionReader reader)
    {
        var family = Family(reader.Name);
        var reason = Describe(family, reader.Line);
        if (reason != ExpositionErrorReason.None)
        {
            return reason;
        }

        reason = reader.Item switch
        {
            ExpositionItem.Type => family.SetType(reader.Type),
            ExpositionItem.Help => family.SetHelp(reader.Text),
            _ => family.SetUnit(reader.Text, reader.Line),
        };
        if (reason == ExpositionErrorReason.None)
        {
            Remember(reader.RawLine, reader.Item, SampleRole.None, family, null);
        }

        return reason;
    }

    /// <summary>A metadata line opens a family or goes on describing it; not once its samples have begun.</summary>
    private ExpositionErrorReason Describe(KnownFamily family, int line)
    {
        if (family.Stamp != _stamp)
        {
            EndFamily();
            _begun = null;
            family.Open(_stamp, line);
        }
        else if (family.HasSamples)
        {
            return ExpositionErrorReason.MisplacedMetadata;
        }
        else if (_rules is not null && _format == ExpositionFormat.OpenMetrics && !ReferenceEquals(_current, family))
        {
            return ExpositionErrorReason.InterleavedFamily;
        }

        _current = family;
        return ExpositionErrorReason.None;
    }

    private ExpositionErrorReason TakeSample(ref ExpositionReader reader, MetricSnapshot destination)
    {
        var known = Series(ref reader);
        if (_labels.Length > 0 && ExceedsLabelLimit(known))
        {
            return ExpositionErrorReason.LabelLimit;
        }

        var family = _current;
        var role = family?.RoleOf(reader.Name, _format) ?? SampleRole.None;
        if (family is null || role == SampleRole.None)
        {
            family = Orphan(reader.Name, reader.Line, out var wasLeft);
            role = family.RoleOf(reader.Name, _format);
            if (role == SampleRole.None)
            {
                return ExpositionErrorReason.WrongSuffix;
            }

            // In OpenMetrics metadata and samples are one block, even if only metadata stood there before.
            if (wasLeft && _rules is not null && _format == ExpositionFormat.OpenMetrics)
            {
                return ExpositionErrorReason.InterleavedFamily;
            }
        }

        if (_rules is not null)
        {
            if (role == SampleRole.Value && family.Type is MetricType.Histogram or MetricType.GaugeHistogram)
            {
                return ExpositionErrorReason.WrongSuffix;
            }

            // What the labels must be by the role is checked once per series; a state's label is named as its family, which its series names too.
            if (known.CheckedAs != (role, _format))
            {
                var bad = SeriesRules.Check(known, role, family.Name, reader.Labels, _format == ExpositionFormat.OpenMetrics);
                if (bad != ExpositionErrorReason.None)
                {
                    return bad;
                }

                known.CheckedAs = (role, _format);
            }

            if (!reader.RawExemplar.IsEmpty && CheckExemplar(role, known, reader.ExemplarValue) is var reason and not ExpositionErrorReason.None)
            {
                return reason;
            }
        }

        var result = Accept(ref reader, known, family, role, destination);
        if (result == ExpositionErrorReason.None)
        {
            Remember(reader.RawSeries, ExpositionItem.Sample, role, family, known);
        }

        return result;
    }

    /// <summary>The reader has counted what the sample says itself; which of the added labels come on top shows only in what was made of both.</summary>
    private bool ExceedsLabelLimit(KnownSeries known)
    {
        if (_options.Limits.Labels <= 0)
        {
            return false;
        }

        var count = 1;
        var labels = known.Series.Labels;
        while (labels.Read())
        {
            count += labels.RawValue.IsEmpty ? 0 : 1;
        }

        return count > _options.Limits.Labels;
    }

    private static ExpositionErrorReason CheckExemplar(SampleRole role, KnownSeries series, double value) => role switch
    {
        SampleRole.Total => ExpositionErrorReason.None,
        SampleRole.Bucket => value <= series.Bound ? ExpositionErrorReason.None : ExpositionErrorReason.ExemplarOutsideBucket,
        _ => ExpositionErrorReason.MisplacedExemplar,
    };

    /// <summary>Takes a sample whose series and role are known.</summary>
    private ExpositionErrorReason Accept(ref ExpositionReader reader, KnownSeries known, KnownFamily family, SampleRole role, MetricSnapshot destination)
    {
        var timestamp = reader.Timestamp;
        if (known.Stamp == _stamp && !IsLaterPoint(known, timestamp))
        {
            return timestamp < known.TimestampIn(_stamp) && timestamp != Sample.NoTimestamp && _format == ExpositionFormat.OpenMetrics
                ? ExpositionErrorReason.TimestampOrder
                : ExpositionErrorReason.DuplicateSeries;
        }

        var reason = Begin(family, destination);
        if (reason != ExpositionErrorReason.None && _options.Strict)
        {
            return reason;
        }

        if (_rules is not null)
        {
            var bad = _rules.Sample(known.Group, known.Bound, role, reader.Value, timestamp, reader.Line);
            if (bad != ExpositionErrorReason.None)
            {
                return bad;
            }
        }

        // Several points of a series are for those who read the snapshot as it is; a merge reports one.
        destination.MayRepeat |= known.Stamp == _stamp;
        known.Stamp = _stamp;
        known.SetTimestamp(timestamp, _stamp);
        destination.Add(new Sample(known.Series, reader.Value, timestamp, known.WithExemplar(reader.RawExemplar)));
        return ExpositionErrorReason.None;
    }

    /// <summary>OpenMetrics may tell several points of one series, in order of time.</summary>
    private bool IsLaterPoint(KnownSeries known, long timestamp) =>
        _format == ExpositionFormat.OpenMetrics && known.TimestampIn(_stamp) != Sample.NoTimestamp && timestamp > known.TimestampIn(_stamp);

    /// <summary>A family for a sample that nobody has announced where it stands: one that was left and is come back to, or unknown.</summary>
    private KnownFamily Orphan(ReadOnlySpan<byte> name, int line, out bool wasLeft)
    {
        wasLeft = true;
        var lookup = _families.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (name.LastIndexOf((byte)'_') is var underscore and > 0
            && lookup.TryGetValue(name[..underscore], out var left) && left.Stamp == _stamp && left.RoleOf(name, _format) != SampleRole.None)
        {
            return left;
        }

        var family = Family(name);
        wasLeft = family.Stamp == _stamp;
        if (!wasLeft)
        {
            family.Open(_stamp, line);
        }

        return family;
    }

    private ExpositionErrorReason Begin(KnownFamily family, MetricSnapshot destination)
    {
        if (ReferenceEquals(_begun, family))
        {
            return ExpositionErrorReason.None;
        }

        var again = family.HasSamples;
        if (again && _options.Strict)
        {
            return ExpositionErrorReason.InterleavedFamily;
        }

        if (_rules is not null)
        {
            // A family without metadata before this one ends here; others have ended with the metadata of this one.
            EndFamily();
            _rules.BeginFamily(family.Type);
        }

        _begun = family;
        _current = family;
        family.HasSamples = true;
        destination.BeginFamily(family.Header(_format));

        // Two parts of one family: the merge joins them.
        destination.MayRepeat |= again;
        return ExpositionErrorReason.None;
    }
}
