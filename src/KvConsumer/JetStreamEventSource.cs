using DynamoAspire.KvEvents.RouterEvents;
using DynamoAspire.Messaging.JetStream;
using DynamoAspire.Messaging.Nats;

namespace DynamoAspire.KvConsumer;

/// <summary>
/// Reads the JetStream stream of a component from a sequence on, through a pull consumer that the server forgets with the reader. It
/// does not filter by subject: writers of different generations use different ones. A lost connection or consumer is made up for by a
/// new consumer behind the last message read, so nothing is missed and nothing comes twice.
/// </summary>
public sealed class JetStreamEventSource : IKvEventSource
{
    private static readonly TimeSpan s_retry = TimeSpan.FromMilliseconds(250);

    private readonly JetStreamContext _context;
    private readonly string _stream;
    private readonly FetchOptions _fetch;
    private readonly Queue<JetStreamMessage> _fetched = new();
    private JetStreamConsumer? _consumer;

    /// <summary>Makes a source; nothing is sent yet.</summary>
    /// <param name="connection">Not owned.</param>
    /// <param name="ns">Namespace of the component.</param>
    /// <param name="component">Component.</param>
    /// <param name="fromSequence">First stream sequence to read; 1 reads all the stream has.</param>
    /// <param name="batch">Messages fetched at a time: the bound of what is held here.</param>
    public JetStreamEventSource(INatsConnection connection, string ns, string component, ulong fromSequence = 1, int batch = 256)
    {
        ArgumentOutOfRangeException.ThrowIfZero(fromSequence);
        _context = new JetStreamContext(connection);
        _stream = KvEventNames.Stream(ns, component);
        _fetch = new FetchOptions { Batch = batch };
        NextSequence = fromSequence;
    }

    /// <summary>Stream sequence behind the last message read: where a later source goes on.</summary>
    public ulong NextSequence { get; private set; }

    /// <inheritdoc/>
    public long Undecodable { get; private set; }

    /// <inheritdoc/>
    public long Lost { get; private set; }

    /// <inheritdoc/>
    public async ValueTask ReadAsync(RouterEvent destination, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            while (_fetched.TryDequeue(out var message))
            {
                if (message.StreamSequence < NextSequence)
                {
                    continue;
                }

                // The stream let go of messages by age or size before they were read.
                Lost += NextSequence > 1 ? (long)(message.StreamSequence - NextSequence) : 0;
                NextSequence = message.StreamSequence + 1;
                if (RouterEventCodec.TryRead(message.Payload.Span, destination))
                {
                    return;
                }

                Undecodable++;
            }

            await FetchAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_consumer is not null)
        {
            await _consumer.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask FetchAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _context.Connection.WaitForConnectionAsync(cancellationToken).ConfigureAwait(false);
            _consumer ??= await _context.CreateConsumerAsync(
                _stream,
                new ConsumerConfig { AckPolicy = AckPolicy.None, DeliverPolicy = DeliverPolicy.ByStartSequence, StartSequence = NextSequence },
                cancellationToken).ConfigureAwait(false);
            var connects = _context.Connection.Counters.Connects;
            foreach (var message in await _consumer.FetchAsync(_fetch, cancellationToken).ConfigureAwait(false))
            {
                _fetched.Enqueue(message);
            }

            if (connects == _context.Connection.Counters.Connects && IsInOrder())
            {
                return;
            }
        }
        catch (NatsException e) when (e.Error != NatsError.Closed)
        {
            // The stream is not there yet, the consumer is gone, or the connection is: try again.
            await Task.Delay(s_retry, _context.Connection.Options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }

        // Without acknowledgements the server does not send again what was on its way: a new consumer begins behind what was read.
        await RestartAsync().ConfigureAwait(false);
    }

    private bool IsInOrder()
    {
        var expected = 0UL;
        foreach (var message in _fetched)
        {
            if (expected != 0 && message.ConsumerSequence != expected)
            {
                return false;
            }

            expected = message.ConsumerSequence + 1;
        }

        return true;
    }

    private async ValueTask RestartAsync()
    {
        _fetched.Clear();
        if (_consumer is { } old)
        {
            _consumer = null;
            await old.DisposeAsync().ConfigureAwait(false);
        }
    }
}
