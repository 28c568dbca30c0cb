namespace DynamoAspire.Messaging.Nats.Core;

/// <content>What it has done so far.</content>
internal sealed partial class NatsConnectionCore
{
    private long _messagesOut;
    private long _bytesOut;
    private long _messagesIn;
    private long _bytesIn;
    private long _connects;
    private long _disconnects;
    private long _connectFailures;
    private long _authorizationFailures;
    private long _publishFailures;
    private long _dropped;
    private long _errors;

    public NatsCounters Counters => new()
    {
        MessagesOut = Interlocked.Read(ref _messagesOut),
        BytesOut = Interlocked.Read(ref _bytesOut),
        MessagesIn = Interlocked.Read(ref _messagesIn),
        BytesIn = Interlocked.Read(ref _bytesIn),
        Connects = Interlocked.Read(ref _connects),
        Disconnects = Interlocked.Read(ref _disconnects),
        ConnectFailures = Interlocked.Read(ref _connectFailures),
        AuthorizationFailures = Interlocked.Read(ref _authorizationFailures),
        PublishFailures = Interlocked.Read(ref _publishFailures),
        Dropped = Interlocked.Read(ref _dropped),
        Errors = Interlocked.Read(ref _errors),
    };

    internal void CountReceived(int bytes)
    {
        Interlocked.Increment(ref _messagesIn);
        Interlocked.Add(ref _bytesIn, bytes);
    }

    internal void CountDropped(long count) => Interlocked.Add(ref _dropped, count);

    private void CountSent(OutgoingBatch batch, int start, int end)
    {
        long bytes = 0;
        for (var i = start; i < end; i++)
        {
            bytes += batch[i].PayloadLength;
        }

        Interlocked.Add(ref _messagesOut, end - start);
        Interlocked.Add(ref _bytesOut, bytes);
    }
}
