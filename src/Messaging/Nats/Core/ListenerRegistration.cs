namespace DynamoAspire.Messaging.Nats.Core;

/// <summary>A subscription as the connection keeps it across links: what to ask of each new server, and whom to tell.</summary>
internal sealed class ListenerRegistration(NatsConnectionCore connection, string subject, string? queueGroup, NatsListener listener)
{
    // A new link may begin to deliver while the last callback of the old one still runs.
    private readonly Lock _gate = new();
    private bool _removed;

    public string Subject => subject;

    public string? QueueGroup => queueGroup;

    /// <summary>What the present link keeps for it; touched by the link only.</summary>
    public object? LinkState { get; set; }

    /// <summary>Called by links, one message after another. A listener that throws loses that message, not the connection.</summary>
    public void Deliver(in NatsIncoming message)
    {
        lock (_gate)
        {
            if (_removed)
            {
                return;
            }

            connection.CountReceived(message.Payload.Length);
            try
            {
                listener(message);
            }
            catch (Exception e)
            {
                // The caller is a native thread or the client library's read loop: an exception there would end the process or the connection.
                connection.OnLinkError($"The listener of '{subject}' threw: {e.Message}");
            }
        }
    }

    /// <summary>Called by links whose library dropped messages before they got here.</summary>
    public void CountDropped(long count) => connection.CountDropped(count);

    /// <summary>Nothing is delivered once this returns.</summary>
    public void Remove()
    {
        lock (_gate)
        {
            _removed = true;
        }
    }
}
