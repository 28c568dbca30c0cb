using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using DynamoAspire.Engines;
using DynamoAspire.KvEventRelay.Lanes;
using DynamoAspire.KvEvents.Index;

namespace DynamoAspire.KvEventRelay.Queries;

/// <summary>The relay's HTTP interface.</summary>
internal static class QueryEndpoints
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public static void Map(WebApplication app)
    {
        app.MapPost("/v1/match", MatchAsync);
        app.MapGet("/v1/lanes", (LaneSet lanes) => Results.Json(new { lanes = lanes.Lanes.Select(l => l.Status()) }, s_json));
        app.MapGet("/v1/workers", (IKvIndex index, EngineSet engines) => Results.Json(new { workers = Workers(index, engines) }, s_json));
    }

    private static async Task<IResult> MatchAsync(HttpContext http, MatchQuery query, RelayOptions options)
    {
        if (await ReadAsync(http.Request, options.MaxQueryBytes, http.RequestAborted) is not { } body)
        {
            return Problem(StatusCodes.Status413PayloadTooLarge, $"The body is larger than {options.MaxQueryBytes} bytes (Relay:MaxQueryBytes).");
        }

        if (!MatchRequest.TryParse(body.WrittenSpan, out var request, out var problem))
        {
            return Problem(StatusCodes.Status400BadRequest, problem);
        }

        var answer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(answer))
        {
            if (!query.TryAnswer(request, json, out problem))
            {
                return Problem(StatusCodes.Status400BadRequest, problem!);
            }
        }

        return Results.Bytes(answer.WrittenMemory, "application/json");
    }

    /// <summary>Reads the body up to a bound, whatever its length is said to be; null when it is larger.</summary>
    private static async ValueTask<ArrayBufferWriter<byte>?> ReadAsync(HttpRequest request, int limit, CancellationToken cancellationToken)
    {
        if (request.ContentLength > limit)
        {
            return null;
        }

        var body = new ArrayBufferWriter<byte>();
        while (true)
        {
            var read = await request.Body.ReadAsync(body.GetMemory(4_096), cancellationToken);
            if (read == 0)
            {
                return body;
            }

            body.Advance(read);
            if (body.WrittenCount > limit)
            {
                return null;
            }
        }
    }

    private static IResult Problem(int status, string text) => Results.Json(new { error = text }, s_json, statusCode: status);

    private static IEnumerable<object> Workers(IKvIndex index, EngineSet engines) =>
        index.Workers().GroupBy(w => w.Worker.WorkerId).Select(g => new
        {
            WorkerId = g.Key,
            Engine = engines.FindByWorkerId(g.Key)?.Name,
            Blocks = g.Sum(w => (long)w.Blocks),
            Ranks = g.Select(w => new { w.Worker.DpRank, w.Blocks }),
        });
}
