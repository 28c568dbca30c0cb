using DynamoAspire.Messaging.Zmq;
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
}
