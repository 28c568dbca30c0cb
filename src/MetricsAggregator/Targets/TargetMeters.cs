using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.MetricsAggregator.Targets;

/// <summary>The handles of one target.</summary>
internal sealed class TargetMeters
{
    private readonly TargetMetrics _metrics;
    private readonly string _target;
    private readonly string _source;
    private readonly Gauge _up;
    private readonly Gauge _duration;
    private readonly Gauge _samples;
    private readonly Gauge _bytes;

    public TargetMeters(TargetMetrics metrics, string target, string source)
    {
        _metrics = metrics;
        _target = target;
        _source = source;
        _up = metrics.Up.With(target, source);
        _duration = metrics.Duration.With(target, source);
        _samples = metrics.Samples.With(target, source);
        _bytes = metrics.BodyBytes.With(target, source);
    }

    public void Record(TargetResult result)
    {
        _up.Set(result.Up ? 1 : 0);
        _duration.Set(result.Duration.TotalSeconds);
        _samples.Set(result.Samples);
        _bytes.Set(result.Bytes);
        if (!result.Up)
        {
            _metrics.Failures.With(_target, _source, result.Failure).Inc();
        }
    }

    public void LimitExceeded(string limit) => _metrics.LimitExceeded.With(_target, _source, limit).Inc();

    public void Skipped(string reason, long count) => _metrics.Skipped.With(_target, _source, reason).Inc(count);

    public void FileSkipped(string reason) => _metrics.FilesSkipped.With(_target, reason).Inc();
}
