using DynamoAspire.Messaging.Zmq;

namespace DynamoAspire.Messaging.Tests.Zmq;

/// <summary>The contract on NetMQ, and what it cannot do.</summary>
public sealed class NetMqContractTests() : ZmqContractTests(ZmqContexts.NetMq)
{
    [Fact]
    public async Task Ipc_IsRefusedWithTheWayOut()
    {
        var socket = Socket(ZmqSocketType.Dealer);
        var bind = await RefusedAsync(ZmqError.NotSupported, () => socket.BindAsync("ipc:///tmp/kv.sock", Deadline).AsTask());
        Assert.Contains("DYNAMO_ASPIRE_ZMQ_ADAPTER=libzmq", bind.Message, StringComparison.Ordinal);
        await RefusedAsync(ZmqError.NotSupported, () => socket.ConnectAsync("ipc:///tmp/kv.sock", Deadline).AsTask());
    }

    [Fact]
    public async Task Adapter_WherePresent_IsTheDefault()
    {
        Assert.Equal([ZmqContexts.NetMq, ZmqContexts.Libzmq], ZmqContexts.Adapters);
        Assert.Equal("netmq", Context.Adapter);
        await using var libzmq = ZmqContexts.Create("LibZMQ");
        Assert.Equal("libzmq", libzmq.Adapter);
    }
}
