using System.Buffers;
using System.Text;
using DynamoAspire.KvEvents.EventPlane;
using DynamoAspire.KvEvents.RouterEvents;
using DynamoAspire.Messaging.JetStream;
using DynamoAspire.Messaging.Nats;
using DynamoAspire.Testing;

namespace DynamoAspire.KvConsumer.Tests;

/// <summary>Both sources against the real server.</summary>
[Trait("Category", "Integration")]
public sealed class SourcesTests : IAsyncLifetime
{
    private readonly RouterEvent _read = new();
    private NatsServer _server = null!;
    private INatsConnection _connection = null!;

    public async Task InitializeAsync()
    {
        _server = await NatsServer.StartAsync();
        _connection = await NatsConnections.ConnectAsync(new NatsOptions { Url = _server.Url });
    }

    public async Task DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task JetStream_WholeStream_IsReadInOrderWithoutWhatIsNoEvent()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await using var source = new JetStreamEventSource(_connection, "dynamo", "backend", batch: 7);

        // Nobody has made the stream yet: the source waits for it.
        var first = source.ReadAsync(_read, limit.Token).AsTask();
        var context = await StreamAsync();
        for (var id = 1UL; id <= 50; id++)
        {
            // The older last token is in the same stream.
            var subject = id % 2 == 0 ? KvEventNames.StreamSubject("dynamo", "backend") : KvEventNames.Stream("dynamo", "backend") + ".queue";
            await context.PublishAsync(new NatsSubject(subject), id == 30 ? "nonsense"u8.ToArray() : Json(id));
        }

        await first;
        Assert.Equal(1UL, _read.EventId);
        for (var id = 2UL; id <= 50; id++)
        {
            if (id == 30)
            {
                continue;
            }

            await source.ReadAsync(_read, limit.Token);
            Assert.Equal(id, _read.EventId);
        }

        Assert.Equal((1L, 0L, 51UL), (source.Undecodable, source.Lost, source.NextSequence));
    }

    [Fact]
    public async Task JetStream_ServerRestarts_GoesOnBehindWhatWasRead()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        var context = await StreamAsync();
        var subject = new NatsSubject(KvEventNames.StreamSubject("dynamo", "backend"));
        await using var source = new JetStreamEventSource(_connection, "dynamo", "backend");
        for (var id = 1UL; id <= 20; id++)
        {
            await context.PublishAsync(subject, Json(id));
        }

        for (var id = 1UL; id <= 10; id++)
        {
            await source.ReadAsync(_read, limit.Token);
            Assert.Equal(id, _read.EventId);
        }

        await _server.StopAsync();
        await _server.StartAgainAsync();
        await _connection.WaitForConnectionAsync(limit.Token);
        await context.PublishAsync(subject, Json(21));
        for (var id = 11UL; id <= 21; id++)
        {
            await source.ReadAsync(_read, limit.Token);
            Assert.Equal(id, _read.EventId);
        }

        Assert.Equal(0, source.Lost);
    }

    [Fact]
    public async Task JetStream_MessagesGoneBeforeTheyWereRead_AreCounted()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var context = await StreamAsync();
        var subject = new NatsSubject(KvEventNames.StreamSubject("dynamo", "backend"));
        for (var id = 1UL; id <= 10; id++)
        {
            await context.PublishAsync(subject, Json(id));
        }

        await context.PurgeStreamAsync(KvEventNames.Stream("dynamo", "backend"), new PurgeRequest { UpToSequence = 8 });
        await using var source = new JetStreamEventSource(_connection, "dynamo", "backend", fromSequence: 4);
        await source.ReadAsync(_read, limit.Token);
        Assert.Equal(8UL, _read.EventId);
        Assert.Equal(4, source.Lost);
    }

    [Fact]
    public async Task EventPlane_BothForms_AreReadAndGapsCounted()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await using var source = await EventPlaneSource.SubscribeAsync(_connection, "dynamo", "backend");
        await _connection.FlushAsync(limit.Token);
        var subject = new NatsSubject("namespace.dynamo.component.backend.kv-events");
        foreach (var sequence in (ulong[])[0, 1, 4])
        {
            var payload = new ArrayBufferWriter<byte>();
            RouterEventCodec.WriteMessagePack(Event(sequence), payload);
            var envelope = new ArrayBufferWriter<byte>();
            EventEnvelopeCodec.Write(new EventEnvelope { Topic = "kv-events"u8, PublisherId = 3, Sequence = sequence, Payload = payload.WrittenSpan }, envelope);
            Assert.Equal(NatsPublishStatus.Ok, _connection.TryPublish(subject, envelope.WrittenSpan));
        }

        _connection.TryPublish(subject, "{}"u8);
        _connection.TryPublish(subject, Encoding.UTF8.GetBytes($$"""{"publisher_id":4,"sequence":0,"published_at":1,"payload":[{{string.Join(',', Json(9))}}]}"""));
        foreach (var id in (ulong[])[0, 1, 4, 9])
        {
            await source.ReadAsync(_read, limit.Token);
            Assert.Equal(id, _read.EventId);
        }

        Assert.Equal((1L, 2L), (source.Undecodable, source.Lost));
    }

    private async Task<JetStreamContext> StreamAsync()
    {
        var context = new JetStreamContext(_connection);
        await context.GetOrCreateStreamAsync(new StreamConfig { Name = KvEventNames.Stream("dynamo", "backend"), Subjects = [KvEventNames.StreamSubjects("dynamo", "backend")] });
        return context;
    }

    private static byte[] Json(ulong id)
    {
        var output = new ArrayBufferWriter<byte>();
        RouterEventCodec.WriteJson(Event(id), output);
        return output.WrittenSpan.ToArray();
    }

    private static RouterEvent Event(ulong id)
    {
        var routerEvent = new RouterEvent { WorkerId = 1, EventId = id };
        routerEvent.Reset(RouterEventKind.Cleared);
        return routerEvent;
    }
}
