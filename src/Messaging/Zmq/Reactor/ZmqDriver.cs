namespace DynamoAspire.Messaging.Zmq.Reactor;

/// <summary>
/// What a ZeroMQ library must give the reactor. Everything is called by the reactor's thread alone, except <see cref="Signal"/>.
/// </summary>
internal abstract class ZmqDriver : IDisposable
{
    /// <summary>Name of the adapter.</summary>
    public abstract string Adapter { get; }

    /// <summary>First call on the reactor's thread.</summary>
    public abstract void Start();

    /// <summary>Makes a socket of the library with all options set.</summary>
    public abstract ZmqDriverSocket CreateSocket(ZmqSocketType type, ZmqSocketOptions options);

    /// <summary>
    /// Waits until a socket has something its <c>Wants…</c> ask for, a signal comes, or the time is over; sets the sockets' <c>Is…</c>.
    /// </summary>
    /// <param name="sockets">Sockets to look at.</param>
    /// <param name="milliseconds">Longest wait; negative waits without end.</param>
    /// <returns>True when there was a signal, which is consumed.</returns>
    public abstract bool Poll(IReadOnlyList<ZmqReactorSocket> sockets, int milliseconds);

    /// <summary>Ends a <see cref="Poll"/>. Any thread.</summary>
    public abstract void Signal();

    /// <summary>Last call, after all sockets are closed; may wait for their linger time.</summary>
    public abstract void Terminate();

    /// <inheritdoc/>
    public void Dispose()
    {
        Terminate();
        GC.SuppressFinalize(this);
    }
}
