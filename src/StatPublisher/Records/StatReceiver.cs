using DynamoAspire.Engines.Addresses;
using DynamoAspire.KvEvents.StatRecords;
using DynamoAspire.Messaging.Zmq;
using DynamoAspire.Metrics.Registry;
using DynamoAspire.ServiceDefaults.Hosting;
using DynamoAspire.StatPublisher.Ranks;

namespace DynamoAspire.StatPublisher.Records;

/// <summary>Receives stat records: binds the PULL socket when the service starts, decodes, and hands each record to its rank.</summary>
internal sealed partial class StatReceiver : SupervisedService
{
    /// <summary>A sender that is not configured would otherwise write a line per record.</summary>
    private static readonly TimeSpan s_logInterval = TimeSpan.FromMinutes(5);

    private readonly IZmqSocket _socket;
    private readonly StatPublisherOptions _options;
    private readonly RankTable _ranks;
    private readonly StatMetrics _metrics;
    private readonly ILogger<StatReceiver> _logger;
    private long? _lastUnknownLogged;

    public StatReceiver(IZmqContext context, StatPublisherOptions options, RankTable ranks, StatMetrics metrics, MetricRegistry registry, Supervision supervision, ILogger<StatReceiver> logger)
        : base("stat-receiver", supervision)
    {
        _options = options;
        _ranks = ranks;
        _metrics = metrics;
        _logger = logger;
        _socket = context.CreateSocket(ZmqSocketType.Pull, new ZmqSocketOptions
        {
            ReceiveCapacity = options.ReceiveCapacity,
            ReceiveHighWaterMark = options.ReceiveCapacity,
            MaxMessageBytes = options.MaxRecordBytes,
            MaxFrames = 1,
        });
        registry.Function(StatPublisherMetrics.StatQueueDepth, () => _socket.ReceivePending);
        registry.Gauge(StatPublisherMetrics.StatQueueCapacity).Set(options.ReceiveCapacity);
        registry.Function(StatPublisherMetrics.StatOversizedTotal, () => _socket.Counters.Oversized);
    }

    /// <summary>Where it listens, as resolved; null before the start.</summary>
    public string? Endpoint { get; private set; }

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            Endpoint = await _socket.BindAsync(_options.Listen, cancellationToken);
        }
        catch (ZmqException e) when (e.Error == ZmqError.AddressInUse)
        {
            var owner = ZmqAddress.TryParse(_options.Listen, out var address, out _) && address.IsTcp ? PortOwner.Find(address.Port) : null;
            throw new ServiceStartException(
                $"{_options.Listen}, where engines push their stat records, is taken{(owner is null ? "" : $" by {owner}")}. Stop that process or use another address: --StatPublisher:Listen=tcp://127.0.0.1:PORT (and the same in each engine's StatsUrl).",
                inner: e);
        }
        catch (ZmqException e) when (e.Error != ZmqError.LibraryMissing)
        {
            throw new ServiceStartException($"Cannot listen for stat records at {_options.Listen}: {e.Message} Set StatPublisher:Listen.", inner: e);
        }

        LogListening(_logger, Endpoint, _ranks.Engines.Count);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            using var message = await _socket.ReceiveAsync(stoppingToken);
            Take(message[0].Span);

            // What has queued up is taken without a trip through the scheduler for each.
            while (_socket.TryReceive(out var next))
            {
                using (next)
                {
                    Take(next[0].Span);
                }
            }
        }
    }

    /// <summary>Takes one record; what is wrong with it is counted and never ends the receiver.</summary>
    internal void Take(ReadOnlySpan<byte> payload)
    {
        var status = StatRecordCodec.TryRead(payload, out var record);
        if (status != StatRecordStatus.Ok)
        {
            _metrics.Received(status);
            return;
        }

        if (record.IgnoredFields > 0)
        {
            _metrics.IgnoredFields(record.IgnoredFields);
        }

        if (_ranks.Find(record.Engine) is not { } engine)
        {
            _metrics.ReceivedUnknownEngine();
            LogUnknown(record.Engine, record.Rank);
        }
        else if (engine.FindRank(record.Rank) is not { } rank)
        {
            _metrics.ReceivedUnknownRank();
            LogUnknown(record.Engine, record.Rank);
        }
        else
        {
            rank.Record(record);
        }
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await _socket.DisposeAsync();
    }

    private void LogUnknown(ReadOnlySpan<byte> engine, uint rank)
    {
        if (_lastUnknownLogged is { } last && Time.GetElapsedTime(last) < s_logInterval)
        {
            return;
        }

        _lastUnknownLogged = Time.GetTimestamp();
        var name = string.Concat(System.Text.Encoding.UTF8.GetString(engine[..Math.Min(engine.Length, 128)]).Select(c => char.IsControl(c) ? '?' : c));
        LogUnknownSender(_logger, name, rank);
    }

    [LoggerMessage(EventId = 100, Level = LogLevel.Information, Message = "Listening for stat records at {Endpoint}; {Engines} engine(s) configured")]
    private static partial void LogListening(ILogger logger, string endpoint, int engines);

    [LoggerMessage(EventId = 101, Level = LogLevel.Warning, Message = "Stat records of engine '{Engine}' rank {Rank} are dropped: it is not configured. Add it under Engines:{{i}} (Name, DpStart, DpSize). Told at most every 5 minutes")]
    private static partial void LogUnknownSender(ILogger logger, string engine, uint rank);
}
