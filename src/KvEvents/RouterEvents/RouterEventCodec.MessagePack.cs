using System.Buffers;
using DynamoAspire.KvEvents.MessagePack;

namespace DynamoAspire.KvEvents.RouterEvents;

/// <content>MessagePack, writing.</content>
public static partial class RouterEventCodec
{
    /// <summary>map: worker_id, event; the same fields and order as the JSON form, as named maps</summary>
    public static void WriteMessagePack(RouterEvent routerEvent, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(routerEvent);
        var writer = new MessagePackWriter(output);
        writer.WriteMapHeader(2);
        writer.WriteString("worker_id"u8);
        writer.WriteUInt64(routerEvent.WorkerId);
        writer.WriteString("event"u8);
        writer.WriteMapHeader(3);
        writer.WriteString("event_id"u8);
        writer.WriteUInt64(routerEvent.EventId);
        writer.WriteString("data"u8);
        switch (routerEvent.Kind)
        {
            case RouterEventKind.Stored:
                WriteStored(ref writer, routerEvent);
                break;
            case RouterEventKind.Removed:
                writer.WriteMapHeader(1);
                writer.WriteString("removed"u8);
                writer.WriteMapHeader(1);
                writer.WriteString("block_hashes"u8);
                writer.WriteArrayHeader(routerEvent.RemovedHashes.Length);
                foreach (var hash in routerEvent.RemovedHashes)
                {
                    writer.WriteUInt64(hash);
                }

                break;
            default:
                writer.WriteString("cleared"u8);
                break;
        }

        writer.WriteString("dp_rank"u8);
        writer.WriteUInt64(routerEvent.DpRank);
        writer.Flush();
    }

    private static void WriteStored(ref MessagePackWriter writer, RouterEvent routerEvent)
    {
        writer.WriteMapHeader(1);
        writer.WriteString("stored"u8);
        writer.WriteMapHeader(2);
        writer.WriteString("parent_hash"u8);
        if (routerEvent.ParentHash is { } parent)
        {
            writer.WriteUInt64(parent);
        }
        else
        {
            writer.WriteNil();
        }

        writer.WriteString("blocks"u8);
        writer.WriteArrayHeader(routerEvent.Blocks.Length);
        foreach (var block in routerEvent.Blocks)
        {
            writer.WriteMapHeader(3);
            writer.WriteString("block_hash"u8);
            writer.WriteUInt64(block.BlockHash);
            writer.WriteString("tokens_hash"u8);
            writer.WriteUInt64(block.TokensHash);
            writer.WriteString("mm_extra_info"u8);
            WriteMedia(ref writer, routerEvent, block);
        }
    }

    private static void WriteMedia(ref MessagePackWriter writer, RouterEvent routerEvent, in RouterBlock block)
    {
        if (block.MediaCount < 0)
        {
            writer.WriteNil();
            return;
        }

        writer.WriteMapHeader(1);
        writer.WriteString("mm_objects"u8);
        writer.WriteArrayHeader(block.MediaCount);
        foreach (var media in routerEvent.MediaObjects.Slice(block.MediaStart, block.MediaCount))
        {
            writer.WriteMapHeader(2);
            writer.WriteString("mm_hash"u8);
            writer.WriteUInt64(media.Hash);
            writer.WriteString("offsets"u8);
            writer.WriteArrayHeader(media.OffsetCount);
            foreach (var offset in routerEvent.MediaOffsets.Slice(media.OffsetStart, media.OffsetCount))
            {
                writer.WriteArrayHeader(2);
                writer.WriteUInt64(offset.Start);
                writer.WriteUInt64(offset.End);
            }
        }
    }
}
