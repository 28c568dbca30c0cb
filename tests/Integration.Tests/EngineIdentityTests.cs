using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using DynamoAspire.Engines;
using DynamoAspire.KvEventRelay;
using DynamoAspire.KvEvents.StatRecords;
using DynamoAspire.Messaging.Zmq;
using DynamoAspire.MetricsAggregator;
using DynamoAspire.ServiceDefaults.Hosting;
using DynamoAspire.StatPublisher;
using DynamoAspire.Testing;
using Microsoft.AspNetCore.Builder;

namespace DynamoAspire.Integration.Tests;

/// <summary>The relay, the stat publisher and the aggregator must call an engine by the same names, or dashboards and routers join what does not belong together.</summary>
[Trait("Category", "Integration")]
public sealed partial class EngineIdentityTests : IAsyncLifetime, IDisposable
{
    private readonly HttpClient _client = new();
    private readonly List<WebApplication> _services = [];
    private NatsServer _nats = null!;

    public async Task InitializeAsync() => _nats = await NatsServer.StartAsync();

    public async Task DisposeAsync()
    {
        foreach (var service in _services)
        {
            await service.StopAsync();
            await service.DisposeAsync();
        }

        await _nats.DisposeAsync();
    }

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task ThreeServices_OneConfiguration_AgreeOnWorkerIdsAndLabels()
    {
        var stats = FreePort.Next();
        var events = FreePort.NextRange(4);
        EngineOptions[] engines =
        [
            new() { Name = "derived", Model = "meta/llama", DpSize = 2, KvEvents = $"tcp://127.0.0.1:{events}" },
            new() { Name = "given", WorkerId = 0xFEDCBA9876543210, Component = "prefill", DpStart = 2, DpSize = 2, KvEvents = $"tcp://*:{events}" },
        ];
        string[] args =
        [
            "--urls=http://127.0.0.1:0", $"--ConnectionStrings:nats={_nats.Url}", $"--StatPublisher:Listen=tcp://127.0.0.1:{stats}", "--Logging:LogLevel:Default=Error",
            .. engines.SelectMany((e, i) => e.ToConfiguration(i)).Select(p => $"--{p.Key}={p.Value}"),
        ];

        // XXH3_64bits("dynamo/backend/derived") & (2^53-1), computed with libxxhash and not by the code that the services share.
        const string derived = "dcb9156d1f584";
        string[] expected =
        [
            $"derived|meta/llama|0|{derived}", $"derived|meta/llama|1|{derived}", "given||2|fedcba9876543210", "given||3|fedcba9876543210",
        ];

        var aggregator = await StartAsync(ServiceHost.Build(args, AggregatorService.Description, AggregatorService.Add, AggregatorService.Map));
        var relay = await StartAsync(ServiceHost.Build(args, RelayService.Description, RelayService.Add, RelayService.Map));
        var publisher = await StartAsync(ServiceHost.Build(args, StatPublisherService.Description, StatPublisherService.Add, StatPublisherService.Map));
        await using var context = ZmqContexts.Create();
        await using var engine = context.CreateSocket(ZmqSocketType.Push);
        await engine.ConnectAsync($"tcp://127.0.0.1:{stats}");

        // The publisher's heartbeat is 10 s: a new load each time makes sure that the aggregator hears of it whenever it has subscribed.
        var usage = 0.0;
        string[] aggregated = [];
        await Eventually.TrueAsync(
            "the aggregator knows the load of all ranks",
            async () =>
            {
                usage = (usage + 0.1) % 1;
                foreach (var (name, rank) in new[] { ("derived", 0U), ("derived", 1U), ("given", 2U), ("given", 3U) })
                {
                    await engine.SendAsync(new ZmqFrames(Record(name, rank, usage)));
                }

                aggregated = await IdentitiesAsync(aggregator, "dynamo_frontend_worker_active_decode_blocks");
                return aggregated.Length == expected.Length;
            },
            detail: () => string.Join(" ", aggregated));

        var published = await IdentitiesAsync(publisher, "dynamo_component_total_blocks");
        var relayed = await IdentitiesAsync(relay, "dynamo_aspire_");
        Assert.Equal(expected, aggregated);
        Assert.Equal(expected, published);
        Assert.Equal(expected, relayed);
    }

    private static byte[] Record(string engine, uint rank, double usage)
    {
        var buffer = new ArrayBufferWriter<byte>();
        StatRecordCodec.Write(new StatRecord { Engine = Encoding.UTF8.GetBytes(engine), Rank = rank, Timestamp = 1, Blocks = 1_000, Usage = usage }, buffer);
        return buffer.WrittenSpan.ToArray();
    }

    private async Task<Uri> StartAsync(WebApplication service)
    {
        _services.Add(service);
        await service.StartAsync();
        return new Uri(service.Urls.First());
    }

    /// <summary>Engine, model, rank and worker of all series of a prefix that tell of a rank.</summary>
    private async Task<string[]> IdentitiesAsync(Uri service, string prefix)
    {
        var text = await _client.GetStringAsync(new Uri(service, "/metrics"));
        return
        [
            .. text.Split('\n')
                .Where(l => l.StartsWith(prefix, StringComparison.Ordinal) && l.Contains("dp_rank=", StringComparison.Ordinal))
                .Select(l => Label().Matches(l).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value))
                .Select(l => string.Join('|', Value(l, "engine_name"), Value(l, "model_name"), Value(l, "dp_rank"), Value(l, "worker_id")))
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];
    }

    private static string Value(Dictionary<string, string> labels, string name) => labels.GetValueOrDefault(name, "");

    [GeneratedRegex("([a-z_]+)=\"([^\"]*)\"")]
    private static partial Regex Label();
}
