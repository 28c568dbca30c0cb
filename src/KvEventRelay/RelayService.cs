using System.Globalization;
using DynamoAspire.Engines.Configuration;
using DynamoAspire.KvEventRelay.Lanes;
using DynamoAspire.KvEventRelay.Outputs;
using DynamoAspire.KvEventRelay.Queries;
using DynamoAspire.KvEvents.Index;
using DynamoAspire.Messaging.Nats;
using DynamoAspire.Messaging.Zmq;
using DynamoAspire.Metrics.Registry;
using DynamoAspire.ServiceDefaults;
using DynamoAspire.ServiceDefaults.Configuration;
using DynamoAspire.ServiceDefaults.Connections;
using DynamoAspire.ServiceDefaults.Hosting;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DynamoAspire.KvEventRelay;

/// <summary>The relay: what it consists of.</summary>
internal static class RelayService
{
    /// <summary>Dynamo's variable for how long its event streams keep messages, in seconds.</summary>
    internal const string MaxAgeVariable = "DYN_NATS_STREAM_MAX_AGE";

    private static readonly TimeSpan s_defaultMaxAge = TimeSpan.FromHours(1);

    public static ServiceDescription Description { get; } = new() { Name = "kv-event-relay", DefaultPort = 9410 };

    public static void Add(WebApplicationBuilder builder)
    {
        var options = builder.AddValidatedOptions<RelayOptions>(RelayOptions.Section);
        var engines = builder.AddEngines();
        var maxAge = MaxAge(options, builder.Configuration, builder.ConfigurationProblems());

        // Without NATS the index still answers: degraded, not unhealthy.
        builder.AddNats(HealthStatus.Degraded);
        builder.AddZmq();
        builder.Services.AddSingleton<IKvIndex>(new PrefixIndex(KvClearScope.Rank));
        builder.Services.AddSingleton<IEventOutput>(s => new JetStreamOutput(
            s.GetRequiredService<INatsConnection>(), options, maxAge, s.GetRequiredService<MetricRegistry>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILoggerFactory>()));
        builder.Services.AddSingleton(s => new LaneSet(
            engines, options, s.GetRequiredService<IZmqContext>(), s.GetRequiredService<IKvIndex>(), s.GetServices<IEventOutput>(),
            s.GetRequiredService<MetricRegistry>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILoggerFactory>()));
        builder.Services.AddSingleton<MatchQuery>();
        builder.Services.AddHostedService<ConnectionWatch>();
        var lanes = engines.Ranks.Count(r => r.KvEventsConnect is not null);
        for (var i = 0; i < lanes; i++)
        {
            var position = i;
            builder.Services.AddSingleton<IHostedService>(s => new LaneWorker(s.GetRequiredService<LaneSet>().Lanes[position], s.GetRequiredService<Supervision>()));
        }
    }

    public static void Map(WebApplication app)
    {
        QueryEndpoints.Map(app);

        // Made now, so that its metrics are there before the first query.
        app.Services.GetRequiredService<MatchQuery>();
        if (app.Services.GetRequiredService<LaneSet>().Lanes.Count == 0)
        {
            RelayLog.NoLanes(app.Logger);
        }
    }

    private static TimeSpan MaxAge(RelayOptions options, ConfigurationManager configuration, ConfigurationProblems problems)
    {
        if (options.StreamMaxAge is { } age)
        {
            return age;
        }

        if (configuration[MaxAgeVariable] is not { Length: > 0 } text)
        {
            return s_defaultMaxAge;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0)
        {
            return TimeSpan.FromSeconds(seconds);
        }

        problems.Add(MaxAgeVariable, $"'{text}' is not a number of seconds above 0; write 3600 for an hour");
        return s_defaultMaxAge;
    }
}

/// <summary>Log lines of the service as a whole.</summary>
internal static partial class RelayLog
{
    [LoggerMessage(EventId = 130, Level = LogLevel.Warning, Message = "No engine is configured with KvEvents, so there is nothing to relay; set Engines:0:Name and Engines:0:KvEvents (tcp://host:5557)")]
    public static partial void NoLanes(ILogger logger);
}
