using System.Globalization;
using System.Text.Json;
using DynamoAspire.EngineSimulator.Engines;
using DynamoAspire.KvEvents.Wire;
using DynamoAspire.Messaging.Zmq;

namespace DynamoAspire.EngineSimulator.Control;

/// <summary>Lets tests and people make trouble: rates, losses, restarts, deaths. Without <c>?engine=name</c> a command goes to all engines.</summary>
internal static class ControlEndpoints
{
    private const int MaxServed = 10_000;
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static void MapControl(this WebApplication app)
    {
        var control = app.MapGroup("/control").AddEndpointFilter(ControlGuard.CheckAsync);
        control.MapGet("/state", (EngineFleet fleet, SimulatorOptions options) => Json(State(fleet, options)));
        control.MapGet("/served", Served);
        control.MapPost("/rate", RateAsync);
        control.MapPost("/loss", LossAsync);
        control.MapPost("/restart", (HttpRequest request, EngineFleet fleet, SimulatorOptions options) => EachAsync(request, fleet, options, e => e.RestartAsync(request.HttpContext.RequestAborted)));
        control.MapPost("/revive", (HttpRequest request, EngineFleet fleet, SimulatorOptions options) => EachAsync(request, fleet, options, e => e.StartAsync(request.HttpContext.RequestAborted)));
        control.MapPost("/kill", KillAsync);
        control.MapPost("/clear", (HttpRequest request, EngineFleet fleet, SimulatorOptions options) => EachAsync(request, fleet, options, e =>
        {
            e.Clear();
            return Task.CompletedTask;
        }));
    }

    private static IResult Json(object value) => Results.Json(value, s_json);

    private static IResult Refuse(string problem) => Results.Text(problem + "\n", "text/plain; charset=utf-8", statusCode: StatusCodes.Status400BadRequest);

    private static object State(EngineFleet fleet, SimulatorOptions options) => new
    {
        options.Seed,
        Schema = SchemaName(options.Schema),
        options.Topic,
        Engines = fleet.Engines.Select(e => e.Describe()).ToArray(),
    };

    private static string SchemaName(KvEventSchema schema) => schema.ToString().ToLowerInvariant();

    private static IResult Served(HttpRequest request, EngineFleet fleet)
    {
        if (!TryChoose(request, fleet, out var engines, out var problem))
        {
            return Refuse(problem);
        }

        var limit = 10;
        if (request.Query["limit"] is [{ } text] && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= MaxServed))
        {
            return Refuse($"'limit' must be a number from 1 to {MaxServed}.");
        }

        return Json(new
        {
            Served = engines.SelectMany(e => e.Served(limit).Select(p => new
            {
                Engine = e.Engine.Name,
                e.Engine.WorkerId,
                DpRank = p.Prompt.Rank.Rank,
                e.Engine.Options.BlockSize,
                p.CachedBlocks,
                p.Prompt.TokenIds,
            })).ToArray(),
        });
    }

    private static async Task<IResult> RateAsync(HttpRequest request, EngineFleet fleet, SimulatorOptions options)
    {
        var (values, problem) = await ControlBody.ReadAsync(request, "requests_per_second");
        if (problem is not null)
        {
            return Refuse(problem);
        }

        var rate = values["requests_per_second"];
        return rate is >= 0 and <= 100_000
            ? await EachAsync(request, fleet, options, e =>
            {
                e.RequestsPerSecond = rate;
                return Task.CompletedTask;
            })
            : Refuse("'requests_per_second' must be from 0 to 100000.");
    }

    private static async Task<IResult> LossAsync(HttpRequest request, EngineFleet fleet, SimulatorOptions options)
    {
        var (values, problem) = await ControlBody.ReadAsync(request, "drop_probability", "drop_next");
        if (problem is not null)
        {
            return Refuse(problem);
        }

        double? probability = values.TryGetValue("drop_probability", out var p) ? p : null;
        int? next = null;
        if (values.TryGetValue("drop_next", out var n))
        {
            if (!(n is >= 0 and <= int.MaxValue) || n != Math.Floor(n))
            {
                return Refuse("'drop_next' must be a whole number of batches from 0 on.");
            }

            next = (int)n;
        }

        return probability is not (null or (>= 0 and <= 1))
            ? Refuse("'drop_probability' must be from 0 to 1.")
            : await EachAsync(request, fleet, options, e =>
            {
                e.SetLoss(probability, next);
                return Task.CompletedTask;
            });
    }

    private static async Task<IResult> KillAsync(HttpRequest request, EngineFleet fleet, SimulatorOptions options)
    {
        var mode = request.Query["mode"] is [{ } text] ? text : "drop";
        return mode is not ("drop" or "error")
            ? Refuse("'mode' must be drop (connections are cut) or error (status 500).")
            : await EachAsync(request, fleet, options, e => e.KillAsync(mode == "error" ? EngineOutage.Error : EngineOutage.Drop, request.HttpContext.RequestAborted));
    }

    private static async Task<IResult> EachAsync(HttpRequest request, EngineFleet fleet, SimulatorOptions options, Func<SimulatedEngine, Task> command)
    {
        if (!TryChoose(request, fleet, out var engines, out var problem))
        {
            return Refuse(problem);
        }

        try
        {
            foreach (var engine in engines)
            {
                await command(engine);
            }
        }
        catch (ZmqException e)
        {
            return Results.Text(e.Message + "\n", "text/plain; charset=utf-8", statusCode: StatusCodes.Status409Conflict);
        }

        return Json(State(fleet, options));
    }

    private static bool TryChoose(HttpRequest request, EngineFleet fleet, out IReadOnlyList<SimulatedEngine> engines, out string problem)
    {
        problem = "";
        engines = fleet.Engines;
        if (request.Query["engine"] is not [{ } name])
        {
            return true;
        }

        var found = fleet.Find(name);
        engines = found is null ? [] : [found];
        problem = $"There is no engine of that name; there are {string.Join(", ", fleet.Engines.Select(e => e.Engine.Name))}.";
        return found is not null;
    }
}
