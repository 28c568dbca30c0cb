using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Parsing;

/// <summary>What the samples of one metric have said so far: one set of labels of a family, at one time.</summary>
internal struct GroupState
{
    public ulong Group;
    public int Line;
    public long Timestamp;
    public double LastBound;
    public double LastBucket;
    public double InfiniteBucket;
    public double Count;
    public bool HasBucket;
    public bool HasInfiniteBucket;
    public bool HasNegativeBound;
    public bool HasCount;
    public bool HasSum;
    public bool HasNegativeSum;

    internal void Start(ulong group, long timestamp)
    {
        this = default;
        Group = group;
        Timestamp = timestamp;
    }

    /// <summary>What is wrong with the metric now that nothing more is said of it.</summary>
    internal readonly ExpositionErrorReason Finish(MetricType type, bool openMetrics)
    {
        if (type is MetricType.Histogram or MetricType.GaugeHistogram)
        {
            if (!HasInfiniteBucket && (HasBucket || HasCount || HasSum))
            {
                return ExpositionErrorReason.MissingInfBucket;
            }

            if (HasCount && HasInfiniteBucket && Count != InfiniteBucket)
            {
                return ExpositionErrorReason.CountMismatch;
            }

            if (openMetrics && HasSum && (HasNegativeBound ? type == MetricType.Histogram : HasNegativeSum))
            {
                return HasNegativeBound ? ExpositionErrorReason.SumNotAllowed : ExpositionErrorReason.ValueNotAllowed;
            }

            if (openMetrics && HasSum != HasCount)
            {
                return ExpositionErrorReason.MissingCount;
            }
        }

        return ExpositionErrorReason.None;
    }
}
