using DynamoAspire.Messaging.Zmq.NetMq;
using DynamoAspire.Messaging.Zmq.Reactor;

namespace DynamoAspire.Messaging.Zmq;

public static partial class ZmqContexts
{
    static partial void AddNetMq(List<(string Name, Func<ZmqDriver> Create)> factories) => factories.Add((NetMq, () => new NetMqDriver()));
}
