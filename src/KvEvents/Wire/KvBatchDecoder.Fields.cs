using System.Buffers.Binary;
using DynamoAspire.KvEvents.MessagePack;

namespace DynamoAspire.KvEvents.Wire;

/// <content>Fields of events.</content>
public sealed partial class KvBatchDecoder
{
    /// <summary>
    /// Reads one value. A required field of another type gives the event up; an optional one counts as nil, since what it adds is less
    /// than what the event says.
    /// </summary>
    private Outcome DecodeField(ref MessagePackReader reader, KvEventBatch destination, ref KvEventRecord record, KvField field)
    {
        record.Seen |= 1u << (int)field;
        if (reader.TryReadNil())
        {
            return Outcome.Decoded;
        }

        var start = reader.Position;
        var taken = field switch
        {
            KvField.BlockHashes => TryReadHashes(ref reader, destination, ref record),
            KvField.ParentBlockHash => record.HasParent = TryReadHash(ref reader, out record.Parent),
            KvField.TokenIds => TryReadTokens(ref reader, destination, ref record),
            KvField.BlockSize => reader.TryReadInt64(out record.BlockSize) && record.BlockSize >= 0,
            _ => true,
        };
        if (!taken)
        {
            var tooMany = destination.HashCount > _limits.MaxHashes || destination.TokenCount > _limits.MaxTokens;
            return tooMany ? Outcome.OverLimit : Outcome.Skipped(KvSkipReason.InvalidField, field);
        }

        if (field is KvField.BlockHashes or KvField.ParentBlockHash or KvField.TokenIds or KvField.BlockSize)
        {
            record.Present |= 1u << (int)field;
            var raw = new KvSlice(start, reader.Position - start);
            record.RawHashes = field == KvField.BlockHashes ? raw : record.RawHashes;
            record.RawParent = field == KvField.ParentBlockHash ? raw : record.RawParent;
            record.RawTokens = field == KvField.TokenIds ? raw : record.RawTokens;
            return Outcome.Decoded;
        }

        if (TryReadOptional(ref reader, ref record, field))
        {
            record.Present |= 1u << (int)field;
            return Outcome.Decoded;
        }

        reader.Rewind(start);
        return reader.TrySkip() ? Outcome.Decoded : Outcome.Skipped(KvSkipReason.InvalidField, field);
    }

    private static bool TryReadOptional(ref MessagePackReader reader, ref KvEventRecord record, KvField field)
    {
        switch (field)
        {
            case KvField.LoraId:
                return TryReadNumber(ref reader, out record.LoraId);
            case KvField.GroupIndex:
                return TryReadNumber(ref reader, out record.GroupIndex);
            case KvField.SlidingWindow:
                return TryReadNumber(ref reader, out record.SlidingWindow);
            case KvField.Medium:
                return TryReadText(ref reader, out record.Medium);
            case KvField.LoraName:
                return TryReadText(ref reader, out record.LoraName);
            case KvField.SpecKind:
                return TryReadText(ref reader, out record.SpecKind);
            case KvField.Locality:
                return TryReadText(ref reader, out record.Locality);
            case KvField.Ownership:
                return TryReadText(ref reader, out record.Ownership);
            case KvField.SessionId:
                return TryReadText(ref reader, out record.SessionId);
            case KvField.CacheSalt:
                return TryReadText(ref reader, out record.CacheSalt);
            case KvField.ExtraKeys:
                return TryReadArray(ref reader, out record.ExtraKeys);
            case KvField.BlockMmInfos:
                return TryReadArray(ref reader, out record.BlockMmInfos);
            case KvField.SkippedParentBlockHash:
                return TryReadRaw(ref reader, out record.RawSkippedParent);
            case KvField.SkippedTokenIds:
                return TryReadArray(ref reader, out record.RawSkippedTokens);
            case KvField.SkippedExtraKeys:
                return TryReadArray(ref reader, out record.RawSkippedExtraKeys);
            case KvField.Metadata:
                return TryReadMetadata(ref reader, ref record);
            default:
                return reader.TrySkip();
        }
    }

    /// <summary>[hash, …]</summary>
    private bool TryReadHashes(ref MessagePackReader reader, KvEventBatch destination, ref KvEventRecord record)
    {
        if (!reader.TryReadArrayHeader(out var count))
        {
            return false;
        }

        var start = destination.HashCount;
        if (count > _limits.MaxHashes - start)
        {
            destination.HashCount = _limits.MaxHashes + 1;
            return false;
        }

        KvEventBatch.Grow(ref destination.HashBuffer, start + count);
        for (var i = 0; i < count; i++)
        {
            if (!TryReadHash(ref reader, out destination.HashBuffer[start + i]))
            {
                return false;
            }
        }

        destination.HashCount = start + count;
        record.Hashes = new KvSlice(start, count);
        return true;
    }

    /// <summary>An integer by its 64 bits, or a digest by its last eight bytes (fewer: as they are), big-endian.</summary>
    private static bool TryReadHash(ref MessagePackReader reader, out ulong hash)
    {
        if (reader.NextType == MessagePackType.Integer)
        {
            return reader.TryReadInteger(out hash, out _);
        }

        hash = 0;
        if (reader.NextType != MessagePackType.Binary || !reader.TryReadBinary(out var digest) || digest.IsEmpty)
        {
            return false;
        }

        if (digest.Length >= sizeof(ulong))
        {
            hash = BinaryPrimitives.ReadUInt64BigEndian(digest[^sizeof(ulong)..]);
            return true;
        }

        foreach (var value in digest)
        {
            hash = (hash << 8) | value;
        }

        return true;
    }

    /// <summary>[token, …] or [[token, next], …]</summary>
    private bool TryReadTokens(ref MessagePackReader reader, KvEventBatch destination, ref KvEventRecord record)
    {
        if (!reader.TryReadArrayHeader(out var count))
        {
            return false;
        }

        var start = destination.TokenCount;
        if (count >= _limits.MaxTokens - start)
        {
            destination.TokenCount = _limits.MaxTokens + 1;
            return false;
        }

        KvEventBatch.Grow(ref destination.TokenBuffer, start + count + 1);
        var tokens = destination.TokenBuffer.AsSpan(start, count + 1);
        record.TokensArePairs = count > 0 && reader.NextType == MessagePackType.Array;
        if (!record.TokensArePairs)
        {
            if (!reader.TryReadUInt32s(tokens[..count]))
            {
                return false;
            }
        }
        else
        {
            for (var i = 0; i < count; i++)
            {
                if (!reader.TryReadArrayHeader(out var pair) || pair != 2 || !reader.TryReadUInt32(out tokens[i]) || !reader.TryReadUInt32(out tokens[i + 1]))
                {
                    return false;
                }
            }
        }

        record.Tokens = new KvSlice(start, record.TokensArePairs ? count + 1 : count);
        destination.TokenCount = start + record.Tokens.Length;
        return true;
    }

    /// <summary>{cache_salt, session_id}: SGLang's metadata, in the place where vLLM has the LoRA name</summary>
    private static bool TryReadMetadata(ref MessagePackReader reader, ref KvEventRecord record)
    {
        if (!reader.TryReadMapHeader(out var count))
        {
            return false;
        }

        for (var i = 0; i < count; i++)
        {
            var field = reader.TryReadString(out var key) ? KvFieldNames.FieldOf(key) : reader.TrySkip() ? KvField.Unknown : KvField.Tag;
            var known = field is KvField.CacheSalt or KvField.SessionId && reader.NextType == MessagePackType.String;
            var taken = known ? TryReadOptional(ref reader, ref record, field) : reader.TrySkip();
            if (!taken)
            {
                return false;
            }

            record.Present |= known ? 1u << (int)field : 0;
        }

        return true;
    }

    private static bool TryReadNumber(ref MessagePackReader reader, out long? value)
    {
        var taken = reader.TryReadInt64(out var number);
        value = taken ? number : null;
        return taken;
    }

    private static bool TryReadText(ref MessagePackReader reader, out KvSlice slice)
    {
        var taken = reader.TryReadString(out var text);
        slice = taken ? new KvSlice(reader.Position - text.Length, text.Length) : default;
        return taken;
    }

    private static bool TryReadArray(ref MessagePackReader reader, out KvSlice slice)
    {
        slice = default;
        return reader.NextType == MessagePackType.Array && TryReadRaw(ref reader, out slice);
    }

    private static bool TryReadRaw(ref MessagePackReader reader, out KvSlice slice)
    {
        var start = reader.Position;
        var taken = reader.TrySkip();
        slice = taken ? new KvSlice(start, reader.Position - start) : default;
        return taken;
    }
}
