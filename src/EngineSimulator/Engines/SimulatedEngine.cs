using DynamoAspire.Engines;
using DynamoAspire.EngineSimulator.Events;
using DynamoAspire.EngineSimulator.Metering;
using DynamoAspire.EngineSimulator.Stats;
using DynamoAspire.Messaging.Zmq;
using DynamoAspire.Metrics.Multiprocess.Writing;

namespace DynamoAspire.EngineSimulator.Engines;

/// <summary>One engine with its sockets, metrics and files. Thread-safe: steps and questions take turns, and so do start, kill and restart.</summary>
internal sealed partial class SimulatedEngine : IAsyncDisposable
{
    private readonly SimulatorOptions _options;
    private readonly IZmqContext _context;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly bool _sharesDirectory;
    private readonly LossInjector[] _losses;
    private readonly SemaphoreSlim _lifecycle = new(1, 1);
    private readonly Lock _gate = new();
    private readonly Queue<ServedPrompt> _served = new();
    private double _requestsPerSecond;
    private int _life = -1;
    private EngineLife? _running;

    public SimulatedEngine(Engine engine, SimulatorOptions options, IZmqContext context, TimeProvider time, ILogger logger, bool sharesDirectory)
    {
        Engine = engine;
        _options = options;
        _context = context;
        _time = time;
        _logger = logger;
        _sharesDirectory = sharesDirectory;
        _requestsPerSecond = options.RequestsPerSecond;
        _losses = [.. engine.Ranks.Select(r => new LossInjector(unchecked((options.Seed * 31) + (engine.Index * 1_009) + r.Rank)))];
    }

    public Engine Engine { get; }

    /// <summary>How it answers over HTTP.</summary>
    public EngineOutage Outage { get; private set; } = EngineOutage.Drop;

    public double RequestsPerSecond
    {
        get => Volatile.Read(ref _requestsPerSecond);
        set => Volatile.Write(ref _requestsPerSecond, value);
    }

    /// <summary>Metrics while it is up.</summary>
    public VllmMetrics? Metrics
    {
        get
        {
            lock (_gate)
            {
                return _running?.Metrics;
            }
        }
    }

    /// <summary>Binds the sockets and starts a new life, unless it is up.</summary>
    /// <exception cref="ZmqException">An address is taken.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _lifecycle.WaitAsync(cancellationToken);
        try
        {
            if (_running is null)
            {
                await BeginAsync(cancellationToken);
            }
        }
        finally
        {
            _lifecycle.Release();
        }
    }

    /// <summary>Ends its life: sockets closed, requests and cache lost.</summary>
    public async Task KillAsync(EngineOutage outage, CancellationToken cancellationToken)
    {
        await _lifecycle.WaitAsync(cancellationToken);
        try
        {
            await EndAsync(outage);
        }
        finally
        {
            _lifecycle.Release();
        }
    }

    /// <summary>Ends its life and starts another at once: sequence numbers begin at 0, pool and replay buffer are empty.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        await _lifecycle.WaitAsync(cancellationToken);
        try
        {
            await EndAsync(EngineOutage.Drop);
            await BeginAsync(cancellationToken);
        }
        finally
        {
            _lifecycle.Release();
        }
    }

    /// <summary>Empties the prefix cache of every rank and says so. False when it is not up.</summary>
    public bool Clear()
    {
        lock (_gate)
        {
            if (_running is null)
            {
                return false;
            }

            foreach (var rank in _running.Core.Ranks)
            {
                rank.Scheduler.ClearCache();
            }

            _running.Publish(Timestamp());
            return true;
        }
    }

    public void SetLoss(double? probability, int? dropNext)
    {
        foreach (var loss in _losses)
        {
            loss.Set(probability, dropNext);
        }
    }

    /// <summary>One scheduler step of every rank.</summary>
    public void Step()
    {
        lock (_gate)
        {
            if (_running is not { } life)
            {
                return;
            }

            life.Core.Step(RequestsPerSecond);
            life.Publish(Timestamp());
            life.Record();
            life.SendStats(Timestamp(), _time.GetTimestamp());
            foreach (var rank in life.Core.Ranks)
            {
                foreach (var request in rank.Report.Finished)
                {
                    Remember(new ServedPrompt(rank.Rank, request.Prompt.ToArray()));
                }
            }
        }
    }

    /// <summary>Prompts answered last, newest first, with the number of leading blocks their rank has cached now.</summary>
    public IReadOnlyList<(ServedPrompt Prompt, int CachedBlocks)> Served(int limit)
    {
        lock (_gate)
        {
            return _running is not { } life ? [] :
                [.. _served.Reverse().Take(limit).Select(p => (p, life.Core.Ranks.First(r => r.Rank == p.Rank).Scheduler.CountCached(p.TokenIds)))];
        }
    }

    /// <summary>What it is doing.</summary>
    public EngineState Describe()
    {
        lock (_gate)
        {
            return EngineState.Of(this, _running, _life, _losses);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync(EngineOutage.Drop, CancellationToken.None);
        _lifecycle.Dispose();
    }

    private double Timestamp() => (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;

    private void Remember(ServedPrompt prompt)
    {
        _served.Enqueue(prompt);
        while (_served.Count > _options.ServedKept)
        {
            _served.Dequeue();
        }
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        var number = _life + 1;
        var core = new EngineCore(Engine, _options, number);
        var publishers = new List<EventPublisher>();
        StatSender? stats = null;
        try
        {
            foreach (var rank in Engine.Ranks)
            {
                publishers.Add(await EventPublisher.StartAsync(rank, _options, _losses[publishers.Count], _context, _logger, cancellationToken));
            }

            stats = Engine.StatsConnect is null ? null : await StatSender.StartAsync(Engine, _context, cancellationToken);
            var life = new EngineLife(core, publishers, stats, new VllmMetrics(Engine, _options, OpenFiles(number)), _options, _time);
            lock (_gate)
            {
                _life = number;
                _running = life;
                Outage = EngineOutage.None;
                _served.Clear();
            }

            LogStarted(Engine.Name, Engine.WorkerId, Engine.Ranks.Count, number);
        }
        catch
        {
            foreach (var publisher in publishers)
            {
                await publisher.DisposeAsync();
            }

            if (stats is not null)
            {
                await stats.DisposeAsync();
            }

            throw;
        }
    }

    private async Task EndAsync(EngineOutage outage)
    {
        EngineLife? ended;
        lock (_gate)
        {
            ended = _running;
            _running = null;
            Outage = outage;
        }

        if (ended is not null)
        {
            await ended.DisposeAsync();
            LogEnded(Engine.Name);
        }
    }

    /// <summary>A new life is a new process to those who read the directory; only where engines share one is the process id not enough.</summary>
    private MultiprocessWriter? OpenFiles(int life)
    {
        if (string.IsNullOrEmpty(Engine.Options.MultiprocDir))
        {
            return null;
        }

        var identifier = MultiprocessWriterOptions.Default.Identifier
            + (_sharesDirectory ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"-{Engine.Index}") : "")
            + (life > 0 ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"-life{life}") : "");
        return new MultiprocessWriter(Engine.Options.MultiprocDir, new MultiprocessWriterOptions { Identifier = identifier, TimeProvider = _time });
    }

    [LoggerMessage(EventId = 110, Level = LogLevel.Information, Message = "Engine {Engine} (worker {WorkerId}, {Ranks} ranks) is up, life {Life}")]
    private partial void LogStarted(string engine, ulong workerId, int ranks, int life);

    [LoggerMessage(EventId = 111, Level = LogLevel.Information, Message = "Engine {Engine} is down")]
    private partial void LogEnded(string engine);
}
