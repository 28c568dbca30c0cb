using DynamoAspire.Messaging.Zmq;
using DynamoAspire.Messaging.Zmq.Reactor;
using DynamoAspire.Testing;

namespace DynamoAspire.Messaging.Tests.Zmq;

/// <summary>The contract on libzmq, and what only libzmq can do.</summary>
public sealed class LibzmqContractTests() : ZmqContractTests(ZmqContexts.Libzmq)
{
    [Fact]
    public async Task Ipc_CarriesMessages()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var directory = new TemporaryDirectory();
        var endpoint = "ipc://" + directory.Combine("kv.sock");
        var pull = Socket(ZmqSocketType.Pull);
        var push = Socket(ZmqSocketType.Push);
        await pull.BindAsync(endpoint, Deadline);
        await push.ConnectAsync(endpoint, Deadline);
        await push.SendAsync(new ZmqFrames(Bytes("over a file")), Deadline);
        Assert.Equal(["over a file"], Texts(await pull.ReceiveAsync(Deadline)));
    }

    [Fact]
    public async Task Peer_ThatIsNoZeroMq_IsReportedAsAFailedHandshake()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var sub = Socket(ZmqSocketType.Sub, new ZmqSocketOptions { Monitor = true });
        await sub.ConnectAsync($"tcp://127.0.0.1:{((System.Net.IPEndPoint)listener.LocalEndpoint).Port}", Deadline);
        using var client = await listener.AcceptTcpClientAsync(Deadline);
        client.Close();
        await EventAsync(sub, ZmqEventKind.HandshakeFailed);
    }

    [Fact]
    public async Task Traffic_InSteadyState_AllocatesNothingPerMessage()
    {
        var (pull, push) = await PairAsync(ZmqSocketType.Pull, ZmqSocketType.Push);
        var body = new byte[200];
        Exchange(pull, push, body, 2_000);
        const int messages = 20_000;
        var reactor = (ZmqReactor)Context;
        var reactorBefore = await reactor.InvokeAsync(GC.GetAllocatedBytesForCurrentThread);
        var callerAllocated = Measure(() => Exchange(pull, push, body, messages));
        var reactorAllocated = await reactor.InvokeAsync(GC.GetAllocatedBytesForCurrentThread) - reactorBefore;

        // A handful for asking the reactor and for queues that grow once; far below one object per message.
        Assert.InRange(callerAllocated, 0, messages);
        Assert.InRange(reactorAllocated, 0, messages);
    }

    private static long Measure(Action action)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private void Exchange(IZmqSocket pull, IZmqSocket push, byte[] body, int messages)
    {
        for (int sent = 0, received = 0; received < messages;)
        {
            Deadline.ThrowIfCancellationRequested();
            while (sent < messages && sent - received < 100 && push.TrySend(new ZmqFrames(body, default, body)) is ZmqSendStatus.Ok)
            {
                sent++;
            }

            while (pull.TryReceive(out var message))
            {
                received += message.Length == 400 ? 1 : throw new InvalidOperationException("Not what was sent.");
                message.Dispose();
            }
        }
    }
}
