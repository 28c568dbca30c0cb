using DynamoAspire.Metrics.Registry;
using DynamoAspire.MetricsAggregator.Targets;
using DynamoAspire.ServiceDefaults.Hosting;

namespace DynamoAspire.MetricsAggregator.Discovery;

/// <summary>Reads the lists of targets, each at its group's interval. A list that cannot be read leaves what it said last in force, as in Prometheus.</summary>
internal sealed partial class HttpSdService : SupervisedService
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(10);
    private readonly TargetSet _targets;
    private readonly ILogger<HttpSdService> _logger;
    private readonly LogThrottle _throttle;
    private readonly MetricVector<Counter> _reads;

    public HttpSdService(TargetSet targets, MetricRegistry registry, Supervision supervision, ILogger<HttpSdService> logger)
        : base("http-sd", supervision)
    {
        _targets = targets;
        _logger = logger;
        _throttle = new LogThrottle(supervision.Time);
        _reads = registry.CounterVector(AggregatorMetrics.DiscoveryReadsTotal);
        foreach (var group in targets.Groups.Where(g => g.Options.HttpSd.Count > 0))
        {
            _reads.With(group.Options.Name, "ok");
            _reads.With(group.Options.Name, "failed");
        }
    }

    protected override Task RunAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(_targets.Groups.SelectMany(g => g.Options.HttpSd.Select(u => FollowAsync(g, u, stoppingToken))));

    private async Task FollowAsync(ScrapeGroup group, string list, CancellationToken stoppingToken)
    {
        // A list that fails is asked again sooner than the interval, so that a start in the wrong order heals.
        var retry = TimeSpan.FromSeconds(1) < group.Options.RefreshInterval ? TimeSpan.FromSeconds(1) : group.Options.RefreshInterval;
        while (true)
        {
            string? problem;
            try
            {
                problem = await ReadAsync(group, list, stoppingToken);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or UnauthorizedAccessException || (e is OperationCanceledException && !stoppingToken.IsCancellationRequested))
            {
                problem = e is OperationCanceledException ? $"no complete answer within {s_timeout.TotalSeconds:0} s" : e.InnerException is RefusedAddressException refused ? refused.Message : e.Message;
            }

            _reads.With(group.Options.Name, problem is null ? "ok" : "failed").Inc();
            if (problem is not null && _throttle.Pass(list))
            {
                LogFailed(_logger, group.Options.Name, Engines.Configuration.OptionsReader.Shown(list), problem);
            }

            await Task.Delay(problem is null ? group.Options.RefreshInterval : retry, Time, stoppingToken);
            retry = retry * 2 < group.Options.RefreshInterval ? retry * 2 : group.Options.RefreshInterval;
        }
    }

    private async Task<string?> ReadAsync(ScrapeGroup group, string list, CancellationToken stoppingToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        limit.CancelAfter(s_timeout);
        if (!_targets.Resolver.TryResolve(new Uri(list), out var url, out var unknown))
        {
            return unknown;
        }

        using var request = await group.Plan.CreateRequestAsync(url, limit.Token);
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.TryAddWithoutValidation("X-Prometheus-Refresh-Interval-Seconds", group.Options.RefreshInterval.TotalSeconds.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture));
        using var response = await group.Plan.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        if (!response.IsSuccessStatusCode)
        {
            return $"it answered {(int)response.StatusCode} {response.ReasonPhrase}";
        }

        await using var stream = await response.Content.ReadAsStreamAsync(limit.Token);
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await stream.ReadAsync(buffer, limit.Token) is > 0 and var read)
        {
            body.Write(buffer, 0, read);
            if (body.Length > HttpSdReader.MaxBytes)
            {
                return $"it is longer than {HttpSdReader.MaxBytes} bytes";
            }
        }

        if (!HttpSdReader.TryRead(body.GetBuffer().AsMemory(0, (int)body.Length), group.Options, Engines.Configuration.OptionsReader.Shown(list), out var found, out var problem))
        {
            return problem;
        }

        group.Replace(list, found);
        return null;
    }

    [LoggerMessage(EventId = 220, Level = LogLevel.Warning, Message = "The target list of {Job} at {Url} could not be read, what it said last stays: {Problem}")]
    private static partial void LogFailed(ILogger logger, string job, string url, string problem);
}
