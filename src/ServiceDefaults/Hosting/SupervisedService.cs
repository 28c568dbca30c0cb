using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DynamoAspire.ServiceDefaults.Hosting;

/// <summary>
/// A background service whose exceptions neither end the process nor pass in silence: it is logged, counted
/// (<c>dynamo_aspire_worker_failures_total</c>), shown by <c>/health</c>, and run again after a wait that doubles from 1 s to 30 s.
/// </summary>
public abstract partial class SupervisedService : BackgroundService
{
    /// <summary>First wait after a failure.</summary>
    public static readonly TimeSpan FirstBackoff = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait after a failure.</summary>
    public static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(30);

    /// <summary>A run of this length counts as healthy again: the next failure starts with the first wait.</summary>
    public static readonly TimeSpan HealthyAfter = TimeSpan.FromMinutes(1);

    private readonly Supervision _supervision;
    private readonly ILogger _logger;

    /// <summary>Makes one.</summary>
    /// <param name="name">Name in logs, metrics and health; one of a closed set.</param>
    /// <param name="supervision">Shared by all services of the process.</param>
    protected SupervisedService(string name, Supervision supervision)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(supervision);
        Name = name;
        _supervision = supervision;
        _logger = supervision.CreateLogger(GetType());
        supervision.Register(name);
    }

    /// <summary>Name in logs, metrics and health.</summary>
    public string Name { get; }

    /// <summary>Clock.</summary>
    protected TimeProvider Time => _supervision.Time;

    /// <summary>Does the work until cancelled. May return early when there is nothing (more) to do; an exception makes it run again later.</summary>
    protected abstract Task RunAsync(CancellationToken stoppingToken);

    /// <inheritdoc/>
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var backoff = FirstBackoff;
        while (!stoppingToken.IsCancellationRequested)
        {
            var started = Time.GetTimestamp();
            try
            {
                // A RunAsync that blocks before its first await must not hold up the start of the whole service.
                await Task.Yield();
                _supervision.Running(Name);
                await RunAsync(stoppingToken);
                return;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                backoff = Time.GetElapsedTime(started) >= HealthyAfter ? FirstBackoff : backoff;
                _supervision.Failed(Name);
                LogFailed(_logger, Name, backoff.TotalSeconds, e);
            }

            try
            {
                await Task.Delay(backoff, Time, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            backoff = backoff * 2 < LongestBackoff ? backoff * 2 : LongestBackoff;
        }
    }

    [LoggerMessage(EventId = 10, Level = LogLevel.Error, Message = "{Worker} failed and runs again in {Seconds} s")]
    private static partial void LogFailed(ILogger logger, string worker, double seconds, Exception exception);
}
