using System.Text.Json;

namespace DynamoAspire.KvEvents.RouterEvents;

/// <content>JSON, reading.</content>
public static partial class RouterEventCodec
{
    private static bool TryReadJson(ReadOnlySpan<byte> payload, RouterEvent destination)
    {
        try
        {
            var reader = new Utf8JsonReader(payload, new JsonReaderOptions { MaxDepth = 32 });
            var (hasWorker, hasEvent) = (false, false);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (NextKey(ref reader))
            {
                if (reader.ValueTextEquals("worker_id"u8))
                {
                    if (!TryReadUInt64(ref reader, out var workerId))
                    {
                        return false;
                    }

                    destination.WorkerId = workerId;
                    hasWorker = true;
                }
                else if (reader.ValueTextEquals("event"u8))
                {
                    if (!TryReadEvent(ref reader, destination))
                    {
                        return false;
                    }

                    hasEvent = true;
                }
                else
                {
                    SkipValue(ref reader);
                }
            }

            // The whole text must be one object: the reader throws on anything after it.
            return hasWorker && hasEvent && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool TryReadEvent(ref Utf8JsonReader reader, RouterEvent destination)
    {
        if (!StartsWith(ref reader, JsonTokenType.StartObject))
        {
            return false;
        }

        var (hasId, hasData) = (false, false);
        while (NextKey(ref reader))
        {
            if (reader.ValueTextEquals("event_id"u8))
            {
                if (!TryReadUInt64(ref reader, out var id))
                {
                    return false;
                }

                destination.EventId = id;
                hasId = true;
            }
            else if (reader.ValueTextEquals("dp_rank"u8))
            {
                reader.Read();
                uint rank = 0;
                if (reader.TokenType != JsonTokenType.Null && (reader.TokenType != JsonTokenType.Number || !reader.TryGetUInt32(out rank)))
                {
                    return false;
                }

                destination.DpRank = rank;
            }
            else if (reader.ValueTextEquals("data"u8))
            {
                if (!TryReadData(ref reader, destination))
                {
                    return false;
                }

                hasData = true;
            }
            else
            {
                SkipValue(ref reader);
            }
        }

        return hasId && hasData;
    }

    private static bool TryReadData(ref Utf8JsonReader reader, RouterEvent destination)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
        {
            destination.Kind = RouterEventKind.Cleared;
            return reader.ValueTextEquals("cleared"u8);
        }

        if (reader.TokenType != JsonTokenType.StartObject || !NextKey(ref reader))
        {
            return false;
        }

        bool ok;
        if (reader.ValueTextEquals("stored"u8))
        {
            destination.Kind = RouterEventKind.Stored;
            ok = TryReadStored(ref reader, destination);
        }
        else
        {
            destination.Kind = RouterEventKind.Removed;
            ok = reader.ValueTextEquals("removed"u8) && TryReadRemoved(ref reader, destination);
        }

        return ok && !NextKey(ref reader);
    }

    private static bool TryReadStored(ref Utf8JsonReader reader, RouterEvent destination)
    {
        if (!StartsWith(ref reader, JsonTokenType.StartObject))
        {
            return false;
        }

        var hasBlocks = false;
        while (NextKey(ref reader))
        {
            if (reader.ValueTextEquals("parent_hash"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.Number && reader.TryGetUInt64(out var parent))
                {
                    destination.ParentHash = parent;
                }
                else if (reader.TokenType != JsonTokenType.Null)
                {
                    return false;
                }
            }
            else if (reader.ValueTextEquals("start_position"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.Number && reader.TryGetUInt32(out var position))
                {
                    destination.StartPosition = position;
                }
            }
            else if (reader.ValueTextEquals("blocks"u8))
            {
                if (!StartsWith(ref reader, JsonTokenType.StartArray))
                {
                    return false;
                }

                while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
                {
                    if (!TryReadBlock(ref reader, destination))
                    {
                        return false;
                    }
                }

                hasBlocks = reader.TokenType == JsonTokenType.EndArray;
                if (!hasBlocks)
                {
                    return false;
                }
            }
            else
            {
                SkipValue(ref reader);
            }
        }

        return hasBlocks;
    }

    private static bool TryReadBlock(ref Utf8JsonReader reader, RouterEvent destination)
    {
        var mediaStart = destination.MediaObjects.Length;
        ulong? blockHash = null;
        ulong? tokensHash = null;
        var hasMedia = false;
        while (NextKey(ref reader))
        {
            var isBlockHash = reader.ValueTextEquals("block_hash"u8);
            if (isBlockHash || reader.ValueTextEquals("tokens_hash"u8))
            {
                if (!TryReadUInt64(ref reader, out var hash))
                {
                    return false;
                }

                blockHash = isBlockHash ? hash : blockHash;
                tokensHash = isBlockHash ? tokensHash : hash;
            }
            else if (reader.ValueTextEquals("mm_extra_info"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.Null)
                {
                    continue;
                }

                hasMedia = reader.TokenType == JsonTokenType.StartObject && TryReadMedia(ref reader, destination);
                if (!hasMedia)
                {
                    return false;
                }
            }
            else
            {
                SkipValue(ref reader);
            }
        }

        if (blockHash is not { } block || tokensHash is not { } tokens)
        {
            return false;
        }

        destination.AddBlock(block, tokens, hasMedia, mediaStart);
        return true;
    }

    private static bool TryReadMedia(ref Utf8JsonReader reader, RouterEvent destination)
    {
        while (NextKey(ref reader))
        {
            if (!reader.ValueTextEquals("mm_objects"u8))
            {
                SkipValue(ref reader);
                continue;
            }

            if (!StartsWith(ref reader, JsonTokenType.StartArray))
            {
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                if (!TryReadMediaObject(ref reader, destination))
                {
                    return false;
                }
            }

            if (reader.TokenType != JsonTokenType.EndArray)
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryReadMediaObject(ref Utf8JsonReader reader, RouterEvent destination)
    {
        ulong? hash = null;
        var offsetStart = destination.MediaOffsets.Length;
        while (NextKey(ref reader))
        {
            if (reader.ValueTextEquals("mm_hash"u8))
            {
                if (!TryReadUInt64(ref reader, out var value))
                {
                    return false;
                }

                hash = value;
            }
            else if (reader.ValueTextEquals("offsets"u8))
            {
                if (!StartsWith(ref reader, JsonTokenType.StartArray))
                {
                    return false;
                }

                while (reader.Read() && reader.TokenType == JsonTokenType.StartArray)
                {
                    if (!TryReadUInt64(ref reader, out var start) || !TryReadUInt64(ref reader, out var end) || !reader.Read() || reader.TokenType != JsonTokenType.EndArray)
                    {
                        return false;
                    }

                    destination.AddMediaOffset(start, end);
                }

                if (reader.TokenType != JsonTokenType.EndArray)
                {
                    return false;
                }
            }
            else
            {
                SkipValue(ref reader);
            }
        }

        if (hash is not { } present)
        {
            return false;
        }

        destination.AddMedia(present, offsetStart);
        return true;
    }

    private static bool TryReadRemoved(ref Utf8JsonReader reader, RouterEvent destination)
    {
        if (!StartsWith(ref reader, JsonTokenType.StartObject))
        {
            return false;
        }

        var hasHashes = false;
        while (NextKey(ref reader))
        {
            if (!reader.ValueTextEquals("block_hashes"u8))
            {
                SkipValue(ref reader);
                continue;
            }

            if (!StartsWith(ref reader, JsonTokenType.StartArray))
            {
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.Number)
            {
                if (!reader.TryGetUInt64(out var hash))
                {
                    return false;
                }

                destination.AddRemoved(hash);
            }

            hasHashes = reader.TokenType == JsonTokenType.EndArray;
            if (!hasHashes)
            {
                return false;
            }
        }

        return hasHashes;
    }

    private static bool NextKey(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.PropertyName;

    private static bool StartsWith(ref Utf8JsonReader reader, JsonTokenType type) => reader.Read() && reader.TokenType == type;

    private static void SkipValue(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }

    /// <summary>Reads the next value as an exact unsigned 64-bit integer: never by way of a double.</summary>
    private static bool TryReadUInt64(ref Utf8JsonReader reader, out ulong value)
    {
        value = 0;
        return reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetUInt64(out value);
    }
}
