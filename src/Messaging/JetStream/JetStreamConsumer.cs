using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using DynamoAspire.Messaging.JetStream.Wire;
using DynamoAspire.Messaging.Nats;

namespace DynamoAspire.Messaging.JetStream;

/// <summary>
/// Reads a pull consumer in batches, in the stream's order. One fetch at a time; further calls wait. Disposing stops reading, it does not
/// delete the consumer.
/// </summary>
public sealed class JetStreamConsumer : IAsyncDisposable
{
    private const int Heartbeat = 100;
    private static readonly TimeSpan s_longestHeartbeat = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_shortestHeartbeat = TimeSpan.FromMilliseconds(200);

    private readonly JetStreamContext _context;
    private readonly INatsSubscription _inbox;
    private readonly string _prefix;
    private readonly NatsSubject _pull;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private long _fetches;
    private OpenRequest? _open;

    private JetStreamConsumer(JetStreamContext context, ConsumerInfo info, string prefix, INatsSubscription inbox)
    {
        _context = context;
        _prefix = prefix;
        _inbox = inbox;
        Name = info.Name;
        Stream = info.Stream;
        Created = info;
        _pull = new NatsSubject(context.Subject($"CONSUMER.MSG.NEXT.{info.Stream}.{info.Name}"));
    }

    /// <summary>Name of the consumer.</summary>
    public string Name { get; }

    /// <summary>Name of its stream.</summary>
    public string Stream { get; }

    /// <summary>What the server said when this object was made.</summary>
    public ConsumerInfo Created { get; }

    /// <summary>
    /// Fetches messages; an empty list if none came in time. Ends early, with what has come, when the connection is lost: what the server
    /// had sent by then comes again after its acknowledgement time.
    /// </summary>
    /// <exception cref="NatsException">The consumer is gone (<see cref="NatsError.NoResponders"/> or <see cref="NatsError.JetStream"/>), or the connection is away.</exception>
    public async ValueTask<IReadOnlyList<JetStreamMessage>> FetchAsync(FetchOptions? options = null, CancellationToken cancellationToken = default)
    {
        var wanted = options ?? FetchOptions.Default;
        ArgumentOutOfRangeException.ThrowIfLessThan(wanted.Batch, 1);
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            using var limit = new FetchLimit(_context.Connection, cancellationToken);
            return await FetchAsync(wanted, limit, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Reads on and on. While the connection is away it waits; a consumer that is gone ends it with an exception.</summary>
    public async IAsyncEnumerable<JetStreamMessage> ReadAllAsync(FetchOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await _context.Connection.WaitForConnectionAsync(cancellationToken).ConfigureAwait(false);
            IReadOnlyList<JetStreamMessage> batch;
            var started = _context.Connection.Options.TimeProvider.GetTimestamp();
            try
            {
                batch = await FetchAsync(options, cancellationToken).ConfigureAwait(false);
            }
            catch (NatsException e) when (e.Error == NatsError.Disconnected)
            {
                continue;
            }

            foreach (var message in batch)
            {
                yield return message;
            }

            if (batch.Count == 0 && _context.Connection.Options.TimeProvider.GetElapsedTime(started) < s_shortestHeartbeat)
            {
                // The server refuses for now (a limit, a change of leader): not in a tight loop.
                await Task.Delay(s_shortestHeartbeat, _context.Connection.Options.TimeProvider, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _inbox.DisposeAsync().ConfigureAwait(false);
        _turn.Dispose();
    }

    internal static async ValueTask<JetStreamConsumer> CreateAsync(JetStreamContext context, ConsumerInfo info, CancellationToken cancellationToken)
    {
        var prefix = NatsInbox.NewPrefix() + ".";
        var inbox = await context.Connection.SubscribeAsync(prefix + "*", cancellationToken: cancellationToken).ConfigureAwait(false);
        return new JetStreamConsumer(context, info, prefix, inbox);
    }

    private async ValueTask<IReadOnlyList<JetStreamMessage>> FetchAsync(FetchOptions options, FetchLimit limit, CancellationToken cancellationToken)
    {
        var messages = new List<JetStreamMessage>();
        var isOwnRequest = false;
        while (true)
        {
            // What an earlier request asked for and its fetch no longer waited for comes first.
            while (messages.Count < options.Batch && _inbox.TryRead(out var waiting))
            {
                Take(messages, waiting, ref isOwnRequest, out var isOver);
                if (isOver)
                {
                    return messages;
                }
            }

            if (messages.Count == options.Batch || (messages.Count > 0 && options.ReturnEarly && !options.NoWait))
            {
                return messages;
            }

            if (_open is null || options.NoWait != _open.NoWait || _open.Connects != _context.Connection.Counters.Connects)
            {
                _open = Request(options, options.Batch - messages.Count);
                isOwnRequest = true;
            }

            try
            {
                limit.Restart(_open.LongestSilence);
                Take(messages, await _inbox.ReadAsync(limit.Token).ConfigureAwait(false), ref isOwnRequest, out var isOver);
                if (isOver)
                {
                    return messages;
                }
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // The connection was lost, or the server went silent.
                _open = null;
                return messages;
            }
        }
    }

    /// <summary>
    /// Takes a message or the word of the server that a request is over. A fetch that went on with an earlier request sends its own when that one
    /// is over; its own being over ends it.
    /// </summary>
    private void Take(List<JetStreamMessage> messages, in NatsMessage message, ref bool isOwnRequest, out bool isOver)
    {
        isOver = false;
        if (JetStreamMessage.TryCreate(_context.Connection, message) is { } created)
        {
            messages.Add(created);
            if (_open is { } open && --open.Left <= 0)
            {
                _open = null;
            }
        }
        else if (message.Headers?["Status"] is { } status && _open is not null && message.Subject == _open.Inbox)
        {
            var ended = _open;
            _open = null;
            if (EndsFetch(status, message.Headers["Description"]))
            {
                isOver = isOwnRequest;
                isOwnRequest = false;
            }
            else
            {
                _open = ended;
            }
        }
    }

    private OpenRequest Request(FetchOptions options, int batch)
    {
        var inbox = _prefix + (++_fetches).ToString(CultureInfo.InvariantCulture);
        var expires = options.NoWait ? (TimeSpan?)null : options.Expires;
        var beat = expires is { } e && e >= s_shortestHeartbeat * 2 ? TimeSpan.FromTicks(Math.Min(e.Ticks / 2, s_longestHeartbeat.Ticks)) : (TimeSpan?)null;
        var request = new ApiPull(batch, Conversions.Nanoseconds(expires), options.NoWait ? true : null, Conversions.Nanoseconds(beat));
        var connects = _context.Connection.Counters.Connects;
        var status = _context.Connection.TryPublish(_pull, JsonSerializer.SerializeToUtf8Bytes(request, ApiJson.Default.ApiPull), null, new NatsSubject(inbox));
        if (status != NatsPublishStatus.Ok)
        {
            _open = null;
            throw new NatsException(status == NatsPublishStatus.Closed ? NatsError.Closed : NatsError.Disconnected, $"The request for messages of '{Name}' was not sent: {status}.");
        }

        // Two missed heartbeats, or the request's end, and some time for the answer to travel.
        var silence = (beat is { } b ? b * 2 : expires ?? TimeSpan.Zero) + s_longestHeartbeat;
        return new OpenRequest(inbox, options.NoWait, connects, silence) { Left = batch };
    }

    private bool EndsFetch(string status, string? description)
    {
        _ = int.TryParse(status, NumberStyles.None, CultureInfo.InvariantCulture, out var code);
        return code switch
        {
            Heartbeat => false,

            // No messages; the request's time is over; something about the consumer that passes.
            404 or 408 => true,
            409 when description?.Contains("Consumer Deleted", StringComparison.OrdinalIgnoreCase) != true => true,
            503 => throw new NatsException(NatsError.NoResponders, $"The consumer '{Name}' of stream '{Stream}' is gone, or JetStream is off."),
            _ => throw new NatsException(NatsError.JetStream, $"The consumer '{Name}' of stream '{Stream}' answered {status} {description}.", code: code),
        };
    }

    /// <summary>A pull request that the server still holds. Never more than one: each counts against the consumer's limit of waiting requests.</summary>
    private sealed record OpenRequest(string Inbox, bool NoWait, long Connects, TimeSpan LongestSilence)
    {
        public int Left { get; set; }
    }
}
