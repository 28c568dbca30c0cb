using System.Buffers.Text;

namespace DynamoAspire.Messaging.Nats;

/// <summary>
/// A message while it is being delivered: slices of the client library's own buffers, valid until the listener returns and no longer.
/// </summary>
public readonly ref struct NatsIncoming
{
    private readonly NatsHeaderSource? _headerSource;
    private readonly nint _headerState;
    private readonly ReadOnlySpan<byte> _headerBlock;

    internal NatsIncoming(
        ReadOnlySpan<byte> subject,
        ReadOnlySpan<byte> replyTo,
        ReadOnlySpan<byte> payload,
        NatsHeaderSource? headerSource,
        nint headerState,
        ReadOnlySpan<byte> headerBlock)
    {
        Subject = subject;
        ReplyTo = replyTo;
        Payload = payload;
        _headerSource = headerSource;
        _headerState = headerState;
        _headerBlock = headerBlock;
    }

    /// <summary>Subject, UTF-8.</summary>
    public ReadOnlySpan<byte> Subject { get; }

    /// <summary>Reply subject, UTF-8; empty if there is none.</summary>
    public ReadOnlySpan<byte> ReplyTo { get; }

    /// <summary>Payload.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>Adds the headers to <paramref name="destination"/>; false if there are none. A status line appears as the headers <c>Status</c> and <c>Description</c>.</summary>
    public bool TryReadHeaders(NatsHeaders destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return _headerSource is not null && _headerSource.Read(_headerState, _headerBlock, destination);
    }

    /// <summary>
    /// Status code of a message that a server sent on its own account (503 no responders, 404, 408, 409, 100), else 0.
    /// Such messages have no payload, so a message with one costs nothing to ask.
    /// </summary>
    public int ReadStatus()
    {
        if (_headerSource is null || Payload.Length > 0)
        {
            return 0;
        }

        var headers = new NatsHeaders();
        return TryReadHeaders(headers) && headers.TryGetUtf8(NatsHeaders.StatusUtf8, out var text) && Utf8Parser.TryParse(text, out int status, out _) ? status : 0;
    }
}

/// <summary>
/// Takes a message on a thread of the client library. It must be quick and must not block: while it runs, nothing else is
/// delivered to this subscription. Calls for one subscription come one after another.
/// </summary>
public delegate void NatsListener(in NatsIncoming message);

/// <summary>Reads the headers of a message from wherever the client library keeps them.</summary>
internal abstract class NatsHeaderSource
{
    public abstract bool Read(nint state, ReadOnlySpan<byte> block, NatsHeaders destination);
}
