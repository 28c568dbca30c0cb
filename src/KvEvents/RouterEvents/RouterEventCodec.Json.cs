using System.Buffers;
using DynamoAspire.KvEvents.Json;

namespace DynamoAspire.KvEvents.RouterEvents;

/// <summary>
/// Reads and writes router events: JSON as on the JetStream stream, MessagePack as inside event-plane envelopes. Unsigned 64-bit
/// integers are exact in both. Safe to call from any thread; writing allocates nothing.
/// </summary>
public static partial class RouterEventCodec
{
    /// <summary>{"worker_id":…,"event":{"event_id":…,"data":…,"dp_rank":…}} in exactly this field order</summary>
    public static void WriteJson(RouterEvent routerEvent, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(routerEvent);
        var writer = new JsonTextWriter(output);
        writer.Raw("{\"worker_id\":"u8);
        writer.Number(routerEvent.WorkerId);
        writer.Raw(",\"event\":{\"event_id\":"u8);
        writer.Number(routerEvent.EventId);
        writer.Raw(",\"data\":"u8);
        switch (routerEvent.Kind)
        {
            case RouterEventKind.Stored:
                WriteStored(ref writer, routerEvent);
                break;
            case RouterEventKind.Removed:
                WriteRemoved(ref writer, routerEvent.RemovedHashes);
                break;
            default:
                writer.Raw("\"cleared\""u8);
                break;
        }

        writer.Raw(",\"dp_rank\":"u8);
        writer.Number(routerEvent.DpRank);
        writer.Raw("}}"u8);
        writer.Flush();
    }

    private static void WriteStored(ref JsonTextWriter writer, RouterEvent routerEvent)
    {
        writer.Raw("{\"stored\":{\"parent_hash\":"u8);
        writer.NumberOrNull(routerEvent.ParentHash);
        writer.Raw(",\"blocks\":["u8);
        var first = true;
        foreach (var block in routerEvent.Blocks)
        {
            writer.Raw(first ? "{\"block_hash\":"u8 : ",{\"block_hash\":"u8);
            first = false;
            writer.Number(block.BlockHash);
            writer.Raw(",\"tokens_hash\":"u8);
            writer.Number(block.TokensHash);
            writer.Raw(",\"mm_extra_info\":"u8);
            WriteMedia(ref writer, routerEvent, block);
            writer.Raw("}"u8);
        }

        writer.Raw("]}}"u8);
    }

    private static void WriteMedia(ref JsonTextWriter writer, RouterEvent routerEvent, in RouterBlock block)
    {
        if (block.MediaCount < 0)
        {
            writer.Raw("null"u8);
            return;
        }

        writer.Raw("{\"mm_objects\":["u8);
        for (var i = 0; i < block.MediaCount; i++)
        {
            var media = routerEvent.MediaObjects[block.MediaStart + i];
            writer.Raw(i == 0 ? "{\"mm_hash\":"u8 : ",{\"mm_hash\":"u8);
            writer.Number(media.Hash);
            writer.Raw(",\"offsets\":["u8);
            for (var k = 0; k < media.OffsetCount; k++)
            {
                var offset = routerEvent.MediaOffsets[media.OffsetStart + k];
                writer.Raw(k == 0 ? "["u8 : ",["u8);
                writer.Number(offset.Start);
                writer.Raw(","u8);
                writer.Number(offset.End);
                writer.Raw("]"u8);
            }

            writer.Raw("]}"u8);
        }

        writer.Raw("]}"u8);
    }

    private static void WriteRemoved(ref JsonTextWriter writer, ReadOnlySpan<ulong> hashes)
    {
        writer.Raw("{\"removed\":{\"block_hashes\":["u8);
        for (var i = 0; i < hashes.Length; i++)
        {
            if (i > 0)
            {
                writer.Raw(","u8);
            }

            writer.Number(hashes[i]);
        }

        writer.Raw("]}}"u8);
    }
}
