using DynamoAspire.KvEvents.Conversion;
using DynamoAspire.KvEvents.Index;
using DynamoAspire.KvEvents.RouterEvents;
using DynamoAspire.KvEvents.Wire;
using DynamoAspire.Metrics.Components;
using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.KvEventRelay.Telemetry;

/// <summary>
/// Dynamo's own counters of a publisher that reads an engine over ZeroMQ, for one endpoint. Names, labels and help are Dynamo's;
/// all series are there at 0 from the start, and all handles are bound once.
/// </summary>
internal sealed class KvPublisherMetrics
{
    /// <summary>Type of an event that was not understood, beside the three kinds.</summary>
    private const int Ignored = (int)KvEventKind.Cleared + 1;

    private static readonly string[] s_types = ["stored", "removed", "cleared", "ignored"];

    private readonly Counter[] _received;
    private readonly Counter[] _accepted;
    private readonly Counter[,] _filtered = new Counter[s_types.Length, KvFilterReasons.Count];
    private readonly Counter _unknownType;
    private readonly Counter[] _skipped = new Counter[KvSkipReasons.Count];
    private readonly Counter[,] _issues = new Counter[s_types.Length, KvConversionIssues.Count];
    private readonly Counter[,] _suspicious = new Counter[s_types.Length, SuspicionNames.Count];
    private readonly Counter[,] _applied = new Counter[Ignored, KvIndexStatuses.Count];

    public KvPublisherMetrics(MetricRegistry registry)
    {
        var events = registry.CounterVector(KvPublisherDefinitions.KvPublisherZmqEventsTotal);
        var filtered = registry.CounterVector(KvPublisherDefinitions.KvPublisherZmqFilteredEventsTotal);
        var issues = registry.CounterVector(KvPublisherDefinitions.KvPublisherZmqConversionIssuesTotal);
        var suspicious = registry.CounterVector(KvPublisherDefinitions.KvPublisherZmqSuspiciousEventsTotal);
        var applied = registry.CounterVector(KvPublisherDefinitions.KvCacheEventsApplied);
        EnginesDropped = registry.Counter(KvPublisherDefinitions.KvPublisherEnginesDroppedEventsTotal);
        _received = [.. s_types.Select(t => events.With("received", t))];
        _accepted = [.. s_types.Select(t => events.With("accepted", t))];
        _unknownType = filtered.With(s_types[Ignored], "ignored_event");
        foreach (var reason in Enum.GetValues<KvSkipReason>().Where(r => r != KvSkipReason.UnknownType))
        {
            _skipped[(int)reason] = issues.With(s_types[Ignored], KvSkipReasons.Label(reason));
        }

        for (var type = 0; type < Ignored; type++)
        {
            foreach (var reason in Enum.GetValues<KvFilterReason>().Skip(1))
            {
                _filtered[type, (int)reason] = filtered.With(s_types[type], KvFilterReasons.Label(reason));
            }

            foreach (var issue in Enum.GetValues<KvConversionIssue>().Skip(1))
            {
                _issues[type, (int)issue] = issues.With(s_types[type], KvConversionIssues.Label(issue));
            }

            foreach (var suspicion in Enum.GetValues<Suspicion>())
            {
                _suspicious[type, (int)suspicion] = suspicious.With(s_types[type], SuspicionNames.Label(suspicion));
            }

            foreach (var status in Enum.GetValues<KvIndexStatus>())
            {
                _applied[type, (int)status] = applied.With(s_types[type], KvIndexStatuses.Label(status));
            }
        }
    }

    /// <summary>Batches that are lost for good: the engine's buffer does not reach back to them.</summary>
    public Counter EnginesDropped { get; }

    public void Received(KvEventKind kind) => _received[(int)kind].Inc();

    public void Accepted(RouterEventKind kind) => _accepted[(int)kind].Inc();

    public void Filtered(KvEventKind kind, KvFilterReason reason) => _filtered[(int)kind, (int)reason].Inc();

    public void Skipped(KvSkipReason reason)
    {
        _received[Ignored].Inc();
        (reason == KvSkipReason.UnknownType ? _unknownType : _skipped[(int)reason]).Inc();
    }

    public void Issue(KvEventKind kind, KvConversionIssue issue) => _issues[(int)kind, (int)issue].Inc();

    public void Suspicious(KvEventKind kind, Suspicion suspicion) => _suspicious[(int)kind, (int)suspicion].Inc();

    public void Applied(RouterEventKind kind, KvIndexStatus status) => _applied[(int)kind, (int)status].Inc();
}
