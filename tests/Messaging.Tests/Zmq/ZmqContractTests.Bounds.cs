using DynamoAspire.Messaging.Zmq;
using DynamoAspire.Testing;

namespace DynamoAspire.Messaging.Tests.Zmq;

/// <summary>Bounds, counters, and what happens at them.</summary>
public abstract partial class ZmqContractTests
{
    [Fact]
    public async Task Message_OverTheLimit_IsDroppedAndCountedAndTheStreamGoesOn()
    {
        var (pub, sub) = await SubscribedAsync("", subscriber: new ZmqSocketOptions { MaxMessageBytes = 40_000, MaxFrames = 3 });
        await pub.SendAsync(new ZmqFrames(Bytes("before")), Deadline);
        await pub.SendAsync(new ZmqFrames(new byte[40_001]), Deadline);
        await pub.SendAsync(new ZmqFrames(new byte[20_000], new byte[20_001]), Deadline);
        await pub.SendAsync(new ZmqFrames(Bytes("1"), Bytes("2"), Bytes("3"), Bytes("4")), Deadline);
        await pub.SendAsync(new ZmqFrames(new byte[20_000], new byte[20_000]), Deadline);
        await pub.SendAsync(new ZmqFrames(Bytes("after")), Deadline);

        Assert.Equal(["before"], Texts(await sub.ReceiveAsync(Deadline)));
        using (var atTheLimit = await sub.ReceiveAsync(Deadline))
        {
            Assert.Equal(40_000, atTheLimit.Length);
        }

        Assert.Equal(["after"], Texts(await sub.ReceiveAsync(Deadline)));
        Assert.Equal(3, sub.Counters.Oversized);
        Assert.Equal(0, sub.Counters.Disconnects);
    }

    [Fact]
    public async Task Frame_FarOverTheLimit_CutsTheConnectionWhichIsThenMadeAgain()
    {
        var options = new ZmqSocketOptions { MaxMessageBytes = 1_000, Monitor = true, ReconnectInterval = TimeSpan.FromMilliseconds(10) };
        var (pub, sub) = await SubscribedAsync("", subscriber: options);
        await EventAsync(sub, ZmqEventKind.Connected);
        await pub.SendAsync(new ZmqFrames(new byte[1_000_000]), Deadline);
        await EventAsync(sub, ZmqEventKind.Disconnected);
        await EventAsync(sub, ZmqEventKind.Connected);
        await MeetAsync(pub, sub, "");
        Assert.Equal(1, sub.Counters.Disconnects);
    }

    [Fact]
    public async Task Send_WithNobodyConnected_IsRefusedAtTheBoundAndCounted()
    {
        var push = Socket(ZmqSocketType.Push, new ZmqSocketOptions { SendCapacity = 10 });
        await push.BindAsync("tcp://127.0.0.1:*", Deadline);

        // The reactor may hold a batch that it took before it found no peer: the bound is that of the queue behind it.
        var accepted = 0;
        await Eventually.TrueAsync(
            "the queue is full",
            () =>
            {
                while (push.TrySend(new ZmqFrames(Bytes("x"))) is ZmqSendStatus.Ok)
                {
                    accepted++;
                }

                return accepted >= 10;
            });
        Assert.Equal(ZmqSendStatus.Full, push.TrySend(new ZmqFrames(Bytes("x"))));
        Assert.InRange(accepted, 10, 10 + 64);
        Assert.True(push.Counters.SendDropped >= 1);
        Assert.Equal(0, push.Counters.Sent);
    }

    [Fact]
    public async Task SendAsync_AtTheBound_WaitsUntilSomebodyReads()
    {
        var push = Socket(ZmqSocketType.Push, new ZmqSocketOptions { SendCapacity = 4 });
        var endpoint = await push.BindAsync("tcp://127.0.0.1:*", Deadline);
        var sends = Enumerable.Range(0, 200).Select(i => push.SendAsync(new ZmqFrames(Bytes($"{i}")), Deadline).AsTask()).ToArray();
        Assert.False(sends[^1].IsCompleted);

        var pull = Socket(ZmqSocketType.Pull);
        await pull.ConnectAsync(endpoint, Deadline);
        var received = new HashSet<string>();
        for (var i = 0; i < sends.Length; i++)
        {
            received.Add(Texts(await pull.ReceiveAsync(Deadline))[0]);
        }

        await Task.WhenAll(sends);
        Assert.Equal(200, received.Count);
        Assert.Equal(0, push.Counters.SendDropped);
    }

    [Fact]
    public async Task SendAsync_AtTheBound_CanBeCancelled()
    {
        var push = Socket(ZmqSocketType.Push, new ZmqSocketOptions { SendCapacity = 1 });
        await push.BindAsync("tcp://127.0.0.1:*", Deadline);
        using var cancellation = new CancellationTokenSource();
        var sends = Enumerable.Range(0, 100).Select(_ => push.SendAsync(new ZmqFrames(Bytes("x")), cancellation.Token).AsTask()).ToArray();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(sends));
    }

    [Fact]
    public async Task Receiver_ThatDoesNotRead_IsBoundedAndHoldsTheSenderBack()
    {
        var small = new ZmqSocketOptions { ReceiveCapacity = 16, ReceiveHighWaterMark = 16, SendHighWaterMark = 16, SendCapacity = 16 };
        var (pull, push) = await PairAsync(ZmqSocketType.Pull, ZmqSocketType.Push, small, small);
        var body = new byte[64 * 1024];
        var sent = 0;
        var idle = 0;
        await Eventually.TrueAsync(
            "the sender is held back",
            () =>
            {
                var before = sent;
                while (push.TrySend(new ZmqFrames(body)) is ZmqSendStatus.Ok)
                {
                    sent++;
                }

                // Refused for a good while: the whole way to the reader is full.
                idle = sent == before ? idle + 1 : 0;
                return idle >= 8;
            });
        Assert.Equal(16, pull.ReceivePending);

        // Nothing of what was accepted is lost.
        for (var i = 0; i < sent; i++)
        {
            (await pull.ReceiveAsync(Deadline)).Dispose();
        }

        Assert.Equal(sent, pull.Counters.Received);
        Assert.Equal(sent, push.Counters.Sent);
        Assert.Equal((long)sent * body.Length, pull.Counters.BytesReceived);
        Assert.Equal((long)sent * body.Length, push.Counters.BytesSent);
    }

    [Fact]
    public async Task SlowSubscriber_LosesMessagesAndThePublisherGoesOn()
    {
        var small = new ZmqSocketOptions { ReceiveCapacity = 8, ReceiveHighWaterMark = 8, SendHighWaterMark = 8 };
        var (pub, slow) = await SubscribedAsync("", small, small);
        var body = new byte[64 * 1024];
        for (var i = 0; i < 500; i++)
        {
            await pub.SendAsync(new ZmqFrames(body), Deadline);
        }

        await Eventually.TrueAsync("all are handed over", () => pub.Counters.Sent >= 500);
        Assert.True(slow.Counters.Received < 500, $"{slow.Counters.Received} received");
    }
}
