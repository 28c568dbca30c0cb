using DynamoAspire.Messaging.Zmq;

namespace DynamoAspire.KvEventRelay.Links;

/// <summary>One batch as an engine sent it. Dispose it when the payload is no longer read.</summary>
internal readonly struct LinkMessage(ulong sequence, ReadOnlyMemory<byte> payload, ZmqMessage? owner = null) : IDisposable
{
    public ulong Sequence { get; } = sequence;

    public ReadOnlyMemory<byte> Payload { get; } = payload;

    public void Dispose() => owner?.Dispose();
}
