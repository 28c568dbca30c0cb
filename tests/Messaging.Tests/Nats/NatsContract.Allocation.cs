using System.Buffers.Text;
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
        const int Rounds = 50;
        const int Wanted = 3;
        var connection = await ConnectAsync();
        var subject = new NatsSubject(NewSubject());
        var reply = new NatsSubject("r." + NewSubject());
        var inRow = 0;

        // The first rounds let the queue's buffers grow to what a burst needs; code that allocates per message never gets to zero.
        var thread = new Thread(() =>
        {
            var headers = new NatsHeaders();
            for (var round = 0; round < Rounds && inRow < Wanted; round++)
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                Publish(connection, subject, reply, withHeaders ? headers : null, 2_000);
                inRow = GC.GetAllocatedBytesForCurrentThread() == before ? inRow + 1 : 0;
            }
        });
        thread.Start();
        await Task.Run(thread.Join);

        Assert.Equal(Wanted, inRow);
        await connection.FlushAsync();
        Assert.True(connection.Counters.MessagesOut >= Wanted * 2_000);
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
