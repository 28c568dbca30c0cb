using DynamoAspire.Engines;
using DynamoAspire.KvEventRelay.Telemetry;
using DynamoAspire.KvEvents.RouterEvents;
using DynamoAspire.Messaging.JetStream;
using DynamoAspire.Messaging.Nats;
using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.KvEventRelay.Outputs;

/// <summary>JSON router events into the JetStream streams of their components. The lanes share one publisher, and so its bound of messages in flight.</summary>
internal sealed class JetStreamOutput : IEventOutput, IAsyncDisposable
{
    private readonly JetStreamContext _context;
    private readonly RelayOptions _options;
    private readonly TimeSpan _maxAge;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly MetricVector<Counter> _fates;
    private readonly SemaphoreSlim _making = new(1, 1);
    private JetStreamPublisher? _publisher;

    public JetStreamOutput(INatsConnection connection, RelayOptions options, TimeSpan maxAge, MetricRegistry registry, TimeProvider time, ILoggerFactory loggers)
    {
        Connection = connection;
        _context = new JetStreamContext(connection);
        _options = options;
        _maxAge = maxAge;
        _time = time;
        _loggers = loggers;
        _fates = registry.CounterVector(RelayMetrics.KvPublishFatesTotal);
        registry.Function(RelayMetrics.KvPublishInFlightMessages, () => _publisher?.InFlight ?? 0);
        registry.Function(RelayMetrics.KvPublishInFlightCapacity, () => options.MaxInFlight);
        Stored = _fates.With("stored");
        Duplicate = _fates.With("duplicate");
        Undeliverable = _fates.With("undeliverable");
        foreach (var status in Enum.GetValues<JetStreamAckStatus>())
        {
            Failed(status);
        }
    }

    public string Name => "jetstream";

    public INatsConnection Connection { get; }

    public Counter Stored { get; }

    public Counter Duplicate { get; }

    public Counter Undeliverable { get; }

    public ILaneOutput CreateLane(EngineRank rank) => new JetStreamLaneOutput(this, rank, _options, _time, _loggers.CreateLogger<JetStreamLaneOutput>());

    public Counter Failed(JetStreamAckStatus status) => _fates.With(status switch
    {
        JetStreamAckStatus.Stored => "stored",
        JetStreamAckStatus.Timeout => "timeout",
        JetStreamAckStatus.NoResponders => "no_responders",
        JetStreamAckStatus.Disconnected => "disconnected",
        JetStreamAckStatus.Closed => "closed",
        _ => "error",
    });

    /// <summary>Makes the stream where it is missing, as Dynamo does: an existing one is taken as it is.</summary>
    public async ValueTask EnsureStreamAsync(EngineRank rank, CancellationToken cancellationToken)
    {
        var identity = rank.Engine.Identity;
        await _context.GetOrCreateStreamAsync(
            new StreamConfig
            {
                Name = KvEventNames.Stream(identity.Namespace, identity.Component),
                Subjects = [KvEventNames.StreamSubjects(identity.Namespace, identity.Component)],
                MaxAge = _maxAge,
            },
            cancellationToken);
    }

    public async ValueTask<JetStreamPublisher> PublisherAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _publisher) is { } made)
        {
            return made;
        }

        await _making.WaitAsync(cancellationToken);
        try
        {
            return _publisher ??= await _context.CreatePublisherAsync(
                new JetStreamPublisherOptions { MaxInFlight = _options.MaxInFlight, AckTimeout = _options.AckTimeout }, cancellationToken);
        }
        finally
        {
            _making.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_publisher is not null)
        {
            await _publisher.DisposeAsync();
        }

        _making.Dispose();
    }
}
