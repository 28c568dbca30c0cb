using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using DynamoAspire.Engines;
using DynamoAspire.KvEvents.EventPlane;
using DynamoAspire.KvEvents.LoadEvents;
using DynamoAspire.Messaging.Nats;

namespace DynamoAspire.StatPublisher.Loads;

/// <summary>
/// Publishes the load of one rank as Dynamo reads it: <c>ActiveLoad</c> in an envelope on <c>namespace.{ns}.kv_metrics</c>. Each rank is a publisher of its own
/// (random 53-bit id, sequence from 0), so that ranks need no common order. Allocates nothing per message.
/// </summary>
internal sealed class NatsLoadSink : ILoadSink
{
    private static readonly byte[] s_topic = Encoding.ASCII.GetBytes(LoadSubjects.LoadTopic);

    private readonly ArrayBufferWriter<byte> _payload = new(256);
    private readonly ArrayBufferWriter<byte> _message = new(512);
    private readonly INatsConnection _connection;
    private readonly StatMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly NatsSubject _load;
    private readonly NatsSubject _withdrawal;
    private readonly ulong _workerId;
    private readonly uint _rank;
    private readonly ulong _publisherId = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) & EngineIdentity.DerivedWorkerIdMask;
    private ulong _sequence;

    public NatsLoadSink(INatsConnection connection, EngineRank rank, StatMetrics metrics, TimeProvider time)
    {
        _connection = connection;
        _metrics = metrics;
        _time = time;
        _workerId = rank.Engine.WorkerId;
        _rank = (uint)rank.Rank;
        _load = new NatsSubject(LoadSubjects.Load(rank.Engine.Identity.Namespace));
        _withdrawal = new NatsSubject(LoadSubjects.Withdrawal(rank.Engine.Identity.Namespace));
    }

    /// <inheritdoc/>
    public bool TryPublish(ulong usedBlocks)
    {
        _payload.ResetWrittenCount();
        _message.ResetWrittenCount();
        LoadEventCodec.WriteMessagePack(new ActiveLoad(_workerId, _rank) { ActiveDecodeBlocks = usedBlocks, KvUsedBlocks = usedBlocks }, _payload);
        EventEnvelopeCodec.Write(
            new EventEnvelope
            {
                Topic = s_topic,
                PublisherId = _publisherId,
                Sequence = _sequence,
                PublishedAt = (ulong)_time.GetUtcNow().ToUnixTimeMilliseconds(),
                Payload = _payload.WrittenSpan,
            },
            _message);
        var status = _connection.TryPublish(_load, _message.WrittenSpan);
        _metrics.Published(status);
        if (status != NatsPublishStatus.Ok)
        {
            return false;
        }

        // Not used up by a message that was never sent: readers take a hole in the sequence for a loss.
        _sequence++;
        return true;
    }

    /// <inheritdoc/>
    public bool TryWithdraw()
    {
        _message.ResetWrittenCount();
        LoadEventCodec.WriteJson(new LoadWithdrawal(_workerId, _rank) { PublishedAt = (ulong)_time.GetUtcNow().ToUnixTimeMilliseconds() }, _message);
        var status = _connection.TryPublish(_withdrawal, _message.WrittenSpan);
        _metrics.Published(status);
        return status == NatsPublishStatus.Ok;
    }
}
