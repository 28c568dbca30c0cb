using DynamoAspire.Metrics.Merging;
using DynamoAspire.Metrics.Model;
using DynamoAspire.MetricsAggregator.Targets;

namespace DynamoAspire.MetricsAggregator.Push;

/// <summary>What a local process pushed last.</summary>
internal sealed class PushedTarget(TargetContext context, string job)
    : Target(context, job, job, SourceKind, "", new MergeSource($"push of {job}", job))
{
    public const string SourceKind = "push";

    private readonly Lock _gate = new();
    private readonly (string, string)[] _labels = [("job", job)];
    private MetricSnapshot _pushed = new();
    private int _bytes;
    private long _at;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, string Value)> Labels => _labels;

    /// <summary>Whether it has been silent for too long.</summary>
    public bool IsExpired(TimeSpan expiry)
    {
        lock (_gate)
        {
            return Time.GetElapsedTime(_at) >= expiry;
        }
    }

    /// <summary>Takes a push in place of the last one. The snapshot is not to be touched any more.</summary>
    public void Replace(MetricSnapshot pushed, int bytes)
    {
        lock (_gate)
        {
            (_pushed, _bytes, _at) = (pushed, bytes, Time.GetTimestamp());
        }
    }

    protected override Task<TargetResult> TryCollectAsync()
    {
        lock (_gate)
        {
            Working.Clear();
            _pushed.CopyTo(Working);
            return Task.FromResult(new TargetResult(true) { Samples = _pushed.SampleCount, Kept = _pushed.SampleCount, Bytes = _bytes });
        }
    }
}
