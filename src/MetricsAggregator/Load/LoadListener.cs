using DynamoAspire.Engines;
using DynamoAspire.KvEvents.EventPlane;
using DynamoAspire.KvEvents.LoadEvents;
using DynamoAspire.Messaging.Nats;
using DynamoAspire.Metrics.Registry;
using DynamoAspire.MetricsAggregator.Options;
using DynamoAspire.ServiceDefaults.Hosting;

namespace DynamoAspire.MetricsAggregator.Load;

/// <summary>
/// Listens to load events (<c>namespace.{ns}.kv_metrics</c>: enveloped MessagePack or JSON, or bare) and withdrawals (<c>namespace.{ns}.kv_metrics_withdrawn</c>).
/// While NATS is away it waits; loads then fall silent and lapse.
/// </summary>
internal sealed class LoadListener : SupervisedService
{
    private readonly INatsConnection _nats;
    private readonly LoadTable _table;
    private readonly string[] _namespaces;
    private readonly Counter _loads;
    private readonly Counter _late;
    private readonly Counter _withdrawals;
    private readonly Counter _malformed;

    public LoadListener(INatsConnection nats, LoadTable table, EngineSet engines, AggregatorOptions options, MetricRegistry registry, Supervision supervision)
        : base("load-listener", supervision)
    {
        _nats = nats;
        _table = table;
        _namespaces = options.LoadNamespaces is { Count: > 0 } configured ? [.. configured.Distinct(StringComparer.Ordinal)]
            : engines.Count > 0 ? [.. engines.Select(e => e.Identity.Namespace).Distinct(StringComparer.Ordinal)]
            : ["*"];
        var events = registry.CounterVector(AggregatorMetrics.LoadEventsTotal);
        _loads = events.With("load");
        _late = events.With("late");
        _withdrawals = events.With("withdrawal");
        _malformed = events.With("malformed");
    }

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        await _nats.WaitForConnectionAsync(stoppingToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var readers = _namespaces
            .SelectMany(n => new[] { ReadAsync(LoadSubjects.Load(n), TakeLoad, stop.Token), ReadAsync(LoadSubjects.Withdrawal(n), TakeWithdrawal, stop.Token) })
            .ToArray();

        // The first to fail ends the others, and all are begun again together.
        await Task.WhenAny(readers);
        await stop.CancelAsync();
        await Task.WhenAll(readers);
    }

    private async Task ReadAsync(string subject, Action<ReadOnlyMemory<byte>, EventEnvelopeReader> take, CancellationToken stoppingToken)
    {
        await using var subscription = await _nats.SubscribeAsync(subject, cancellationToken: stoppingToken);
        var envelopes = new EventEnvelopeReader();
        while (true)
        {
            take((await subscription.ReadAsync(stoppingToken)).Payload, envelopes);
        }
    }

    private void TakeLoad(ReadOnlyMemory<byte> message, EventEnvelopeReader envelopes)
    {
        var isEnveloped = envelopes.TryRead(message.Span, out var envelope);
        var payload = isEnveloped ? envelope.Payload : message.Span;
        if (!LoadEventCodec.TryRead(payload, out var load))
        {
            _malformed.Inc();
            return;
        }

        var taken = _table.Update(load, isEnveloped ? envelope.PublisherId : null, isEnveloped && envelope.PublishedAt > 0 ? envelope.PublishedAt : null);
        (taken ? _loads : _late).Inc();
    }

    private void TakeWithdrawal(ReadOnlyMemory<byte> message, EventEnvelopeReader envelopes)
    {
        if (!LoadEventCodec.TryReadWithdrawal(message.Span, out var withdrawal))
        {
            _malformed.Inc();
            return;
        }

        _withdrawals.Inc();
        _table.Withdraw(withdrawal);
    }
}
