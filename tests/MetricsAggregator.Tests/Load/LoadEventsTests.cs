using System.Buffers;
using System.Text;
using DynamoAspire.Engines;
using DynamoAspire.KvEvents.EventPlane;
using DynamoAspire.KvEvents.LoadEvents;
using DynamoAspire.Messaging.Nats;
using DynamoAspire.Testing;

namespace DynamoAspire.MetricsAggregator.Tests.Load;

/// <summary>Load events over a real nats-server into the real service.</summary>
public sealed class LoadEventsTests
{
    private static readonly ulong s_worker = EngineIdentity.DeriveWorkerId("dynamo", "backend", "a");

    [Fact]
    public async Task LoadEvents_AllForms_BecomeGauges()
    {
        await using var server = await NatsServer.StartAsync();
        await using var host = await AggregatorHost.StartAsync([.. AggregatorHost.Engine(0, "a"), ("ConnectionStrings:nats", server.Url)]);
        await using var nats = await NatsConnections.ConnectAsync(new NatsOptions { Url = server.Url });
        var subject = new NatsSubject(LoadSubjects.Load("dynamo"));

        var envelope = new ArrayBufferWriter<byte>();
        var payload = new ArrayBufferWriter<byte>();
        LoadEventCodec.WriteMessagePack(new ActiveLoad(s_worker, 0) { ActiveDecodeBlocks = 11 }, payload);
        EventEnvelopeCodec.Write(new EventEnvelope { Topic = "kv_metrics"u8, PublisherId = 1, Payload = payload.WrittenSpan }, envelope);
        var json = $"{{\"worker_id\":{s_worker},\"dp_rank\":1,\"active_decode_blocks\":22,\"active_prefill_tokens\":5}}";
        var jsonEnvelope = $"{{\"publisher_id\":1,\"sequence\":0,\"published_at\":1,\"payload\":[{string.Join(',', Encoding.UTF8.GetBytes(json))}]}}";

        // Core NATS keeps nothing for who is not listening yet: repeated as a publisher's heartbeat is.
        await Eventually.TrueAsync("all loads are served", async () =>
        {
            nats.TryPublish(subject, envelope.WrittenSpan);
            nats.TryPublish(subject, Encoding.UTF8.GetBytes(jsonEnvelope));
            nats.TryPublish(subject, Encoding.UTF8.GetBytes(json.Replace("\"dp_rank\":1", "\"dp_rank\":2", StringComparison.Ordinal)));
            nats.TryPublish(subject, "no load"u8);
            return (await host.LinesAsync("dynamo_frontend_worker_active_decode_blocks{")).Length == 3;
        });

        var id = EngineIdentity.FormatWorkerId(s_worker);
        Assert.Equal(
            [
                $"dynamo_frontend_worker_active_decode_blocks{{dp_rank=\"0\",engine_name=\"a\",model_name=\"m\",worker_id=\"{id}\",worker_type=\"decode\"}} 11.0",
                $"dynamo_frontend_worker_active_decode_blocks{{dp_rank=\"1\",engine_name=\"a\",model_name=\"m\",worker_id=\"{id}\",worker_type=\"decode\"}} 22.0",
                $"dynamo_frontend_worker_active_decode_blocks{{dp_rank=\"2\",engine_name=\"a\",model_name=\"m\",worker_id=\"{id}\",worker_type=\"decode\"}} 22.0",
            ],
            await host.LinesAsync("dynamo_frontend_worker_active_decode_blocks{"));
        Assert.Equal(2, (await host.LinesAsync("dynamo_frontend_worker_active_prefill_tokens{")).Length);
        Assert.DoesNotContain("dynamo_aspire_load_events_total{result=\"malformed\"} 0.0", await host.LinesAsync("dynamo_aspire_load_events_total{"));

        await Eventually.TrueAsync("the rank is withdrawn", async () =>
        {
            nats.TryPublish(new NatsSubject(LoadSubjects.Withdrawal("dynamo")), Encoding.UTF8.GetBytes($"{{\"worker_id\":{s_worker},\"dp_rank\":1}}"));
            return (await host.LinesAsync("dynamo_frontend_worker_active_decode_blocks{")).Length == 2;
        });
    }

    [Fact]
    public async Task LoadEvents_NatsComesLater_AreTakenThen()
    {
        await using var server = NatsServer.Prepare();
        await using var host = await AggregatorHost.StartAsync(("ConnectionStrings:nats", server.Url));
        Assert.Empty(await host.LinesAsync("dynamo_frontend_worker_active_decode_blocks{"));
        using (var health = await host.Client.GetAsync(new Uri("/health", UriKind.Relative)))
        {
            Assert.Equal(System.Net.HttpStatusCode.OK, health.StatusCode);
            Assert.Contains("\"nats\":\"degraded\"", await health.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        await server.StartAgainAsync();
        await using var nats = await NatsConnections.ConnectAsync(new NatsOptions { Url = server.Url });
        await Eventually.TrueAsync("a load of any namespace is served", async () =>
        {
            nats.TryPublish(new NatsSubject(LoadSubjects.Load("another")), "{\"worker_id\":255,\"dp_rank\":3,\"active_decode_blocks\":1}"u8);
            return (await host.LinesAsync("dynamo_frontend_worker_active_decode_blocks{dp_rank=\"3\",worker_id=\"ff\"")).Length == 1;
        });
    }
}
