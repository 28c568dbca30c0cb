using System.Buffers;
using DynamoAspire.KvEvents.MessagePack;

namespace DynamoAspire.KvEvents.Wire;

/// <summary>
/// Writes batches of KV-cache events, byte for byte as the engines do (msgspec's layout). Add events, then <see cref="Complete"/>
/// writes the batch and makes the encoder empty again. One instance per publisher: not thread-safe, allocates nothing once warm.
/// </summary>
public sealed class KvBatchEncoder
{
    private const int DigestLength = 32;

    /// <summary>msgspec writes map16 for structs with this many fields, tag included, however few are present.</summary>
    private const int WideMapFields = 16;

    private readonly KvEventLayout _layout;
    private readonly KvHashForm _hashForm;
    private readonly ArrayBufferWriter<byte> _events = new(1024);

    /// <summary>Makes an encoder for one generation of the wire.</summary>
    public KvBatchEncoder(KvEventSchema schema, KvHashForm hashForm = KvHashForm.UInt64)
    {
        Schema = schema;
        _layout = KvEventLayout.Of(schema);
        _hashForm = hashForm;
    }

    /// <summary>Generation written.</summary>
    public KvEventSchema Schema { get; }

    /// <summary>Events added and not yet completed.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a BlockStored.</summary>
    public void AddStored(in KvStoredFields fields)
    {
        var writer = new MessagePackWriter(_events);
        if (_layout.IsMap)
        {
            var present = 0;
            for (var i = 0; i < _layout.Stored.Length; i++)
            {
                present += i < _layout.StoredRequired || IsSet(fields, _layout.Stored[i]) ? 1 : 0;
            }

            WriteMapStart(ref writer, KvFieldNames.Stored, present, _layout.Stored.Length);
        }
        else
        {
            writer.WriteArrayHeader(1 + _layout.Stored.Length);
            writer.WriteString(KvFieldNames.Stored);
        }

        for (var i = 0; i < _layout.Stored.Length; i++)
        {
            var field = _layout.Stored[i];
            if (_layout.IsMap)
            {
                if (i >= _layout.StoredRequired && !IsSet(fields, field))
                {
                    continue;
                }

                writer.WriteString(KvFieldNames.NameOf(field));
            }

            WriteField(ref writer, fields, field);
        }

        writer.Flush();
        Count++;
    }

    /// <summary>Adds a BlockRemoved.</summary>
    public void AddRemoved(in KvRemovedFields fields)
    {
        // A removal has a subset of a store's fields under the same names.
        var asStored = new KvStoredFields
        {
            BlockHashes = fields.BlockHashes,
            BlockDigests = fields.BlockDigests,
            Medium = fields.Medium,
            GroupIndex = fields.GroupIndex,
            Locality = fields.Locality,
            Ownership = fields.Ownership,
        };
        var writer = new MessagePackWriter(_events);
        if (_layout.IsMap)
        {
            var present = 0;
            for (var i = 0; i < _layout.Removed.Length; i++)
            {
                present += i < _layout.RemovedRequired || IsSet(asStored, _layout.Removed[i]) ? 1 : 0;
            }

            WriteMapStart(ref writer, KvFieldNames.Removed, present, _layout.Removed.Length);
        }
        else
        {
            writer.WriteArrayHeader(1 + _layout.Removed.Length);
            writer.WriteString(KvFieldNames.Removed);
        }

        for (var i = 0; i < _layout.Removed.Length; i++)
        {
            var field = _layout.Removed[i];
            if (_layout.IsMap)
            {
                if (i >= _layout.RemovedRequired && !IsSet(asStored, field))
                {
                    continue;
                }

                writer.WriteString(KvFieldNames.NameOf(field));
            }

            WriteField(ref writer, asStored, field);
        }

        writer.Flush();
        Count++;
    }

    /// <summary>Adds an AllBlocksCleared.</summary>
    public void AddCleared()
    {
        var writer = new MessagePackWriter(_events);
        if (_layout.IsMap)
        {
            WriteMapStart(ref writer, KvFieldNames.Cleared, present: 0, declared: 0);
        }
        else
        {
            writer.WriteArrayHeader(1);
            writer.WriteString(KvFieldNames.Cleared);
        }

        writer.Flush();
        Count++;
    }

    /// <summary>Writes the batch of the events added and starts the next one.</summary>
    /// <param name="timestamp">Unix seconds.</param>
    /// <param name="rank">Data-parallel rank; null is written as nil. The first generation has no such field.</param>
    /// <param name="output">Receives the payload of one message.</param>
    /// <param name="asMap">Write the batch itself as a map, as one development version of vLLM did.</param>
    public void Complete(double timestamp, int? rank, IBufferWriter<byte> output, bool asMap = false)
    {
        var writer = new MessagePackWriter(output);
        if (asMap)
        {
            writer.WriteMapHeader(_layout.HasRank && rank.HasValue ? 3 : 2);
            writer.WriteString("ts"u8);
        }
        else
        {
            writer.WriteArrayHeader(_layout.HasRank ? 3 : 2);
        }

        writer.WriteDouble(timestamp);
        if (asMap)
        {
            writer.WriteString("events"u8);
        }

        writer.WriteArrayHeader(Count);
        writer.WriteRaw(_events.WrittenSpan);
        if (_layout.HasRank && (rank.HasValue || !asMap))
        {
            if (asMap)
            {
                writer.WriteString("data_parallel_rank"u8);
            }

            WriteNullable(ref writer, rank);
        }

        writer.Flush();
        Discard();
    }

    /// <summary>Forgets the events added.</summary>
    public void Discard()
    {
        _events.ResetWrittenCount();
        Count = 0;
    }

    private static void WriteMapStart(ref MessagePackWriter writer, ReadOnlySpan<byte> tag, int present, int declared)
    {
        if (declared + 1 >= WideMapFields)
        {
            writer.WriteWideMapHeader(present + 1);
        }
        else
        {
            writer.WriteMapHeader(present + 1);
        }

        writer.WriteString(KvFieldNames.NameOf(KvField.Tag));
        writer.WriteString(tag);
    }

    private static bool IsSet(in KvStoredFields fields, KvField field) => field switch
    {
        KvField.Medium => fields.Medium is not null,
        KvField.LoraName => fields.LoraName is not null,
        KvField.ExtraKeys => !fields.ExtraKeys.IsEmpty,
        KvField.GroupIndex => fields.GroupIndex.HasValue,
        KvField.SpecKind => fields.SpecKind is not null,
        KvField.SlidingWindow => fields.SlidingWindow.HasValue,
        KvField.Locality => fields.Locality is not null,
        KvField.Ownership => fields.Ownership is not null,
        KvField.SessionId => fields.SessionId is not null,
        KvField.CacheSalt => fields.CacheSalt is not null,
        KvField.SkippedParentBlockHash => fields.SkippedParentBlockHash.HasValue,
        KvField.SkippedTokenIds => !fields.SkippedTokenIds.IsEmpty,
        KvField.SkippedExtraKeys => !fields.SkippedExtraKeys.IsEmpty,
        _ => true,
    };

    private void WriteField(ref MessagePackWriter writer, in KvStoredFields fields, KvField field)
    {
        switch (field)
        {
            case KvField.BlockHashes:
                WriteHashes(ref writer, fields.BlockHashes, fields.BlockDigests);
                break;
            case KvField.ParentBlockHash:
                WriteParent(ref writer, fields.ParentBlockHash, fields.ParentDigest);
                break;
            case KvField.TokenIds:
                WriteTokens(ref writer, fields.TokenIds);
                break;
            case KvField.BlockSize:
                writer.WriteInt64(fields.BlockSize);
                break;
            case KvField.LoraId:
                WriteNullable(ref writer, fields.LoraId);
                break;
            case KvField.Medium:
                writer.WriteString(fields.Medium);
                break;
            case KvField.LoraName:
                writer.WriteString(fields.LoraName);
                break;
            case KvField.ExtraKeys:
                WriteRawOrNil(ref writer, fields.ExtraKeys);
                break;
            case KvField.GroupIndex:
                WriteNullable(ref writer, fields.GroupIndex);
                break;
            case KvField.SpecKind:
                writer.WriteString(fields.SpecKind);
                break;
            case KvField.SlidingWindow:
                WriteNullable(ref writer, fields.SlidingWindow);
                break;
            case KvField.Locality:
                writer.WriteString(fields.Locality);
                break;
            case KvField.Ownership:
                writer.WriteString(fields.Ownership);
                break;
            case KvField.SessionId:
                writer.WriteString(fields.SessionId);
                break;
            case KvField.CacheSalt:
                writer.WriteString(fields.CacheSalt);
                break;
            case KvField.SkippedParentBlockHash:
                WriteParent(ref writer, fields.SkippedParentBlockHash, default);
                break;
            case KvField.SkippedTokenIds:
                WriteTokens(ref writer, fields.SkippedTokenIds);
                break;
            case KvField.SkippedExtraKeys:
                WriteRawOrNil(ref writer, fields.SkippedExtraKeys);
                break;
            default:
                throw new InvalidOperationException($"No layout holds {field}.");
        }
    }

    private void WriteHashes(ref MessagePackWriter writer, ReadOnlySpan<ulong> hashes, ReadOnlySpan<byte> digests)
    {
        if (_hashForm == KvHashForm.Digest)
        {
            if (digests.Length % DigestLength != 0)
            {
                throw new ArgumentException($"Digests have {DigestLength} bytes each; {digests.Length} is no multiple of that.");
            }

            writer.WriteArrayHeader(digests.Length / DigestLength);
            for (var rest = digests; !rest.IsEmpty; rest = rest[DigestLength..])
            {
                writer.WriteBinary(rest[..DigestLength]);
            }

            return;
        }

        writer.WriteArrayHeader(hashes.Length);
        foreach (var hash in hashes)
        {
            WriteHash(ref writer, hash);
        }
    }

    private void WriteParent(ref MessagePackWriter writer, ulong? hash, ReadOnlySpan<byte> digest)
    {
        if (!digest.IsEmpty)
        {
            writer.WriteBinary(digest);
        }
        else if (hash is { } present)
        {
            WriteHash(ref writer, present);
        }
        else
        {
            writer.WriteNil();
        }
    }

    private void WriteHash(ref MessagePackWriter writer, ulong hash)
    {
        if (_hashForm == KvHashForm.Int64)
        {
            writer.WriteInt64(unchecked((long)hash));
        }
        else
        {
            writer.WriteUInt64(hash);
        }
    }

    private static void WriteTokens(ref MessagePackWriter writer, ReadOnlySpan<uint> tokens)
    {
        writer.WriteArrayHeader(tokens.Length);
        foreach (var token in tokens)
        {
            writer.WriteUInt64(token);
        }
    }

    private static void WriteRawOrNil(ref MessagePackWriter writer, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
        {
            writer.WriteNil();
        }
        else
        {
            writer.WriteRaw(value);
        }
    }

    private static void WriteNullable(ref MessagePackWriter writer, long? value)
    {
        if (value is { } present)
        {
            writer.WriteInt64(present);
        }
        else
        {
            writer.WriteNil();
        }
    }
}
