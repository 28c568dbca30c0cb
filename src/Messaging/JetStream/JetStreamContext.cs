using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using DynamoAspire.Messaging.JetStream.Wire;
using DynamoAspire.Messaging.Nats;

namespace DynamoAspire.Messaging.JetStream;

/// <summary>
/// JetStream over a connection: streams, publishing with acknowledgements, pull consumers, key-value. Plain requests on the
/// <c>$JS.API</c> subjects, so it behaves alike on every adapter; needs nats-server 2.9 or newer. Thread-safe; does not own the connection.
/// </summary>
public sealed partial class JetStreamContext
{
    private readonly JetStreamOptions _options;

    /// <summary>Makes one; nothing is sent yet.</summary>
    public JetStreamContext(INatsConnection connection, JetStreamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(connection);
        Connection = connection;
        _options = options ?? JetStreamOptions.Default;
    }

    /// <summary>The connection it uses.</summary>
    public INatsConnection Connection { get; }

    /// <summary>Subject of an API call.</summary>
    internal string Subject(string call) => _options.ApiPrefix + "." + call;

    internal async ValueTask<T> CallAsync<T>(string call, ReadOnlyMemory<byte> request, JsonTypeInfo<T> responseType, CancellationToken cancellationToken)
        where T : ApiResponse
    {
        var reply = await RequestAsync(Subject(call), request, null, cancellationToken).ConfigureAwait(false);
        var response = Parse(reply.Payload.Span, responseType, call);
        return response.Error is { } error ? throw ToException(error, call) : response;
    }

    internal ValueTask<T> CallAsync<TRequest, T>(string call, TRequest request, JsonTypeInfo<TRequest> requestType, JsonTypeInfo<T> responseType, CancellationToken cancellationToken)
        where T : ApiResponse =>
        CallAsync(call, JsonSerializer.SerializeToUtf8Bytes(request, requestType), responseType, cancellationToken);

    /// <summary>A request that JetStream itself answers, so that nobody answering means there is no JetStream.</summary>
    internal async ValueTask<NatsMessage> RequestAsync(string subject, ReadOnlyMemory<byte> payload, NatsHeaders? headers, CancellationToken cancellationToken)
    {
        try
        {
            return await Connection.RequestAsync(subject, payload, headers, _options.RequestTimeout, cancellationToken).ConfigureAwait(false);
        }
        catch (NatsException e) when (e.Error == NatsError.NoResponders)
        {
            throw new NatsException(
                NatsError.NoResponders,
                $"Nobody answers '{subject}': the server runs without JetStream (start it as `nats-server -js`, or add a jetstream block to its configuration), the stream does not exist, or the account may not use it.",
                e);
        }
    }

    internal static NatsException ToException(ApiError error, string call) =>
        new(NatsError.JetStream, $"JetStream refused {call}: {error.Description ?? "no reason given"} ({error.ErrCode})", code: error.ErrCode);

    internal static void CheckName(string name, string what)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!NatsSubject.IsValid(name) || name.AsSpan().IndexOfAny('.', '/', '\\') >= 0)
        {
            throw new NatsException(NatsError.Invalid, $"'{name}' is not the name of a {what}: no white space, '.', '*', '>', '/' or '\\'.");
        }
    }

    private static T Parse<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type, string call)
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw new NatsException(NatsError.JetStream, $"JetStream answered {call} with null.");
        }
        catch (JsonException e)
        {
            throw new NatsException(NatsError.JetStream, $"JetStream answered {call} with something else than expected: {e.Message}", e);
        }
    }
}
