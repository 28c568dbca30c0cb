using DynamoAspire.ServiceDefaults.Hosting;
using DynamoAspire.StatPublisher.Ranks;

namespace DynamoAspire.StatPublisher.Health;

/// <summary>Looks at the health of every engine that has a HealthUrl, and withdraws the ranks of those that are dead or silent.</summary>
internal sealed partial class EngineMonitor : SupervisedService
{
    private readonly StatPublisherOptions _options;
    private readonly RankTable _ranks;
    private readonly StatMetrics _metrics;
    private readonly ILogger<EngineMonitor> _logger;
    private readonly HttpMessageInvoker _client;

    public EngineMonitor(StatPublisherOptions options, RankTable ranks, StatMetrics metrics, Supervision supervision, ILogger<EngineMonitor> logger)
        : base("engine-monitor", supervision)
    {
        _options = options;
        _ranks = ranks;
        _metrics = metrics;
        _logger = logger;

        // A redirect could lead anywhere; the engine's own answer is what counts.
        _client = new HttpMessageInvoker(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5), ConnectTimeout = options.HealthTimeout });
        foreach (var engine in ranks.Engines)
        {
            metrics.State(engine.Engine.Identity, engine.Health?.State ?? EngineState.Ready);
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _client.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override Task RunAsync(CancellationToken stoppingToken) => Task.WhenAll(_ranks.Engines.Select(e => WatchAsync(e, stoppingToken)));

    private async Task WatchAsync(RankTable.EngineEntry engine, CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_options.HealthInterval, Time);
        do
        {
            if (engine is { Health: { } health, Engine.HealthUrl: { } url })
            {
                var failure = await LookAsync(url, stoppingToken);
                if (health.Observe(failure is null))
                {
                    _metrics.State(engine.Engine.Identity, health.State);
                    LogState(_logger, engine.Engine.Name, health.State, failure ?? "healthy");
                }

                if (health.State == EngineState.Dead)
                {
                    Withdraw(engine, r => r.Withdraw(WithdrawalReason.EngineDead), "the engine is dead");
                }
            }

            Withdraw(engine, r => r.WithdrawIfSilent(_options.WithdrawAfter), "no records came");
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Null if healthy, else what was wrong in a few words.</summary>
    private async Task<string?> LookAsync(Uri url, CancellationToken stoppingToken)
    {
        using var limit = new CancellationTokenSource(_options.HealthTimeout, Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stoppingToken);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            using var response = await _client.SendAsync(request, linked.Token);
            return response.IsSuccessStatusCode ? null : $"status {(int)response.StatusCode}";
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            return "no answer in time";
        }
        catch (HttpRequestException e)
        {
            return e.HttpRequestError.ToString();
        }
    }

    private void Withdraw(RankTable.EngineEntry engine, Func<RankState, bool> withdraw, string reason)
    {
        foreach (var rank in engine.Ranks)
        {
            if (withdraw(rank))
            {
                LogWithdrawn(_logger, engine.Engine.Name, rank.Rank.Rank, reason);
            }
        }
    }

    [LoggerMessage(EventId = 110, Level = LogLevel.Information, Message = "Engine {Engine} is {State} ({Reason})")]
    private static partial void LogState(ILogger logger, string engine, EngineState state, string reason);

    [LoggerMessage(EventId = 111, Level = LogLevel.Warning, Message = "The load of engine {Engine} rank {Rank} is withdrawn: {Reason}")]
    private static partial void LogWithdrawn(ILogger logger, string engine, int rank, string reason);
}
