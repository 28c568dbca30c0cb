using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace DynamoAspire.Messaging.Nats.Core;

/// <summary>Requests and their replies over one inbox subscription of the connection, made at the first request.</summary>
internal sealed class NatsRequests(NatsConnectionCore connection) : IAsyncDisposable
{
    private const int NoResponders = 503;

    private readonly string _prefix = NatsInbox.NewPrefix() + ".";
    private readonly ConcurrentDictionary<long, TaskCompletionSource<NatsMessage>> _pending = new();
    private readonly SemaphoreSlim _listening = new(1, 1);
    private IAsyncDisposable? _listener;
    private long _lastId;

    public async ValueTask<NatsMessage> SendAsync(NatsSubject subject, ReadOnlyMemory<byte> payload, NatsHeaders? headers, TimeSpan timeout, CancellationToken cancellationToken)
    {
        await ListenAsync(cancellationToken).ConfigureAwait(false);
        var id = Interlocked.Increment(ref _lastId);
        var reply = new TaskCompletionSource<NatsMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        _pending[id] = reply;
        try
        {
            var inbox = new NatsSubject(_prefix + id.ToString(CultureInfo.InvariantCulture));
            Check(connection.TryPublish(subject, payload.Span, headers, inbox), subject);
            return await reply.Task.WaitAsync(timeout, connection.Options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException e)
        {
            throw new NatsException(NatsError.Timeout, $"No reply on '{subject}' within {timeout.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture)} s.", e);
        }
        finally
        {
            _pending.TryRemove(id, out _);
        }
    }

    /// <summary>Replies to what is under way would go to the lost connection: the callers hear of it now rather than after their time-out.</summary>
    public void FailAll()
    {
        foreach (var (_, reply) in _pending)
        {
            reply.TrySetException(new NatsException(NatsError.Disconnected, "The NATS connection was lost while a request was under way; whether it was carried out is not known."));
            _ = reply.Task.Exception;
        }
    }

    public async ValueTask DisposeAsync()
    {
        FailAll();
        if (_listener is not null)
        {
            await _listener.DisposeAsync().ConfigureAwait(false);
        }

        _listening.Dispose();
    }

    private async ValueTask ListenAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _listener) is not null)
        {
            return;
        }

        await _listening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_listener is null)
            {
                Volatile.Write(ref _listener, await connection.ListenAsync(_prefix + "*", null, OnReply, cancellationToken).ConfigureAwait(false));
            }
        }
        finally
        {
            _listening.Release();
        }
    }

    private void OnReply(in NatsIncoming message)
    {
        if (message.Subject.Length <= _prefix.Length
            || !long.TryParse(message.Subject[_prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            || !_pending.TryRemove(id, out var reply))
        {
            return;
        }

        if (message.ReadStatus() == NoResponders)
        {
            reply.TrySetException(new NatsException(NatsError.NoResponders, "Nobody listens on the subject of the request."));
        }
        else
        {
            reply.TrySetResult(QueueSubscription.Copy(message, Encoding.UTF8.GetString(message.Subject)));
        }
    }

    private void Check(NatsPublishStatus status, NatsSubject subject)
    {
        if (status != NatsPublishStatus.Ok)
        {
            throw new NatsException(
                status switch
                {
                    NatsPublishStatus.TooLarge => NatsError.TooLarge,
                    NatsPublishStatus.Closed => NatsError.Closed,
                    NatsPublishStatus.Full => NatsError.Unknown,
                    _ => NatsError.Disconnected,
                },
                $"The request on '{subject}' was not sent: {status}{(connection.LastError is { } error && status == NatsPublishStatus.Disconnected ? " (" + error + ")" : "")}.");
        }
    }
}
