using DynamoAspire.KvEvents.MessagePack;

namespace DynamoAspire.KvEvents.Wire;

/// <summary>
/// Decodes batches of every generation of the wire (see <see cref="KvEventSchema"/>), array and map events freely mixed. One bad
/// event never discards its batch: it is left out with a reason. Never throws on bad bytes. Stateless but for its limits: safe to use
/// from any thread with different destinations.
/// </summary>
public sealed partial class KvBatchDecoder
{
    private readonly KvDecodeLimits _limits;

    /// <summary>Makes a decoder.</summary>
    public KvBatchDecoder(KvDecodeLimits? limits = null) => _limits = limits ?? KvDecodeLimits.Default;

    /// <summary>[ts, events, rank?, …] or a map of ts, events, data_parallel_rank (also dp_rank, attn_dp_rank)</summary>
    /// <param name="payload">Third frame of a message; kept by <paramref name="destination"/>, which points into it.</param>
    /// <param name="destination">Receives the batch; what it held is gone. Complete only when the outcome is <see cref="KvBatchStatus.Ok"/>.</param>
    public KvBatchStatus Decode(ReadOnlyMemory<byte> payload, KvEventBatch destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        destination.Start(payload);
        var reader = new MessagePackReader(payload.Span, _limits.MessagePack);
        var status = reader.NextType switch
        {
            MessagePackType.Array => DecodeArrayBatch(ref reader, destination),
            MessagePackType.Map => DecodeMapBatch(ref reader, destination),
            MessagePackType.End => KvBatchStatus.Truncated,
            MessagePackType.Invalid => KvBatchStatus.Malformed,
            _ => KvBatchStatus.NotABatch,
        };
        destination.TrailingBytes = status == KvBatchStatus.Ok ? payload.Length - reader.Position : 0;
        return status;
    }

    private static KvBatchStatus Failure(MessagePackError error) => error switch
    {
        MessagePackError.EndOfData => KvBatchStatus.Truncated,
        MessagePackError.TooMany or MessagePackError.TooLong => KvBatchStatus.TooLarge,
        _ => KvBatchStatus.Malformed,
    };

    private KvBatchStatus DecodeArrayBatch(ref MessagePackReader reader, KvEventBatch destination)
    {
        if (!reader.TryReadArrayHeader(out var count))
        {
            return Failure(reader.Error);
        }

        if (count < 2)
        {
            return KvBatchStatus.NotABatch;
        }

        if (!TryReadTimestamp(ref reader, destination))
        {
            return Failure(reader.Error);
        }

        var status = DecodeEvents(ref reader, destination);
        for (var i = 2; i < count && status == KvBatchStatus.Ok; i++)
        {
            var taken = i == 2 ? TryReadRank(ref reader, destination) : reader.TrySkip();
            status = taken ? KvBatchStatus.Ok : Failure(reader.Error);
        }

        return status;
    }

    private KvBatchStatus DecodeMapBatch(ref MessagePackReader reader, KvEventBatch destination)
    {
        destination.IsMap = true;
        if (!reader.TryReadMapHeader(out var count))
        {
            return Failure(reader.Error);
        }

        var hasEvents = false;
        for (var i = 0; i < count; i++)
        {
            if (!reader.TryReadString(out var key))
            {
                if (!reader.TrySkip() || !reader.TrySkip())
                {
                    return Failure(reader.Error);
                }

                continue;
            }

            if (key.SequenceEqual("events"u8) && !hasEvents)
            {
                hasEvents = true;
                var status = DecodeEvents(ref reader, destination);
                if (status != KvBatchStatus.Ok)
                {
                    return status;
                }

                continue;
            }

            var taken = key.SequenceEqual("ts"u8) ? TryReadTimestamp(ref reader, destination)
                : key.SequenceEqual("data_parallel_rank"u8) || key.SequenceEqual("dp_rank"u8) || key.SequenceEqual("attn_dp_rank"u8) ? TryReadRank(ref reader, destination)
                : reader.TrySkip();
            if (!taken)
            {
                return Failure(reader.Error);
            }
        }

        return hasEvents ? KvBatchStatus.Ok : KvBatchStatus.NotABatch;
    }

    /// <summary>The time is informational: anything but a number leaves it unknown and harms nothing.</summary>
    private static bool TryReadTimestamp(ref MessagePackReader reader, KvEventBatch destination)
    {
        if (reader.TryReadDouble(out var timestamp))
        {
            destination.Timestamp = timestamp;
            return true;
        }

        return reader.TrySkip();
    }

    private static bool TryReadRank(ref MessagePackReader reader, KvEventBatch destination)
    {
        if (reader.TryReadUInt32(out var rank) && rank <= int.MaxValue)
        {
            destination.DataParallelRank = (int)rank;
            return true;
        }

        return reader.TryReadInteger(out _, out _) || reader.TrySkip();
    }

    private KvBatchStatus DecodeEvents(ref MessagePackReader reader, KvEventBatch destination)
    {
        if (reader.NextType is not (MessagePackType.Array or MessagePackType.End))
        {
            return KvBatchStatus.NotABatch;
        }

        if (!reader.TryReadArrayHeader(out var count))
        {
            return Failure(reader.Error);
        }

        if (count > _limits.MaxEvents)
        {
            return KvBatchStatus.TooLarge;
        }

        for (var index = 0; index < count; index++)
        {
            var start = reader.Position;
            var (hashes, tokens) = (destination.HashCount, destination.TokenCount);
            KvEventBatch.Grow(ref destination.Records, destination.RecordCount + 1);
            ref var record = ref destination.Records[destination.RecordCount];
            record = default;
            record.Index = index;
            var outcome = DecodeEvent(ref reader, destination, ref record);
            if (outcome.IsDecoded)
            {
                destination.RecordCount++;
                continue;
            }

            (destination.HashCount, destination.TokenCount) = (hashes, tokens);
            reader.Rewind(start);
            if (!reader.TrySkip())
            {
                return Failure(reader.Error);
            }

            if (outcome.IsOverLimit)
            {
                return KvBatchStatus.TooLarge;
            }

            destination.Skip(index, outcome.Reason, outcome.Field);
        }

        return KvBatchStatus.Ok;
    }

    /// <summary>What became of one event.</summary>
    private readonly record struct Outcome(bool IsDecoded, bool IsOverLimit, KvSkipReason Reason, KvField Field)
    {
        internal static Outcome Decoded => new(true, false, default, default);

        internal static Outcome OverLimit => new(false, true, default, default);

        internal static Outcome Skipped(KvSkipReason reason, KvField field = KvField.Unknown) => new(false, false, reason, field);
    }
}
