using System.Text;
using System.Threading.Channels;

namespace DynamoAspire.Messaging.Nats.Core;

/// <summary>A subscription whose messages are copied into a bounded queue.</summary>
internal sealed class QueueSubscription : INatsSubscription
{
    private readonly NatsConnectionCore _connection;
    private readonly Channel<NatsMessage> _channel;
    private readonly long _capacityBytes;
    private long _pendingBytes;
    private long _dropped;
    private string _lastSubject = "";
    private byte[] _lastSubjectUtf8 = [];

    public QueueSubscription(NatsConnectionCore connection, string subject, NatsSubscriptionOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Capacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.CapacityBytes, 1);
        _connection = connection;
        Subject = subject;
        Capacity = options.Capacity;
        _capacityBytes = options.CapacityBytes;
        _channel = Channel.CreateBounded<NatsMessage>(new BoundedChannelOptions(options.Capacity) { SingleWriter = true });
    }

    /// <summary>Set right after construction, before anybody else has the object.</summary>
    public IAsyncDisposable? Listener { get; set; }

    public string Subject { get; }

    public int Pending => _channel.Reader.Count;

    public int Capacity { get; }

    public long Dropped => Interlocked.Read(ref _dropped);

    public void OnMessage(in NatsIncoming incoming)
    {
        // Only this side adds, so the bound holds without a lock.
        var pending = Interlocked.Read(ref _pendingBytes);
        if ((pending > 0 && pending + incoming.Payload.Length > _capacityBytes) || _channel.Reader.Count >= Capacity)
        {
            Drop();
            return;
        }

        var message = Copy(incoming);
        Interlocked.Add(ref _pendingBytes, message.Payload.Length);
        if (!_channel.Writer.TryWrite(message))
        {
            Interlocked.Add(ref _pendingBytes, -message.Payload.Length);
            Drop();
        }
    }

    public async ValueTask<NatsMessage> ReadAsync(CancellationToken cancellationToken = default)
    {
        var message = await _channel.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        Interlocked.Add(ref _pendingBytes, -message.Payload.Length);
        return message;
    }

    public bool TryRead(out NatsMessage message)
    {
        if (!_channel.Reader.TryRead(out message))
        {
            return false;
        }

        Interlocked.Add(ref _pendingBytes, -message.Payload.Length);
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        if (Listener is not null)
        {
            await Listener.DisposeAsync().ConfigureAwait(false);
        }

        _channel.Writer.TryComplete();
    }

    /// <summary>A copy that owns its bytes.</summary>
    public static NatsMessage Copy(in NatsIncoming incoming, string subject)
    {
        NatsHeaders? headers = new();
        if (!incoming.TryReadHeaders(headers))
        {
            headers = null;
        }

        return new NatsMessage(
            subject,
            incoming.ReplyTo.IsEmpty ? null : Encoding.UTF8.GetString(incoming.ReplyTo),
            headers,
            incoming.Payload.IsEmpty ? ReadOnlyMemory<byte>.Empty : incoming.Payload.ToArray());
    }

    private NatsMessage Copy(in NatsIncoming incoming)
    {
        // Most subscriptions hear one subject over and over.
        if (!incoming.Subject.SequenceEqual(_lastSubjectUtf8))
        {
            _lastSubject = Encoding.UTF8.GetString(incoming.Subject);
            _lastSubjectUtf8 = incoming.Subject.ToArray();
        }

        return Copy(incoming, _lastSubject);
    }

    private void Drop()
    {
        Interlocked.Increment(ref _dropped);
        _connection.CountDropped(1);
    }
}
