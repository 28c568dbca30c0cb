using DynamoAspire.Engines;
using DynamoAspire.KvEvents.StatRecords;
using DynamoAspire.Messaging.Nats;
using DynamoAspire.Metrics.Registry;
using DynamoAspire.StatPublisher.Health;

namespace DynamoAspire.StatPublisher;

/// <summary>Metrics of the service as a whole, every label set bound at start. Those of single ranks: <see cref="Ranks.RankGauges"/>.</summary>
internal sealed class StatMetrics
{
    private readonly Counter[] _records;
    private readonly Counter _unknownEngine;
    private readonly Counter _unknownRank;
    private readonly Counter _deadEngine;
    private readonly Counter _ignoredFields;
    private readonly Counter _clamped;
    private readonly Counter _notANumber;
    private readonly Counter[] _messages;
    private readonly Counter _withdrawnDead;
    private readonly Counter _withdrawnSilent;
    private readonly MetricVector<Gauge> _state;

    public StatMetrics(MetricRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(registry);
        var records = registry.CounterVector(StatPublisherMetrics.StatRecordsTotal);
        _records = [.. Enum.GetValues<StatRecordStatus>().Select(s => records.With(Word(s)))];
        _unknownEngine = records.With("unknown_engine");
        _unknownRank = records.With("unknown_rank");
        _deadEngine = records.With("dead_engine");
        _ignoredFields = registry.Counter(StatPublisherMetrics.StatIgnoredFieldsTotal);
        var usage = registry.CounterVector(StatPublisherMetrics.StatOddUsageTotal);
        _clamped = usage.With("out_of_range");
        _notANumber = usage.With("not_a_number");
        var messages = registry.CounterVector(StatPublisherMetrics.LoadMessagesTotal);
        _messages = [.. Enum.GetValues<NatsPublishStatus>().Select(s => messages.With(Word(s)))];
        var withdrawals = registry.CounterVector(StatPublisherMetrics.LoadWithdrawalsTotal);
        _withdrawnDead = withdrawals.With("engine_dead");
        _withdrawnSilent = withdrawals.With("silent");
        _state = registry.GaugeVector(StatPublisherMetrics.EngineState);
    }

    public void Received(StatRecordStatus status) => _records[(int)status].Inc();

    public void ReceivedUnknownEngine() => _unknownEngine.Inc();

    public void ReceivedUnknownRank() => _unknownRank.Inc();

    public void ReceivedFromDeadEngine() => _deadEngine.Inc();

    public void IgnoredFields(int count) => _ignoredFields.Inc(count);

    public void UsageClamped() => _clamped.Inc();

    public void UsageNotANumber() => _notANumber.Inc();

    public void Published(NatsPublishStatus status) => _messages[(int)status].Inc();

    public void Withdrawn(WithdrawalReason reason) => (reason == WithdrawalReason.EngineDead ? _withdrawnDead : _withdrawnSilent).Inc();

    public void State(EngineIdentity engine, EngineState state)
    {
        foreach (var each in Enum.GetValues<EngineState>())
        {
            _state.With(engine.Name, engine.Model, engine.WorkerIdText, Word(each)).Set(each == state ? 1 : 0);
        }
    }

    /// <summary>An enum's name as a label value: <c>UnknownVersion</c> is <c>unknown_version</c>.</summary>
    private static string Word<T>(T value)
        where T : struct, Enum => string.Concat(value.ToString().Select((c, i) => char.IsAsciiLetterUpper(c) ? (i == 0 ? "" : "_") + char.ToLowerInvariant(c) : c.ToString()));
}
