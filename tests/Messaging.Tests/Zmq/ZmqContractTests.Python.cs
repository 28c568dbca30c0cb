using DynamoAspire.Messaging.Zmq;
using DynamoAspire.Testing;

namespace DynamoAspire.Messaging.Tests.Zmq;

/// <summary>Against a peer that is not ours.</summary>
public abstract partial class ZmqContractTests
{
    private const string PythonPeer = """
        import sys, zmq
        context = zmq.Context()
        publisher, replay, pipe = sys.argv[1:4]
        sub = context.socket(zmq.SUB)
        sub.setsockopt(zmq.SUBSCRIBE, b'kv')
        sub.connect(publisher)
        pub = context.socket(zmq.PUB)
        pub_port = pub.bind_to_random_port('tcp://127.0.0.1')
        router = context.socket(zmq.ROUTER)
        router_port = router.bind_to_random_port('tcp://127.0.0.1')
        push = context.socket(zmq.PUSH)
        push.connect(pipe)
        req = context.socket(zmq.REQ)
        req.connect(replay)
        push.send_multipart([b'ports', str(pub_port).encode(), str(router_port).encode()])
        poller = zmq.Poller()
        for s in (sub, router): poller.register(s, zmq.POLLIN)
        while True:
            for s, _ in poller.poll():
                frames = s.recv_multipart()
                if s is sub:
                    if frames[-1] == b'stop': sys.exit(0)
                    pub.send_multipart([b'echo'] + frames)
                elif s is router:
                    router.send_multipart(frames + [b'answered by python'])
                    req.send(b'asked by python')
                    push.send_multipart([b'reply'] + req.recv_multipart())
        """;

    [Fact]
    public async Task Python_UnderstandsUsAndWeUnderstandIt()
    {
        var pub = Socket(ZmqSocketType.Pub);
        var router = Socket(ZmqSocketType.Router);
        var pull = Socket(ZmqSocketType.Pull);
        string[] endpoints = [await pub.BindAsync("tcp://127.0.0.1:*", Deadline), await router.BindAsync("tcp://127.0.0.1:*", Deadline), await pull.BindAsync("tcp://127.0.0.1:*", Deadline)];
        await using var python = ChildProcess.Start(Python.Path, ["-u", "-c", PythonPeer, .. endpoints]);
        var ports = Texts(await pull.ReceiveAsync(Deadline));

        var sub = Socket(ZmqSocketType.Sub);
        await sub.SubscribeAsync(Bytes("echo"), Deadline);
        await sub.ConnectAsync($"tcp://127.0.0.1:{ports[1]}", Deadline);
        ZmqMessage? echo = null;
        await Eventually.TrueAsync(
            "our publication comes back from Python",
            () =>
            {
                pub.TrySend(new ZmqFrames(Bytes("kv-events"), new byte[] { 0, 255, 7 }, default));
                return sub.TryReceive(out echo);
            });
        Assert.Equal(4, echo!.Count);
        Assert.Equal("kv-events", Text(echo[1]));
        Assert.Equal([0, 255, 7], echo[2].ToArray());
        Assert.True(echo[3].IsEmpty);
        echo.Dispose();

        var dealer = Socket(ZmqSocketType.Dealer);
        await dealer.ConnectAsync($"tcp://127.0.0.1:{ports[2]}", Deadline);
        await dealer.SendAsync(new ZmqFrames(default, Bytes("question")), Deadline);
        Assert.Equal(["", "question", "answered by python"], Texts(await dealer.ReceiveAsync(Deadline)));

        using (var request = await router.ReceiveAsync(Deadline))
        {
            Assert.Equal(["", "asked by python"], [Text(request[1]), Text(request[2])]);
            await router.SendAsync(new ZmqFrames(request[0], default, Bytes("answered by us")), Deadline);
        }

        Assert.Equal(["reply", "answered by us"], Texts(await pull.ReceiveAsync(Deadline)));
        pub.TrySend(new ZmqFrames(Bytes("kv"), Bytes("stop")));
        Assert.Equal(0, await python.WaitForExitAsync(TimeSpan.FromSeconds(20)));
    }
}
