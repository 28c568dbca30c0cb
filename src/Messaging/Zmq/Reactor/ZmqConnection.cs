namespace DynamoAspire.Messaging.Zmq.Reactor;

/// <summary>One endpoint a socket connects to.</summary>
internal sealed class ZmqConnection(string endpoint)
{
    /// <summary>As given by the caller.</summary>
    public string Endpoint { get; } = endpoint;

    /// <summary>When to connect again if the library says nothing until then.</summary>
    public long? ReviveAt { get; private set; }

    public void Lost(long reviveAt) => ReviveAt = reviveAt;

    public void Alive() => ReviveAt = null;
}
