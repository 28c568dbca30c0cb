using DynamoAspire.EngineSimulator.Engines;
using DynamoAspire.Metrics.Model;
using DynamoAspire.ServiceDefaults.Exposition;

namespace DynamoAspire.EngineSimulator.Control;

/// <summary>What a real engine's server has: <c>/metrics</c> and <c>/health</c>, for the first engine, and per engine under <c>/engines/{name}</c>.</summary>
internal static class EngineEndpoints
{
    public static void MapEngines(this WebApplication app, EngineFleet fleet)
    {
        app.Use((context, next) => Refused(context) ? Task.CompletedTask : next(context));
        Map(app, "", fleet.First);
        foreach (var engine in fleet.Engines)
        {
            Map(app, "/engines/" + Uri.EscapeDataString(engine.Engine.Name), engine);
        }
    }

    private static void Map(WebApplication app, string prefix, SimulatedEngine engine)
    {
        app.MapMetrics(prefix + "/metrics", (snapshot, _) => Collect(engine, snapshot)).WithMetadata(new EngineOf(engine));
        app.MapGet(prefix + "/health", () => Results.Ok()).WithMetadata(new EngineOf(engine));
    }

    private static ValueTask Collect(SimulatedEngine engine, MetricSnapshot snapshot)
    {
        snapshot.Clear();
        engine.Metrics?.Registry.Collect(snapshot);
        return ValueTask.CompletedTask;
    }

    private static bool Refused(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<EngineOf>() is not { Engine: var engine })
        {
            return false;
        }

        switch (engine.Outage)
        {
            case EngineOutage.Drop:
                context.Abort();
                return true;
            case EngineOutage.Error:
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
                return true;
            default:
                return false;
        }
    }

    private sealed record EngineOf(SimulatedEngine Engine);
}
