using System.Collections.Concurrent;
using System.Text;
using DynamoAspire.Messaging.JetStream;
using DynamoAspire.Messaging.Nats;
using DynamoAspire.Testing;

namespace DynamoAspire.Messaging.Tests.JetStream;

/// <content>Publishing with acknowledgements.</content>
public abstract partial class JetStreamContract
{
    [Fact]
    public async Task Publisher_ManyInFlight_ReportsEachFateOnce()
    {
        const int Count = 5_000;
        var js = await JetStreamAsync();
        var name = await StreamAsync(js);
        await using var publisher = await js.CreatePublisherAsync(new JetStreamPublisherOptions { MaxInFlight = 64 });
        var fates = new Fates();
        var subject = new NatsSubject(name + ".a");
        var highest = 0;

        for (var i = 0; i < Count;)
        {
            var status = publisher.TryPublish(subject, BitConverter.GetBytes(i), Encoding.ASCII.GetBytes("m-" + i), fates, i);
            highest = Math.Max(highest, publisher.InFlight);
            if (status == JetStreamPublishStatus.InFlightFull)
            {
                await publisher.WaitForCapacityAsync();
                continue;
            }

            Assert.Equal(JetStreamPublishStatus.Ok, status);
            i++;
        }

        await publisher.DrainAsync();
        await Eventually.TrueAsync("every handler has run", () => fates.Count == Count);
        Assert.InRange(highest, 2, 64);
        for (var i = 0; i < Count; i++)
        {
            var ack = Assert.Single(fates[i]);
            Assert.Equal((JetStreamAckStatus.Stored, name, (ulong)i + 1, false), (ack.Status, ack.Stream, ack.Sequence, ack.Duplicate));
        }

        Assert.Equal((long)Count, publisher.Counters.Stored);
        Assert.Equal(0, publisher.InFlight);
        Assert.Equal((ulong)Count, (await js.GetStreamAsync(name))!.Messages);
    }

    [Fact]
    public async Task Publisher_Repeated_IsReportedAsDuplicate()
    {
        var js = await JetStreamAsync();
        var name = await StreamAsync(js);
        await using var publisher = await js.CreatePublisherAsync();
        var subject = new NatsSubject(name + ".a");

        var first = await publisher.PublishAsync(subject, "x"u8.ToArray(), "id"u8.ToArray());
        var again = await publisher.PublishAsync(subject, "x"u8.ToArray(), "id"u8.ToArray());
        var without = await publisher.PublishAsync(subject, "x"u8.ToArray());

        Assert.Equal((1ul, false), (first.Sequence, first.Duplicate));
        Assert.Equal((1ul, true), (again.Sequence, again.Duplicate));
        Assert.Equal((2ul, false), (without.Sequence, without.Duplicate));
        Assert.Equal(1, publisher.Counters.Duplicates);
    }

    [Fact]
    public async Task Publisher_NoStreamForTheSubject_ReportsNoResponders()
    {
        var js = await JetStreamAsync();
        await using var publisher = await js.CreatePublisherAsync();

        var ack = await publisher.PublishAsync(new NatsSubject(NewName() + ".a"), "x"u8.ToArray());

        Assert.Equal(JetStreamAckStatus.NoResponders, ack.Status);
        Assert.Equal(1, publisher.Counters.Errors);
    }

    [Fact]
    public async Task Publisher_StreamRefuses_ReportsTheErrorOfJetStream()
    {
        var js = await JetStreamAsync();
        var name = NewName();
        await js.CreateOrUpdateStreamAsync(new StreamConfig { Name = name, Subjects = [name + ".>"], Storage = StreamStorage.Memory, MaxMessages = 1, Discard = StreamDiscard.New });
        await using var publisher = await js.CreatePublisherAsync();
        var subject = new NatsSubject(name + ".a");

        Assert.Equal(JetStreamAckStatus.Stored, (await publisher.PublishAsync(subject, "1"u8.ToArray())).Status);
        var refused = await publisher.PublishAsync(subject, "2"u8.ToArray());

        Assert.Equal(JetStreamAckStatus.Error, refused.Status);
        Assert.Equal(10077, refused.ErrorCode);
        Assert.Contains("maximum messages exceeded", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publisher_SomethingElseAnswers_IsAnErrorAndNotAnAck()
    {
        var js = await JetStreamAsync();
        var subject = NewName();
        await using var service = await js.Connection.ServeAsync(subject, null, (_, _) => ValueTask.FromResult<ReadOnlyMemory<byte>>("hello"u8.ToArray()));
        await using var publisher = await js.CreatePublisherAsync();

        var ack = await publisher.PublishAsync(new NatsSubject(subject), "x"u8.ToArray());

        Assert.Equal(JetStreamAckStatus.Error, ack.Status);
    }

    [Fact]
    public async Task Publisher_ServerFrozen_TimesOutAndALateAckHitsNobody()
    {
        await using var server = await NatsServer.StartAsync();
        var js = await JetStreamAsync(server);
        var name = await StreamAsync(js);
        await using var publisher = await js.CreatePublisherAsync(new JetStreamPublisherOptions { MaxInFlight = 2, AckTimeout = TimeSpan.FromSeconds(1) });
        var subject = new NatsSubject(name + ".a");
        var late = new Fates();
        server.Freeze();
        Assert.Equal(JetStreamPublishStatus.Ok, publisher.TryPublish(subject, "1"u8, "id-1"u8, late, 1));
        Assert.Equal(JetStreamPublishStatus.Ok, publisher.TryPublish(subject, "2"u8, "id-2"u8, late, 2));
        Assert.Equal(JetStreamPublishStatus.InFlightFull, publisher.TryPublish(subject, "3"u8, "id-3"u8, late, 3));

        await Eventually.TrueAsync("both time out", () => late.Count == 2);
        Assert.Equal(2, publisher.Counters.Timeouts);

        // The two places are taken again before the answers to their former messages arrive, which must not be taken for these.
        var third = publisher.PublishAsync(subject, "3"u8.ToArray(), "id-3"u8.ToArray());
        var again = publisher.PublishAsync(subject, "1"u8.ToArray(), "id-1"u8.ToArray());
        server.Thaw();

        Assert.Equal((JetStreamAckStatus.Stored, 3ul, false), Fate(await third));
        Assert.Equal((JetStreamAckStatus.Stored, 1ul, true), Fate(await again));
        Assert.Equal(JetStreamAckStatus.Timeout, Assert.Single(late[1]).Status);
        Assert.Equal(JetStreamAckStatus.Timeout, Assert.Single(late[2]).Status);
        Assert.Equal(2, late.Count);
    }

    [Fact]
    public async Task Publisher_ServerRestarts_RepublishingTheSameIdsLosesAndDoublesNothing()
    {
        const int Count = 2_000;
        await using var server = await NatsServer.StartAsync();
        var js = await JetStreamAsync(server);
        var name = NewName();
        await js.CreateOrUpdateStreamAsync(new StreamConfig { Name = name, Subjects = [name + ".>"], Storage = StreamStorage.File });
        await using var publisher = await js.CreatePublisherAsync(new JetStreamPublisherOptions { MaxInFlight = 128, AckTimeout = TimeSpan.FromSeconds(2) });
        var subject = new NatsSubject(name + ".a");
        var stored = 0;
        var lost = 0;
        var restart = Task.CompletedTask;

        await Parallel.ForEachAsync(Enumerable.Range(0, Count), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, cancellationToken) =>
        {
            var id = Encoding.ASCII.GetBytes("id-" + i);
            if (i == Count / 2)
            {
                restart = Task.Run(async () =>
                {
                    await server.StopAsync();
                    await server.StartAgainAsync();
                }, cancellationToken);
            }

            while (true)
            {
                try
                {
                    await js.Connection.WaitForConnectionAsync(cancellationToken);
                    var ack = await publisher.PublishAsync(subject, BitConverter.GetBytes(i), id, cancellationToken);
                    if (ack.Status == JetStreamAckStatus.Stored)
                    {
                        Interlocked.Increment(ref stored);
                        return;
                    }

                    Interlocked.Increment(ref lost);
                }
                catch (NatsException e) when (e.Error == NatsError.Disconnected)
                {
                    Interlocked.Increment(ref lost);
                }
            }
        });
        await restart;

        Assert.Equal(Count, stored);
        Assert.True(lost > 0, "The restart was not felt: the test shows nothing.");
        var info = (await js.GetStreamAsync(name))!;
        Assert.Equal((ulong)Count, info.Messages);
        var seen = new HashSet<int>();
        for (var sequence = info.FirstSequence; sequence <= info.LastSequence; sequence += 97)
        {
            Assert.True(seen.Add(BitConverter.ToInt32((await js.GetMessageAsync(name, sequence))!.Payload.Span)));
        }
    }

    [Fact]
    public async Task Publisher_ConnectionLost_ReportsDisconnectedAtOnceAndFailsFast()
    {
        await using var server = await NatsServer.StartAsync();
        var js = await JetStreamAsync(server);
        var name = await StreamAsync(js);
        await using var publisher = await js.CreatePublisherAsync(new JetStreamPublisherOptions { AckTimeout = TimeSpan.FromMinutes(5) });
        var subject = new NatsSubject(name + ".a");
        var fates = new Fates();
        server.Freeze();
        publisher.TryPublish(subject, "1"u8, "id-1"u8, fates, 1);

        await server.StopAsync();

        await Eventually.TrueAsync("the fate is known", () => fates.Count == 1);
        Assert.Equal(JetStreamAckStatus.Disconnected, Assert.Single(fates[1]).Status);
        Assert.Equal(JetStreamPublishStatus.Disconnected, publisher.TryPublish(subject, "2"u8, default, fates, 2));
        await publisher.DrainAsync();
    }

    [Fact]
    public async Task Publisher_Disposed_ReportsClosedAndRefuses()
    {
        await using var server = await NatsServer.StartAsync();
        var js = await JetStreamAsync(server);
        var publisher = await js.CreatePublisherAsync(new JetStreamPublisherOptions { MaxInFlight = 1 });
        var fates = new Fates();
        var subject = new NatsSubject(NewName());
        server.Freeze();
        try
        {
            Assert.Equal(JetStreamPublishStatus.Ok, publisher.TryPublish(subject, default, default, fates, 7));
            var waiting = publisher.WaitForCapacityAsync();
            await publisher.DisposeAsync();

            Assert.Equal(JetStreamAckStatus.Closed, Assert.Single(fates[7]).Status);
            await waiting;
            Assert.Equal(JetStreamPublishStatus.Closed, publisher.TryPublish(subject, default, default, fates, 8));
        }
        finally
        {
            server.Thaw();
        }
    }

    private static (JetStreamAckStatus Status, ulong Sequence, bool Duplicate) Fate(JetStreamAck ack) => (ack.Status, ack.Sequence, ack.Duplicate);

    private sealed class Fates : IJetStreamAckHandler
    {
        private readonly ConcurrentDictionary<long, ConcurrentQueue<JetStreamAck>> _acks = new();
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public ConcurrentQueue<JetStreamAck> this[long token] => _acks.TryGetValue(token, out var acks) ? acks : new();

        public void OnAck(long token, in JetStreamAck ack)
        {
            _acks.GetOrAdd(token, _ => new()).Enqueue(ack);
            Interlocked.Increment(ref _count);
        }
    }
}
