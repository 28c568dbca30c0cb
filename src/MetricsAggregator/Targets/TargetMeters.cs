using System.Collections.Concurrent;
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
    private readonly Gauge _kept;
    private readonly Gauge _bytes;
    private readonly ConcurrentDictionary<(MetricVector<Counter> Vector, string Reason), bool> _used = new();

    public TargetMeters(TargetMetrics metrics, string target, string source)
    {
        _metrics = metrics;
        _target = target;
        _source = source;
        _up = metrics.Up.With(target, source);
        _duration = metrics.Duration.With(target, source);
        _samples = metrics.Samples.With(target, source);
        _kept = metrics.Kept.With(target, source);
        _bytes = metrics.BodyBytes.With(target, source);
    }

    public void Record(TargetResult result)
    {
        _up.Set(result.Up ? 1 : 0);
        _duration.Set(result.Duration.TotalSeconds);
        _samples.Set(result.Samples);
        _kept.Set(result.Up ? result.Kept : 0);
        _bytes.Set(result.Bytes);
        if (!result.Up)
        {
            Count(_metrics.Failures, result.Failure, 1);
        }
    }

    /// <summary>A scrape was answered without it.</summary>
    public void Unfinished()
    {
        _up.Set(0);
        Count(_metrics.Failures, "scrape_deadline", 1);
    }

    public void LimitExceeded(string limit) => Count(_metrics.LimitExceeded, limit, 1);

    public void Skipped(string reason, long count) => Count(_metrics.Skipped, reason, count);

    public void FileSkipped(string reason) => _metrics.FilesSkipped.With(_target, reason).Inc();

    /// <summary>Takes the target's series out: one that is no target any more must not look like one that is down.</summary>
    public void Retire()
    {
        foreach (var vector in (ReadOnlySpan<MetricVector<Gauge>>)[_metrics.Up, _metrics.Duration, _metrics.Samples, _metrics.Kept, _metrics.BodyBytes])
        {
            vector.Remove(_target, _source);
        }

        foreach (var (vector, reason) in _used.Keys)
        {
            vector.Remove(_target, _source, reason);
        }
    }

    private void Count(MetricVector<Counter> vector, string reason, long count)
    {
        _used.TryAdd((vector, reason), true);
        vector.With(_target, _source, reason).Inc(count);
    }
}
