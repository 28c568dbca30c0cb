using System.Net;
using System.Net.Sockets;
using DynamoAspire.Engines;
using DynamoAspire.ServiceDefaults.Hosting;

namespace DynamoAspire.KvEventRelay.Lanes;

/// <summary>
/// Says once, in words, that an engine's events cannot be reached: ZeroMQ itself retries for ever in silence, whether the name does not resolve, the port is wrong or the
/// engine has not started.
/// </summary>
internal sealed partial class ConnectionWatch(LaneSet lanes, Supervision supervision, ILogger<ConnectionWatch> logger) : SupervisedService("connection-watch", supervision)
{
    /// <summary>How long a lane may be without a connection before it is said: an engine that starts along with the relay needs a moment.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        var since = lanes.Lanes.ToDictionary(l => l, _ => Time.GetTimestamp());
        var told = new HashSet<Lane>();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), Time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var lane in lanes.Lanes)
            {
                var rank = lane.Rank;
                if (lane.IsConnected)
                {
                    since[lane] = Time.GetTimestamp();
                    if (told.Remove(lane))
                    {
                        LogReached(logger, rank);
                    }
                }
                else if (Time.GetElapsedTime(since[lane]) >= Patience && told.Add(lane))
                {
                    var host = await DescribeHostAsync(rank.KvEventsConnect!, stoppingToken);
                    LogUnreached(logger, rank, rank.KvEventsConnect!, Patience.TotalSeconds, host, rank.Engine.Index);
                }
            }
        }
    }

    private static async Task<string> DescribeHostAsync(string address, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.HostNameType != UriHostNameType.Dns)
        {
            return "";
        }

        try
        {
            await Dns.GetHostAddressesAsync(uri.Host, cancellationToken);
            return "";
        }
        catch (SocketException e)
        {
            return $" The name {uri.Host} does not resolve: {e.Message}.";
        }
    }

    [LoggerMessage(EventId = 140, Level = LogLevel.Warning, Message = "Lane {Lane}: no connection to {Address} for {Seconds} s.{Host} Is the engine running with KV events on, and is Engines:{Index}:KvEvents its address (rank r is at port + r)? Trying on")]
    private static partial void LogUnreached(ILogger logger, EngineRank lane, string address, double seconds, string host, int index);

    [LoggerMessage(EventId = 141, Level = LogLevel.Information, Message = "Lane {Lane}: connected")]
    private static partial void LogReached(ILogger logger, EngineRank lane);
}
