using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Parsing;

/// <summary>
/// What a strict reading demands of samples beyond their line: values that the type allows, buckets in order and cumulative, metrics in one piece, times that go forward.
/// Follows one body; allocates nothing once its tables have grown.
/// </summary>
/// <remarks>
/// Text 0.0.4 has the rules of histograms and summaries only; metrics of a family may be interleaved there, so that their state is kept until the family ends.
/// </remarks>
internal sealed class ExpositionRules
{
    private readonly GroupTable _groups = new();
    private MetricType _type;
    private bool _openMetrics;
    private bool _hasMetrics;
    private bool _tainted;
    private int _last;

    internal void Begin(bool openMetrics)
    {
        _openMetrics = openMetrics;
        BeginFamily(MetricType.Unknown);
    }

    /// <summary>The next samples are of a family of this type. The one before must have been ended.</summary>
    internal void BeginFamily(MetricType type)
    {
        _groups.Clear();
        _type = type;
        _tainted = false;
        _last = -1;
        _hasMetrics = type is MetricType.Histogram or MetricType.GaugeHistogram
            || (_openMetrics && type is MetricType.Counter or MetricType.Summary or MetricType.StateSet);
        JudgesSamples = _hasMetrics || type is MetricType.Info or MetricType.StateSet or MetricType.Summary;
    }

    /// <summary>A line was left out: what would now be missing is not the family's fault.</summary>
    internal void Taint() => _tainted = true;

    /// <summary>The first thing that is wrong with a metric of the family that ends; called until it gives none.</summary>
    internal ExpositionErrorReason EndFamily(out int line)
    {
        line = 0;
        while (_hasMetrics && !_tainted && _groups.Count > 0 && ++_last < _groups.Count)
        {
            ref var state = ref _groups[_last];
            var reason = state.Finish(_type, _openMetrics);
            if (reason != ExpositionErrorReason.None)
            {
                line = state.Line;
                return reason;
            }
        }

        return ExpositionErrorReason.None;
    }

    /// <summary>Before <see cref="EndFamily"/> is called the first time.</summary>
    internal void StartEnd() => _last = -1;

    /// <summary>Whether what the family's samples say can be wrong by itself.</summary>
    internal bool JudgesSamples { get; private set; }

    /// <summary>Judges a sample of the family begun last.</summary>
    /// <param name="group">The metric that it is of.</param>
    /// <param name="bound">Bound of a bucket.</param>
    /// <param name="role">What it is to the family.</param>
    /// <param name="value">Its value.</param>
    /// <param name="timestamp">Its time.</param>
    /// <param name="line">Where it stands.</param>
    internal ExpositionErrorReason Sample(ulong group, double bound, SampleRole role, double value, long timestamp, int line)
    {
        if (role == SampleRole.Bucket && _last >= 0 && IsNextBucket(ref _groups[_last], group, bound, value, timestamp))
        {
            return ExpositionErrorReason.None;
        }

        var reason = CheckValue(role, value);
        if (reason != ExpositionErrorReason.None || !_hasMetrics)
        {
            return reason;
        }

        if (_last < 0 || _groups[_last].Group != group)
        {
            _last = _groups.Find(group, out var added);
            if (added)
            {
                _groups[_last].Start(group, timestamp);
            }
            else if (_openMetrics)
            {
                return ExpositionErrorReason.InterleavedMetric;
            }
        }

        ref var state = ref _groups[_last];
        state.Line = line;
        if (state.Timestamp != timestamp && _openMetrics)
        {
            reason = NextPoint(ref state, timestamp);
            if (reason != ExpositionErrorReason.None)
            {
                return reason;
            }
        }

        return role switch
        {
            SampleRole.Bucket => Bucket(ref state, bound, value),
            SampleRole.Count => Count(ref state, value),
            SampleRole.Sum or SampleRole.GaugeSum => Sum(ref state, value),
            _ => ExpositionErrorReason.None,
        };
    }

    /// <summary>Nearly all samples of a scrape are buckets that follow one of their metric as they should: those cost a few comparisons.</summary>
    private bool IsNextBucket(ref GroupState state, ulong group, double bound, double value, long timestamp)
    {
        if (state.Group != group || state.Timestamp != timestamp || !state.HasBucket || !(bound > state.LastBound) || !(value >= state.LastBucket) || !IsCount(value) || double.IsPositiveInfinity(bound))
        {
            return false;
        }

        state.LastBound = bound;
        state.LastBucket = value;
        state.HasNegativeBound |= bound < 0;
        return true;
    }

    private ExpositionErrorReason NextPoint(ref GroupState state, long timestamp)
    {
        if (state.Timestamp == Model.Sample.NoTimestamp || timestamp == Model.Sample.NoTimestamp)
        {
            return ExpositionErrorReason.MixedTimestamps;
        }

        if (timestamp < state.Timestamp)
        {
            return ExpositionErrorReason.TimestampOrder;
        }

        var reason = _tainted ? ExpositionErrorReason.None : state.Finish(_type, _openMetrics);
        var line = state.Line;
        state.Start(state.Group, timestamp);
        state.Line = line;
        return reason;
    }

    private ExpositionErrorReason CheckValue(SampleRole role, double value)
    {
        // The older text leaves open what a counter may be; buckets count in both.
        var bad = role switch
        {
            SampleRole.Bucket => !IsCount(value),
            SampleRole.Count => _openMetrics ? !IsCount(value) : !(value >= 0),
            SampleRole.Total => _openMetrics && !(value >= 0),
            SampleRole.Sum => _openMetrics && !(value >= 0),
            SampleRole.GaugeSum => double.IsNaN(value),
            SampleRole.Quantile => _openMetrics && value < 0,
            SampleRole.Info => value != 1,
            SampleRole.State => value is not (0 or 1),
            _ => false,
        };
        return bad ? ExpositionErrorReason.ValueNotAllowed : ExpositionErrorReason.None;
    }

    /// <summary>OpenMetrics wants whole numbers; the older text knows only that nothing is counted backwards.</summary>
    private bool IsCount(double value) => value >= 0 && (!_openMetrics || (value == Math.Floor(value) && double.IsFinite(value)));

    private static ExpositionErrorReason Bucket(ref GroupState state, double bound, double value)
    {
        if (state.HasBucket && !(bound > state.LastBound))
        {
            return ExpositionErrorReason.BucketOrder;
        }

        if (state.HasBucket && value < state.LastBucket)
        {
            return ExpositionErrorReason.BucketsNotCumulative;
        }

        state.HasBucket = true;
        state.LastBound = bound;
        state.LastBucket = value;
        state.HasNegativeBound |= bound < 0;
        if (double.IsPositiveInfinity(bound))
        {
            state.HasInfiniteBucket = true;
            state.InfiniteBucket = value;
        }

        return ExpositionErrorReason.None;
    }

    private static ExpositionErrorReason Count(ref GroupState state, double value)
    {
        state.HasCount = true;
        state.Count = value;
        return ExpositionErrorReason.None;
    }

    private static ExpositionErrorReason Sum(ref GroupState state, double value)
    {
        state.HasSum = true;
        state.HasNegativeSum = value < 0;
        return ExpositionErrorReason.None;
    }
}
