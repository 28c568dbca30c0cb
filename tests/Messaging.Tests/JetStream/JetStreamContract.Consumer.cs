using DynamoAspire.Messaging.JetStream;
using DynamoAspire.Messaging.Nats;
using DynamoAspire.Testing;

namespace DynamoAspire.Messaging.Tests.JetStream;

/// <content>Pull consumers.</content>
public abstract partial class JetStreamContract
{
    [Fact]
    public async Task Consumer_Batches_ComeInOrderWithTheirPlace()
    {
        var js = await JetStreamAsync();
        var name = await FilledStreamAsync(js, 25);
        await using var consumer = await js.CreateConsumerAsync(name, new ConsumerConfig { Name = "reader", Durable = true });

        var first = await consumer.FetchAsync(new FetchOptions { Batch = 10, ReturnEarly = false });
        var second = await consumer.FetchAsync(new FetchOptions { Batch = 100, NoWait = true });

        Assert.Equal(Enumerable.Range(0, 10), first.Select(Number));
        Assert.Equal(Enumerable.Range(10, 15), second.Select(Number));
        Assert.Equal(10ul, first[9].StreamSequence);
        Assert.Equal(10ul, first[9].ConsumerSequence);
        Assert.Equal(15ul, first[9].NumPending);
        Assert.Equal(0ul, second[^1].NumPending);
        Assert.Equal(1, second[0].NumDelivered);
        Assert.Equal(name + ".a", second[0].Subject);
        Assert.InRange(second[0].Time, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(5));
    }

    [Fact]
    public async Task Consumer_NothingThere_ReturnsEmptyInTime()
    {
        var js = await JetStreamAsync();
        var name = await StreamAsync(js);
        await using var consumer = await js.CreateConsumerAsync(name, new ConsumerConfig());

        Assert.Empty(await consumer.FetchAsync(new FetchOptions { NoWait = true }));
        Assert.Empty(await consumer.FetchAsync(new FetchOptions { Expires = TimeSpan.FromMilliseconds(100) }));
        Assert.Empty(await consumer.FetchAsync(new FetchOptions { Expires = TimeSpan.FromMilliseconds(500) }));
    }

    [Fact]
    public async Task Consumer_MessagesTrickle_EachFetchGoesOnWithTheSameRequest()
    {
        var js = await JetStreamAsync();
        var name = await StreamAsync(js);
        await using var consumer = await js.CreateConsumerAsync(name, new ConsumerConfig { Name = "trickle" });
        var before = js.Connection.Counters.MessagesOut;

        for (var i = 0; i < 20; i++)
        {
            var fetch = consumer.FetchAsync(new FetchOptions { Batch = 100, Expires = TimeSpan.FromSeconds(20) });
            await js.PublishAsync(new NatsSubject(name + ".a"), BitConverter.GetBytes(i));
            var message = Assert.Single(await fetch);
            Assert.Equal(i, Number(message));
        }

        // 20 messages and one pull request, not twenty.
        await js.Connection.FlushAsync();
        Assert.Equal(21, js.Connection.Counters.MessagesOut - before);
    }

    [Fact]
    public async Task Consumer_AckNakTerm_DoWhatTheySay()
    {
        var js = await JetStreamAsync();
        var name = await FilledStreamAsync(js, 4);
        await using var consumer = await js.CreateConsumerAsync(name, new ConsumerConfig { Name = "reader", Durable = true, AckWait = TimeSpan.FromSeconds(30) });
        var messages = await consumer.FetchAsync(new FetchOptions { Batch = 4, ReturnEarly = false });

        await messages[0].AckAsync();
        messages[1].Nak();
        messages[2].Term();
        messages[3].Nak(TimeSpan.FromMilliseconds(150));

        var again = await consumer.FetchAsync(new FetchOptions { Batch = 2, ReturnEarly = false });
        Assert.Equal([1, 3], again.Select(Number));
        Assert.All(again, m => Assert.Equal(2, m.NumDelivered));
        again[0].Ack();
        again[1].Ack();
        await Eventually.TrueAsync("all is acknowledged", async () => await js.GetConsumerInfoAsync(name, "reader") is { AckPending: 0, Pending: 0, AckFloorStreamSequence: 4 });
    }

    [Fact]
    public async Task Consumer_DurableAndReadAgain_GoesOnBehindTheAcknowledged()
    {
        var js = await JetStreamAsync();
        var name = await FilledStreamAsync(js, 6);
        await using (var consumer = await js.CreateConsumerAsync(name, new ConsumerConfig { Name = "reader", Durable = true }))
        {
            foreach (var message in await consumer.FetchAsync(new FetchOptions { Batch = 3, ReturnEarly = false }))
            {
                await message.AckAsync();
            }
        }

        var other = await JetStreamAsync();
        await using var found = await other.GetConsumerAsync(name, "reader");
        var rest = await found!.FetchAsync(new FetchOptions { Batch = 3, ReturnEarly = false });

        Assert.Equal([3, 4, 5], rest.Select(Number));
    }

    [Fact]
    public async Task Consumer_StartsWhereToldAndFilters()
    {
        var js = await JetStreamAsync();
        var name = await FilledStreamAsync(js, 10);
        await js.PublishAsync(new NatsSubject(name + ".b"), BitConverter.GetBytes(100));

        await using var from = await js.CreateConsumerAsync(name, new ConsumerConfig { DeliverPolicy = DeliverPolicy.ByStartSequence, StartSequence = 8, AckPolicy = AckPolicy.None });
        await using var filtered = await js.CreateConsumerAsync(name, new ConsumerConfig { FilterSubject = name + ".b", AckPolicy = AckPolicy.None });
        await using var wild = await js.CreateConsumerAsync(name, new ConsumerConfig { FilterSubject = name + ".*", DeliverPolicy = DeliverPolicy.LastPerSubject, AckPolicy = AckPolicy.None });

        Assert.Equal([7, 8, 9, 100], (await from.FetchAsync(new FetchOptions { Batch = 4, ReturnEarly = false })).Select(Number));
        Assert.Equal([100], (await filtered.FetchAsync()).Select(Number));
        Assert.Equal([9, 100], (await wild.FetchAsync(new FetchOptions { Batch = 2, ReturnEarly = false })).Select(Number));
    }

    [Fact]
    public async Task Consumer_Deleted_EndsTheReaderWithTheReason()
    {
        var js = await JetStreamAsync();
        var name = await StreamAsync(js);
        await using var consumer = await js.CreateConsumerAsync(name, new ConsumerConfig { Name = "reader", Durable = true });
        Assert.Equal(["reader"], await js.ListConsumersAsync(name));
        var fetch = consumer.FetchAsync(new FetchOptions { Expires = TimeSpan.FromSeconds(20) });
        await js.Connection.FlushAsync();

        Assert.True(await js.DeleteConsumerAsync(name, "reader"));

        var error = await Assert.ThrowsAsync<NatsException>(async () => await fetch);
        Assert.True(error.Error is NatsError.JetStream or NatsError.NoResponders, error.Message);
        Assert.Contains("reader", error.Message, StringComparison.Ordinal);
        Assert.False(await js.DeleteConsumerAsync(name, "reader"));
        Assert.Null(await js.GetConsumerAsync(name, "reader"));
        Assert.Empty(await js.ListConsumersAsync(name));
    }

    [Fact]
    public async Task Consumer_ServerRestartsWhileReading_GoesOnWithoutALoss()
    {
        await using var server = await NatsServer.StartAsync();
        var js = await JetStreamAsync(server);
        var name = NewName();
        await js.CreateOrUpdateStreamAsync(new StreamConfig { Name = name, Subjects = [name + ".>"], Storage = StreamStorage.File });
        await using var consumer = await js.CreateConsumerAsync(name, new ConsumerConfig { Name = "reader", Durable = true, AckWait = TimeSpan.FromSeconds(1) });
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var seen = new HashSet<int>();
        await PublishNumbersAsync(js, name, 0, 10);

        await foreach (var message in consumer.ReadAllAsync(cancellationToken: limit.Token))
        {
            await EventuallyAckAsync(message, limit.Token);
            seen.Add(Number(message));
            if (seen.Count == 10 && !seen.Contains(10))
            {
                await server.StopAsync();
                await server.StartAgainAsync();
                await js.Connection.WaitForConnectionAsync(limit.Token);
                await PublishNumbersAsync(js, name, 10, 10);
            }

            if (seen.Count == 20)
            {
                break;
            }
        }

        Assert.Equal(Enumerable.Range(0, 20), seen.Order());
    }

    private static async Task EventuallyAckAsync(JetStreamMessage message, CancellationToken cancellationToken)
    {
        try
        {
            await message.AckAsync(cancellationToken);
        }
        catch (NatsException)
        {
            // It comes again.
        }
    }

    private static int Number(JetStreamMessage message) => BitConverter.ToInt32(message.Payload.Span);

    private static async Task<string> FilledStreamAsync(JetStreamContext js, int count)
    {
        var name = await StreamAsync(js);
        await PublishNumbersAsync(js, name, 0, count);
        return name;
    }

    private static async Task PublishNumbersAsync(JetStreamContext js, string name, int first, int count)
    {
        for (var i = first; i < first + count; i++)
        {
            await js.PublishAsync(new NatsSubject(name + ".a"), BitConverter.GetBytes(i));
        }
    }
}
