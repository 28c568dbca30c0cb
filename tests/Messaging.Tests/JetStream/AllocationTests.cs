using System.Buffers.Text;
using DynamoAspire.Messaging.JetStream;
using DynamoAspire.Messaging.Nats;
using DynamoAspire.Messaging.Tests.Nats;

namespace DynamoAspire.Messaging.Tests.JetStream;

/// <summary>Tests that look at the whole process, so nothing may run beside them.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

[Collection(nameof(Alone))]
public sealed class AllocationTests(NatsServerFixture fixture) : IClassFixture<NatsServerFixture>
{
    /// <summary>The way of a message and the way back of its acknowledgement, on all threads.</summary>
    [Fact]
    public async Task Publisher_SteadyStateOnLibnats_AllocatesNextToNothingPerMessage()
    {
        const int PerRound = 20_000;
        await using var connection = await NatsConnections.ConnectAsync(new NatsOptions { Adapter = NatsAdapter.Libnats, Url = fixture.Server.Url });
        var js = new JetStreamContext(connection);
        await js.CreateOrUpdateStreamAsync(new StreamConfig { Name = "alloc", Subjects = ["alloc.>"], Storage = StreamStorage.Memory });
        await using var publisher = await js.CreatePublisherAsync(new JetStreamPublisherOptions { MaxInFlight = 256 });
        var handler = new Count();
        var subject = new NatsSubject("alloc.a");
        var best = double.MaxValue;

        for (var round = 0; round < 6; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            Publish(publisher, subject, handler, round * PerRound, PerRound);
            SpinWait.SpinUntil(() => publisher.InFlight == 0, TimeSpan.FromSeconds(20));
            best = Math.Min(best, (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)PerRound);
        }

        Assert.Equal(6 * PerRound, handler.Stored);

        // A string or a task per message would be 24 bytes and more. Less than that is what the rest of the process allocates meanwhile: only the whole
        // process can be measured, since acknowledgements come on threads of their own.
        Assert.True(best < 16, $"{best:0.0} bytes per message");
    }

    private static void Publish(JetStreamPublisher publisher, NatsSubject subject, Count handler, int first, int count)
    {
        Span<byte> id = stackalloc byte[16];
        Span<byte> payload = stackalloc byte[100];
        for (var i = 0; i < count;)
        {
            Utf8Formatter.TryFormat(first + i, id, out var length);
            if (publisher.TryPublish(subject, payload, id[..length], handler, i) == JetStreamPublishStatus.Ok)
            {
                i++;
            }
            else
            {
                Thread.Sleep(0);
            }
        }
    }

    private sealed class Count : IJetStreamAckHandler
    {
        private int _stored;

        public int Stored => Volatile.Read(ref _stored);

        public void OnAck(long token, in JetStreamAck ack)
        {
            if (ack is { Status: JetStreamAckStatus.Stored, Duplicate: false })
            {
                Interlocked.Increment(ref _stored);
            }
        }
    }
}
