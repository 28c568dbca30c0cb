using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using DynamoAspire.Engines;
using DynamoAspire.Engines.Configuration;
using DynamoAspire.Hosting.Fleet;
using DynamoAspire.Hosting.Ports;

namespace Aspire.Hosting;

/// <summary>Tells services of the engines.</summary>
public static class EngineBuilderExtensions
{
    /// <summary>
    /// The engines of the configuration (<c>Engines:0:Name</c> …); where there are none, two simulated ones.
    /// </summary>
    /// <exception cref="DistributedApplicationException">The configuration is not valid; the message lists everything that is wrong with it.</exception>
    public static EngineFleet AddEngines(this IDistributedApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        try
        {
            var configured = EngineSet.FromConfiguration(builder.Configuration);
            return configured.Count > 0
                ? new EngineFleet(configured.Select(e => e.Options), simulated: false)
                : new EngineFleet(SimulatedEngines.Create(builder), simulated: true);
        }
        catch (ConfigurationInvalidException e)
        {
            throw new DistributedApplicationException(e.Message, e);
        }
    }

    /// <summary>Tells a service of the engines.</summary>
    public static IResourceBuilder<T> WithEngines<T>(this IResourceBuilder<T> builder, EngineFleet engines)
        where T : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(engines);
        return builder.WithEnvironment(context => Copy(engines.Environment(), context));
    }

    /// <summary>Makes a service the receiver of the engines' stat records.</summary>
    /// <param name="builder">Service.</param>
    /// <param name="engines">Engines.</param>
    /// <param name="name">Name in <c>Ports:Name</c>.</param>
    /// <param name="defaultPort">Port in run mode where nothing is configured.</param>
    public static IResourceBuilder<T> WithStatRecords<T>(this IResourceBuilder<T> builder, EngineFleet engines, string name, int defaultPort)
        where T : IResourceWithEndpoints, IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(engines);
        const string Endpoint = "stat-records";
        var application = builder.ApplicationBuilder;
        var port = PortPlan.Choose(application, name, defaultPort);
        builder.WithEndpoint(port: port, targetPort: port ?? defaultPort, scheme: "tcp", name: Endpoint, isProxied: false);
        // On this machine by address, because "localhost" may mean an address family that the socket is not bound to.
        var address = port is null
            ? ReferenceExpression.Create($"tcp://{builder.GetEndpoint(Endpoint).Property(EndpointProperty.Host)}:{builder.GetEndpoint(Endpoint).Property(EndpointProperty.Port)}")
            : ReferenceExpression.Create($"tcp://127.0.0.1:{Text(port.Value)}");
        for (var i = 0; i < engines.Engines.Count; i++)
        {
            if (engines.AreSimulated)
            {
                engines.SetAddress(i, nameof(EngineOptions.StatsUrl), address);
            }
        }

        return builder.WithEnvironment("StatPublisher__Listen", port is null ? $"tcp://0.0.0.0:{Text(defaultPort)}" : $"tcp://127.0.0.1:{Text(port.Value)}");
    }

    /// <summary>Makes a project the simulator of the engines.</summary>
    public static IResourceBuilder<T> SimulatesEngines<T>(this IResourceBuilder<T> builder, EngineFleet engines)
        where T : IResourceWithEndpoints, IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(engines);
        var http = builder.GetEndpoint("http");
        var own = new Dictionary<string, string>(StringComparer.Ordinal);
        int events = SimulatedEngines.DefaultEventsPort, replay = SimulatedEngines.DefaultReplayPort;
        for (var i = 0; i < engines.Engines.Count; i++)
        {
            var engine = engines.Engines[i];
            engines.SetMetrics(i, http, $"/engines/{engine.Name}/metrics");
            engines.SetAddress(i, nameof(EngineOptions.HealthUrl), ReferenceExpression.Create($"{http}/engines/{engine.Name}/health"));
            if (builder.ApplicationBuilder.ExecutionContext.IsPublishMode)
            {
                Publish(builder, engines, own, i, nameof(EngineOptions.KvEvents), "events", events);
                Publish(builder, engines, own, i, nameof(EngineOptions.KvReplay), "replay", replay);
                events += engine.DpSize;
                replay += engine.DpSize;
            }
        }

        return builder.WithEnvironment(context => Copy(engines.Environment(own), context));
    }

    /// <summary>One endpoint for each rank; others are told the first, and count up from it.</summary>
    private static void Publish<T>(IResourceBuilder<T> builder, EngineFleet engines, Dictionary<string, string> own, int engine, string property, string kind, int firstPort)
        where T : IResourceWithEndpoints
    {
        var options = engines.Engines[engine];
        for (var rank = 0; rank < options.DpSize; rank++)
        {
            builder.WithEndpoint(port: firstPort + rank, targetPort: firstPort + rank, scheme: "tcp", name: $"{options.Name}-{kind}-{Text(rank)}");
        }

        var first = builder.GetEndpoint($"{options.Name}-{kind}-0");
        engines.SetAddress(engine, property, ReferenceExpression.Create($"tcp://{first.Property(EndpointProperty.Host)}:{first.Property(EndpointProperty.Port)}"));
        own[$"{EngineOptions.Section}__{Text(engine)}__{property}"] = $"tcp://*:{Text(firstPort)}";
    }

    private static void Copy(Dictionary<string, object> variables, EnvironmentCallbackContext context)
    {
        foreach (var (name, value) in variables)
        {
            context.EnvironmentVariables[name] = value;
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
