namespace DynamoAspire.Messaging.Zmq.Reactor;

/// <summary>How far a socket has been closed.</summary>
internal enum ZmqClosing
{
    /// <summary>In use.</summary>
    Open,

    /// <summary>Hands over what was sent before, within the linger time.</summary>
    Flushing,

    /// <summary>Waits for its listeners to be gone.</summary>
    Unbinding,

    /// <summary>Gone.</summary>
    Closed,
}
