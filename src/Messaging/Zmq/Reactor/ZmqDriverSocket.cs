namespace DynamoAspire.Messaging.Zmq.Reactor;

/// <summary>One socket of a ZeroMQ library together with its monitor. The reactor's thread only.</summary>
internal abstract class ZmqDriverSocket : IDisposable
{
    /// <summary>The reactor wants to read.</summary>
    public bool WantsRead { get; set; }

    /// <summary>The reactor wants to write: the last send found no room.</summary>
    public bool WantsWrite { get; set; }

    /// <summary>Outcome of a poll.</summary>
    public bool IsReadable { get; set; }

    /// <summary>Outcome of a poll.</summary>
    public bool IsWritable { get; set; }

    /// <summary>Outcome of a poll: monitor events wait.</summary>
    public bool HasEvents { get; set; }

    /// <summary>Binds and returns the endpoint as resolved.</summary>
    public abstract string Bind(string endpoint);

    /// <summary>Undoes <see cref="Bind"/>; never throws.</summary>
    public abstract void Unbind(string resolvedEndpoint);

    /// <summary>Connects.</summary>
    public abstract void Connect(string endpoint);

    /// <summary>Undoes <see cref="Connect"/>; false when the library knows no such connection.</summary>
    public abstract bool Disconnect(string endpoint);

    /// <summary>Adds a topic prefix.</summary>
    public abstract void Subscribe(ReadOnlySpan<byte> topic);

    /// <summary>Reads one whole message, if there is one.</summary>
    public abstract ZmqReadResult TryReceive(ZmqMessage message);

    /// <summary>Hands one whole message over without waiting.</summary>
    public abstract ZmqWriteResult TrySend(ZmqMessage message);

    /// <summary>Reads one monitor event, if there is one.</summary>
    public abstract bool TryReadEvent(out ZmqRawEvent rawEvent);

    /// <summary>Closes the socket and its monitor. Never throws.</summary>
    public abstract void Close(TimeSpan linger);

    /// <inheritdoc/>
    public void Dispose()
    {
        Close(TimeSpan.Zero);
        GC.SuppressFinalize(this);
    }
}
