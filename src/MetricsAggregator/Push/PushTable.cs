using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Parsing;
using DynamoAspire.Metrics.Registry;
using DynamoAspire.Metrics.Writing;
using DynamoAspire.MetricsAggregator.Options;
using DynamoAspire.MetricsAggregator.Targets;

namespace DynamoAspire.MetricsAggregator.Push;

/// <summary>What local processes have pushed, by job; each push takes the place of the last, and what is not pushed again lapses. Thread-safe.</summary>
internal sealed class PushTable
{
    private readonly SortedDictionary<string, PushedTarget> _jobs = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly AggregatorOptions _options;
    private readonly TargetContext _context;
    private readonly MetricVector<Counter> _pushes;

    public PushTable(AggregatorOptions options, TargetContext context, MetricRegistry registry)
    {
        _options = options;
        _context = context;
        _pushes = registry.CounterVector(AggregatorMetrics.PushesTotal);
        foreach (var outcome in Enum.GetValues<PushOutcome>())
        {
            _pushes.With(Name(outcome));
        }

        registry.Function(AggregatorMetrics.PushedJobs, () => Targets.Count);
        registry.Function(AggregatorMetrics.PushedJobsCapacity, () => options.MaxPushedJobs);
    }

    /// <summary>Jobs that have not lapsed.</summary>
    public IReadOnlyList<PushedTarget> Targets
    {
        get
        {
            lock (_gate)
            {
                Expire();
                return [.. _jobs.Values];
            }
        }
    }

    /// <summary>Takes a body; it is taken whole or not at all.</summary>
    public PushOutcome Put(string job, ReadOnlySpan<byte> body, ExpositionFormat format, out string problem)
    {
        var loader = new ExpositionLoader(new ExpositionLoaderOptions { Strict = true, Labels = [("job", job)], Limits = _options.Limits with { BodySize = _options.PushBodyLimit } });
        var snapshot = new MetricSnapshot();
        var result = loader.Load(body, format, snapshot);
        problem = result.Succeeded ? "" : result.Error.ToString();
        return Note(!result.Succeeded ? PushOutcome.Malformed : Keep(job, snapshot, body.Length));
    }

    /// <summary>Forgets a job; false if it was not there.</summary>
    public bool Delete(string job)
    {
        lock (_gate)
        {
            Expire();
            if (!_jobs.Remove(job, out var target))
            {
                return false;
            }

            target.Retire();
            return true;
        }
    }

    /// <summary>Counts what became of a push.</summary>
    public PushOutcome Note(PushOutcome outcome)
    {
        _pushes.With(Name(outcome)).Inc();
        return outcome;
    }

    private PushOutcome Keep(string job, MetricSnapshot snapshot, int bytes)
    {
        lock (_gate)
        {
            Expire();
            if (!_jobs.TryGetValue(job, out var target))
            {
                if (_jobs.Count >= _options.MaxPushedJobs)
                {
                    return PushOutcome.TooManyJobs;
                }

                _jobs.Add(job, target = new PushedTarget(_context, job));
            }

            target.Replace(snapshot, bytes);
            return PushOutcome.Taken;
        }
    }

    private void Expire()
    {
        foreach (var (job, target) in _jobs.Where(j => j.Value.IsExpired(_options.PushExpiry)).ToList())
        {
            _jobs.Remove(job);
            target.Retire();
        }
    }

    private static string Name(PushOutcome outcome) => outcome switch
    {
        PushOutcome.Taken => "taken",
        PushOutcome.Malformed => "malformed",
        PushOutcome.TooLarge => "too_large",
        PushOutcome.TooManyJobs => "too_many_jobs",
        _ => "refused",
    };
}
