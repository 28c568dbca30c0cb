using System.Buffers.Text;
using DynamoAspire.Messaging.JetStream;
using DynamoAspire.Messaging.Nats;

namespace DynamoAspire.Messaging.Tests.Nats;

/// <content>What a publish costs.</content>
public abstract partial class NatsContract
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Publish_SteadyState_AllocatesNothingOnThePublishingThread(bool withHeaders)
    {
        var connection = await ConnectAsync();
        var subject = new NatsSubject(NewSubject());
        var reply = new NatsSubject("r." + NewSubject());
        var allocated = long.MaxValue;

        // The queue's buffers and the runtime's own tiers settle in the first rounds; on a thread of its own so that no test code runs on it.
        var thread = new Thread(() =>
        {
            var headers = new NatsHeaders();
            for (var round = 0; round < 8; round++)
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                Publish(connection, subject, reply, withHeaders ? headers : null, 2_000);
                allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            }
        });
        thread.Start();
        await Task.Run(thread.Join);

        Assert.Equal(0, allocated);
        await connection.FlushAsync();
        Assert.Equal(16_000, connection.Counters.MessagesOut);
    }

    private static void Publish(INatsConnection connection, NatsSubject subject, NatsSubject reply, NatsHeaders? headers, int count)
    {
        Span<byte> id = stackalloc byte[32];
        Span<byte> payload = stackalloc byte[100];
        for (var i = 0; i < count;)
        {
            if (headers is not null)
            {
                Utf8Formatter.TryFormat(i, id, out var length);
                headers.Clear();
                headers.Add("Nats-Msg-Id"u8, id[..length]);
            }

            if (connection.TryPublish(subject, payload, headers, reply) == NatsPublishStatus.Ok)
            {
                i++;
            }
            else
            {
                Thread.Yield();
            }
        }
    }
}
