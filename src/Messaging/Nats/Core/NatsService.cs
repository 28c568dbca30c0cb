using System.Threading.Channels;

namespace DynamoAspire.Messaging.Nats.Core;

/// <summary>Answers requests one after another.</summary>
internal sealed class NatsService : IAsyncDisposable
{
    // The names of NATS' own service protocol (ADR-32), so that its tools show the error.
    private const string ErrorHeader = "Nats-Service-Error";
    private const string ErrorCodeHeader = "Nats-Service-Error-Code";

    private readonly NatsConnectionCore _connection;
    private readonly INatsSubscription _subscription;
    private readonly NatsRequestHandler _handler;
    private readonly NatsServeOptions _options;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private int _disposed;

    public NatsService(NatsConnectionCore connection, INatsSubscription subscription, NatsRequestHandler handler, NatsServeOptions options)
    {
        _connection = connection;
        _subscription = subscription;
        _handler = handler;
        _options = options;
        _loop = Task.Run(RunAsync);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await _subscription.DisposeAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                await AnswerAsync(await _subscription.ReadAsync(_stop.Token).ConfigureAwait(false)).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Disposed.
        }
        catch (ChannelClosedException)
        {
            // Disposed.
        }
    }

    private async ValueTask AnswerAsync(NatsMessage request)
    {
        try
        {
            var reply = await _handler(request, _stop.Token).ConfigureAwait(false);
            if (request.ReplyTo is not null && Publish(request.ReplyTo, reply.Span, null) == NatsPublishStatus.TooLarge)
            {
                throw new NatsException(NatsError.TooLarge, $"The reply of {reply.Length} bytes is larger than the server accepts ({_connection.MaxPayload}).");
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e)
        {
            // One bad request must not end the service.
            Report(e);
            if (request.ReplyTo is not null)
            {
                var text = e.Message.AsSpan();
                var line = text[..Math.Min(512, text.IndexOfAny('\r', '\n') is >= 0 and var end ? end : text.Length)].ToString().Replace("\0", "", StringComparison.Ordinal);
                Publish(request.ReplyTo, default, new NatsHeaders().Add(ErrorHeader, line.Length > 0 ? line : e.GetType().Name).Add(ErrorCodeHeader, "500"));
            }
        }
    }

    private void Report(Exception e)
    {
        try
        {
            _options.OnError?.Invoke(e);
        }
        catch (Exception failure)
        {
            // The reporter itself must not end the service either.
            _connection.OnLinkError("NatsServeOptions.OnError threw: " + failure.Message);
        }
    }

    private NatsPublishStatus Publish(string replyTo, ReadOnlySpan<byte> payload, NatsHeaders? headers) =>
        NatsSubject.IsValid(replyTo) ? _connection.TryPublish(new NatsSubject(replyTo), payload, headers) : NatsPublishStatus.Ok;
}
