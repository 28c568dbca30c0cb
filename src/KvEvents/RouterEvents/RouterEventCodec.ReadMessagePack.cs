using DynamoAspire.KvEvents.Json;
using DynamoAspire.KvEvents.MessagePack;

namespace DynamoAspire.KvEvents.RouterEvents;

/// <content>MessagePack, reading.</content>
public static partial class RouterEventCodec
{
    /// <summary>Reads an event in either form, told apart by the first byte. False: no event; <paramref name="destination"/> is then undefined.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, RouterEvent destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        destination.Reset(RouterEventKind.Cleared);
        destination.WorkerId = 0;
        destination.EventId = 0;
        destination.DpRank = 0;
        return JsonSniffer.IsJsonObject(payload) ? TryReadJson(payload, destination) : TryReadMessagePack(payload, destination);
    }

    private static bool TryReadMessagePack(ReadOnlySpan<byte> payload, RouterEvent destination)
    {
        var reader = new MessagePackReader(payload);
        if (!reader.TryReadMapHeader(out var count))
        {
            return false;
        }

        var (hasWorker, hasEvent) = (false, false);
        for (var i = 0; i < count; i++)
        {
            if (!reader.TryReadString(out var key))
            {
                return false;
            }

            if (key.SequenceEqual("worker_id"u8))
            {
                hasWorker = reader.TryReadUInt64(out var workerId);
                destination.WorkerId = workerId;
                if (!hasWorker)
                {
                    return false;
                }
            }
            else if (key.SequenceEqual("event"u8))
            {
                hasEvent = TryReadEvent(ref reader, destination);
                if (!hasEvent)
                {
                    return false;
                }
            }
            else if (!reader.TrySkip())
            {
                return false;
            }
        }

        return hasWorker && hasEvent;
    }

    private static bool TryReadEvent(ref MessagePackReader reader, RouterEvent destination)
    {
        if (!reader.TryReadMapHeader(out var count))
        {
            return false;
        }

        var (hasId, hasData) = (false, false);
        for (var i = 0; i < count; i++)
        {
            if (!reader.TryReadString(out var key))
            {
                return false;
            }

            bool taken;
            if (key.SequenceEqual("event_id"u8))
            {
                taken = hasId = reader.TryReadUInt64(out var id);
                destination.EventId = id;
            }
            else if (key.SequenceEqual("data"u8))
            {
                taken = hasData = TryReadData(ref reader, destination);
            }
            else if (key.SequenceEqual("dp_rank"u8) && !reader.TryReadNil())
            {
                taken = reader.TryReadUInt32(out var rank);
                destination.DpRank = rank;
            }
            else
            {
                taken = key.SequenceEqual("dp_rank"u8) || reader.TrySkip();
            }

            if (!taken)
            {
                return false;
            }
        }

        return hasId && hasData;
    }

    private static bool TryReadData(ref MessagePackReader reader, RouterEvent destination)
    {
        if (reader.TryReadString(out var unit))
        {
            destination.Kind = RouterEventKind.Cleared;
            return unit.SequenceEqual("cleared"u8);
        }

        if (!reader.TryReadMapHeader(out var count) || count != 1 || !reader.TryReadString(out var tag))
        {
            return false;
        }

        if (tag.SequenceEqual("stored"u8))
        {
            destination.Kind = RouterEventKind.Stored;
            return TryReadStored(ref reader, destination);
        }

        destination.Kind = RouterEventKind.Removed;
        return tag.SequenceEqual("removed"u8) && TryReadRemoved(ref reader, destination);
    }

    private static bool TryReadStored(ref MessagePackReader reader, RouterEvent destination)
    {
        if (!reader.TryReadMapHeader(out var count))
        {
            return false;
        }

        var hasBlocks = false;
        for (var i = 0; i < count; i++)
        {
            if (!reader.TryReadString(out var key))
            {
                return false;
            }

            if (key.SequenceEqual("parent_hash"u8))
            {
                if (!reader.TryReadNil())
                {
                    if (!reader.TryReadUInt64(out var parent))
                    {
                        return false;
                    }

                    destination.ParentHash = parent;
                }
            }
            else if (key.SequenceEqual("blocks"u8))
            {
                hasBlocks = TryReadBlocks(ref reader, destination);
                if (!hasBlocks)
                {
                    return false;
                }
            }
            else if (key.SequenceEqual("start_position"u8) && reader.TryReadUInt32(out var position))
            {
                destination.StartPosition = position;
            }
            else if (!reader.TrySkip())
            {
                return false;
            }
        }

        return hasBlocks;
    }

    private static bool TryReadBlocks(ref MessagePackReader reader, RouterEvent destination)
    {
        if (!reader.TryReadArrayHeader(out var count))
        {
            return false;
        }

        for (var i = 0; i < count; i++)
        {
            if (!TryReadBlock(ref reader, destination))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryReadBlock(ref MessagePackReader reader, RouterEvent destination)
    {
        if (!reader.TryReadMapHeader(out var fields))
        {
            return false;
        }

        var mediaStart = destination.MediaObjects.Length;
        ulong? blockHash = null;
        ulong? tokensHash = null;
        var hasMedia = false;
        for (var i = 0; i < fields; i++)
        {
            if (!reader.TryReadString(out var key))
            {
                return false;
            }

            if (key.SequenceEqual("block_hash"u8) || key.SequenceEqual("tokens_hash"u8))
            {
                if (!reader.TryReadUInt64(out var hash))
                {
                    return false;
                }

                if (key[0] == (byte)'b')
                {
                    blockHash = hash;
                }
                else
                {
                    tokensHash = hash;
                }
            }
            else if (key.SequenceEqual("mm_extra_info"u8) && !reader.TryReadNil())
            {
                hasMedia = MediaReader.TryRead(ref reader, destination);
                if (!hasMedia)
                {
                    return false;
                }
            }
            else if (!key.SequenceEqual("mm_extra_info"u8) && !reader.TrySkip())
            {
                return false;
            }
        }

        if (blockHash is not { } block || tokensHash is not { } tokens)
        {
            return false;
        }

        destination.AddBlock(block, tokens, hasMedia, mediaStart);
        return true;
    }

    private static bool TryReadRemoved(ref MessagePackReader reader, RouterEvent destination)
    {
        if (!reader.TryReadMapHeader(out var count))
        {
            return false;
        }

        var hasHashes = false;
        for (var i = 0; i < count; i++)
        {
            if (!reader.TryReadString(out var key))
            {
                return false;
            }

            if (!key.SequenceEqual("block_hashes"u8))
            {
                if (!reader.TrySkip())
                {
                    return false;
                }

                continue;
            }

            if (!reader.TryReadArrayHeader(out var hashes))
            {
                return false;
            }

            for (var k = 0; k < hashes; k++)
            {
                if (!reader.TryReadUInt64(out var hash))
                {
                    return false;
                }

                destination.AddRemoved(hash);
            }

            hasHashes = true;
        }

        return hasHashes;
    }
}
