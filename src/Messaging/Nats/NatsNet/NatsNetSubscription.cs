using System.Buffers;
using System.Text;
using DynamoAspire.Messaging.Nats.Core;
using Client = NATS.Client.Core;

namespace DynamoAspire.Messaging.Nats.NatsNet;

/// <summary>Hands messages over on the package's read loop, without its channel: the bound and the drop counter are the queue's own.</summary>
internal sealed class NatsNetSubscription(NatsNetLink link, Client.INatsConnection connection, ListenerRegistration registration)
    : Client.NatsSubBase(connection, connection.SubscriptionManager, registration.Subject, registration.QueueGroup, null)
{
    private const int StackBytes = 512;

    public NatsNetLink Link => link;

    protected override ValueTask ReceiveInternalAsync(string subject, string? replyTo, ReadOnlySequence<byte>? headersBuffer, ReadOnlySequence<byte> payloadBuffer)
    {
        if (!link.IsLost)
        {
            Deliver(subject, replyTo, headersBuffer ?? ReadOnlySequence<byte>.Empty, payloadBuffer);
        }

        return default;
    }

    protected override void TryComplete()
    {
    }

    private void Deliver(string subject, string? replyTo, in ReadOnlySequence<byte> headers, in ReadOnlySequence<byte> payload)
    {
        byte[]? rented = null;
        var subjectBytes = Encoding.UTF8.GetMaxByteCount(subject.Length);
        var replyBytes = replyTo is null ? 0 : Encoding.UTF8.GetMaxByteCount(replyTo.Length);
        var needed = subjectBytes + replyBytes + Copied(headers) + Copied(payload);
        var buffer = needed <= StackBytes ? stackalloc byte[StackBytes] : rented = ArrayPool<byte>.Shared.Rent(needed);
        try
        {
            var subjectUtf8 = buffer[..Encoding.UTF8.GetBytes(subject, buffer)];
            buffer = buffer[subjectBytes..];
            var replyUtf8 = buffer[..Encoding.UTF8.GetBytes(replyTo, buffer)];
            buffer = buffer[replyBytes..];
            var headerBlock = Contiguous(headers, ref buffer);
            var body = Contiguous(payload, ref buffer);
            registration.Deliver(new NatsIncoming(subjectUtf8, replyUtf8, body, headerBlock.IsEmpty ? null : BlockHeaderSource.Instance, 0, headerBlock));
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    private static int Copied(in ReadOnlySequence<byte> sequence) => sequence.IsSingleSegment ? 0 : checked((int)sequence.Length);

    private static ReadOnlySpan<byte> Contiguous(in ReadOnlySequence<byte> sequence, ref Span<byte> buffer)
    {
        if (sequence.IsSingleSegment)
        {
            return sequence.FirstSpan;
        }

        var copy = buffer[..(int)sequence.Length];
        sequence.CopyTo(copy);
        buffer = buffer[copy.Length..];
        return copy;
    }

    private sealed class BlockHeaderSource : NatsHeaderSource
    {
        public static BlockHeaderSource Instance { get; } = new();

        public override bool Read(nint state, ReadOnlySpan<byte> block, NatsHeaders destination) => NatsHeaderBlock.Read(block, destination);
    }
}
