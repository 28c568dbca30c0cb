using DynamoAspire.KvEvents.MessagePack;

namespace DynamoAspire.KvEvents.Wire;

/// <content>Single events.</content>
public sealed partial class KvBatchDecoder
{
    /// <summary>Position of the first field whose place differs between writers: LoRA name, media, or SGLang's metadata.</summary>
    private const int SeventhField = 7;

    private static readonly KvField[] s_storedFields =
    [
        KvField.Tag, KvField.BlockHashes, KvField.ParentBlockHash, KvField.TokenIds, KvField.BlockSize, KvField.LoraId, KvField.Medium, KvField.LoraName,
        KvField.ExtraKeys, KvField.GroupIndex, KvField.SpecKind, KvField.SlidingWindow, KvField.Locality,
    ];

    private static readonly KvField[] s_removedFields = [KvField.Tag, KvField.BlockHashes, KvField.Medium, KvField.GroupIndex];

    private Outcome DecodeEvent(ref MessagePackReader reader, KvEventBatch destination, ref KvEventRecord record) => reader.NextType switch
    {
        MessagePackType.Array => DecodeArrayEvent(ref reader, destination, ref record),
        MessagePackType.Map => DecodeMapEvent(ref reader, destination, ref record),
        _ => Outcome.Skipped(KvSkipReason.NotAnEvent),
    };

    private static bool TryKindOf(ReadOnlySpan<byte> tag, out KvEventKind kind)
    {
        kind = tag.SequenceEqual(KvFieldNames.Stored) ? KvEventKind.Stored : tag.SequenceEqual(KvFieldNames.Removed) ? KvEventKind.Removed : KvEventKind.Cleared;
        return kind != KvEventKind.Cleared || tag.SequenceEqual(KvFieldNames.Cleared);
    }

    /// <summary>[tag, field, …]: missing fields at the end are nil, surplus ones are ignored</summary>
    private Outcome DecodeArrayEvent(ref MessagePackReader reader, KvEventBatch destination, ref KvEventRecord record)
    {
        if (!reader.TryReadArrayHeader(out var count))
        {
            return Outcome.Skipped(KvSkipReason.NotAnEvent);
        }

        if (count == 0 || !reader.TryReadString(out var tag))
        {
            return Outcome.Skipped(KvSkipReason.MissingType);
        }

        if (!TryKindOf(tag, out record.Kind))
        {
            return Outcome.Skipped(KvSkipReason.UnknownType);
        }

        ReadOnlySpan<KvField> fields = record.Kind switch
        {
            KvEventKind.Stored => s_storedFields,
            KvEventKind.Removed => s_removedFields,
            _ => default,
        };

        // Writers without extra keys put what follows them one or two places earlier; its type tells.
        var shift = 0;
        for (var i = 1; i < count; i++)
        {
            var place = i + shift;
            var field = place < fields.Length ? fields[place] : KvField.Unknown;
            if (record.Kind == KvEventKind.Stored && field is KvField.LoraName or KvField.ExtraKeys)
            {
                field = ResolveByType(ref reader, field, i, ref shift);
            }

            var outcome = DecodeField(ref reader, destination, ref record, field);
            if (!outcome.IsDecoded)
            {
                return outcome;
            }
        }

        return Check(record);
    }

    private static KvField ResolveByType(ref MessagePackReader reader, KvField field, int place, ref int shift)
    {
        switch (reader.NextType)
        {
            case MessagePackType.Array:
                return field == KvField.LoraName || HoldsMaps(reader) ? KvField.BlockMmInfos : KvField.ExtraKeys;
            case MessagePackType.Map when place == SeventhField:
                return KvField.Metadata;
            case MessagePackType.Integer:
                shift = Array.IndexOf(s_storedFields, KvField.GroupIndex) - place;
                return KvField.GroupIndex;
            case MessagePackType.String when field == KvField.ExtraKeys:
                shift = Array.IndexOf(s_storedFields, KvField.SpecKind) - place;
                return KvField.SpecKind;
            default:
                return field;
        }
    }

    /// <summary>Media information has a map per block, extra keys an array; a block without either is nil in both.</summary>
    private static bool HoldsMaps(MessagePackReader reader)
    {
        if (!reader.TryReadArrayHeader(out var count))
        {
            return false;
        }

        for (var i = 0; i < count; i++)
        {
            if (reader.NextType != MessagePackType.Nil)
            {
                return reader.NextType == MessagePackType.Map;
            }

            reader.TryReadNil();
        }

        return false;
    }

    /// <summary>{type, field: value, …}: key order is free, unknown keys are ignored</summary>
    private Outcome DecodeMapEvent(ref MessagePackReader reader, KvEventBatch destination, ref KvEventRecord record)
    {
        record.IsMap = true;
        if (!reader.TryReadMapHeader(out var count))
        {
            return Outcome.Skipped(KvSkipReason.NotAnEvent);
        }

        var hasTag = false;
        for (var i = 0; i < count; i++)
        {
            var field = reader.TryReadString(out var key) ? KvFieldNames.FieldOf(key) : reader.TrySkip() ? KvField.Unknown : KvField.Tag;
            if (field != KvField.Tag)
            {
                var outcome = DecodeField(ref reader, destination, ref record, field);
                if (!outcome.IsDecoded)
                {
                    return outcome;
                }

                continue;
            }

            if (!reader.TryReadString(out var tag))
            {
                return Outcome.Skipped(KvSkipReason.MissingType);
            }

            if (!TryKindOf(tag, out record.Kind))
            {
                return Outcome.Skipped(KvSkipReason.UnknownType);
            }

            hasTag = true;
        }

        return hasTag ? Check(record) : Outcome.Skipped(KvSkipReason.MissingType);
    }

    private static Outcome Check(in KvEventRecord record)
    {
        if (record.Kind == KvEventKind.Cleared)
        {
            return Outcome.Decoded;
        }

        var missing = !record.Has(KvField.BlockHashes) ? KvField.BlockHashes
            : record.Kind == KvEventKind.Removed ? KvField.Unknown
            : !record.WasSeen(KvField.TokenIds) ? KvField.TokenIds
            : !record.Has(KvField.BlockSize) ? KvField.BlockSize
            : KvField.Unknown;
        return missing == KvField.Unknown ? Outcome.Decoded : Outcome.Skipped(KvSkipReason.MissingField, missing);
    }
}
