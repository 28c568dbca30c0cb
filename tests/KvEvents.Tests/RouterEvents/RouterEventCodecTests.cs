using System.Buffers;
using System.Text;
using DynamoAspire.KvEvents.RouterEvents;
using DynamoAspire.Testing;

namespace DynamoAspire.KvEvents.Tests.RouterEvents;

public sealed class RouterEventCodecTests
{
    private const string StoredJson =
        """{"worker_id":1,"event":{"event_id":7,"data":{"stored":{"parent_hash":null,"blocks":[{"block_hash":42,"tokens_hash":9143094415614847814,"mm_extra_info":null}]}},"dp_rank":0}}""";

    internal const string StoredHex =
        "82a9776f726b65725f696401a56576656e7483a86576656e745f696407a46461746181a673746f72656482ab706172656e745f68617368c0a6626c6f636b739183aa626c6f636b5f68617368"
        + "2aab746f6b656e735f68617368cf7ee2cbedc694ab46ad6d6d5f65787472615f696e666fc0a764705f72616e6b00";

    private const string ClearedHex =
        "82a9776f726b65725f696401a56576656e7483a86576656e745f696408a464617461a7636c6561726564a764705f72616e6b00";

    private const string RemovedHex =
        "82a9776f726b65725f696401a56576656e7483a86576656e745f696409a46461746181a772656d6f76656481ac626c6f636b5f686173686573912aa764705f72616e6b00";

    [Fact]
    public void Write_PublishedExamples_GivesTheirBytes()
    {
        Assert.Equal(StoredJson, Json(Stored()));
        Assert.Equal(StoredHex, MessagePack(Stored()));

        var cleared = new RouterEvent { WorkerId = 1, EventId = 8 };
        cleared.Reset(RouterEventKind.Cleared);
        Assert.Equal(ClearedHex, MessagePack(cleared));
        Assert.Equal("""{"worker_id":1,"event":{"event_id":8,"data":"cleared","dp_rank":0}}""", Json(cleared));

        var removed = new RouterEvent { WorkerId = 1, EventId = 9 };
        removed.Reset(RouterEventKind.Removed);
        removed.AddRemoved(42);
        Assert.Equal(RemovedHex, MessagePack(removed));
        Assert.Equal("""{"worker_id":1,"event":{"event_id":9,"data":{"removed":{"block_hashes":[42]}},"dp_rank":0}}""", Json(removed));
    }

    [Theory]
    [InlineData(StoredHex)]
    [InlineData(ClearedHex)]
    [InlineData(RemovedHex)]
    public void TryRead_PublishedExamples_ReadsWhatItWrites(string hex)
    {
        var read = new RouterEvent();
        Assert.True(RouterEventCodec.TryRead(Convert.FromHexString(hex), read));
        Assert.Equal(hex, MessagePack(read));
        var again = new RouterEvent();
        Assert.True(RouterEventCodec.TryRead(Encoding.UTF8.GetBytes(Json(read)), again));
        Assert.Equal(hex, MessagePack(again));
    }

    [Fact]
    public void RandomEvents_BothForms_ReadAsWritten()
    {
        var random = new Random(5);
        var read = new RouterEvent();
        for (var i = 0; i < 500; i++)
        {
            var routerEvent = Random(random);
            var json = Json(routerEvent);
            Assert.True(RouterEventCodec.TryRead(Encoding.UTF8.GetBytes(json), read), json);
            Assert.Equal(json, Json(read));
            var binary = MessagePack(routerEvent);
            Assert.True(RouterEventCodec.TryRead(Convert.FromHexString(binary), read), binary);
            Assert.Equal(json, Json(read));
        }
    }

    [Fact]
    public void TryRead_NewerFieldsAndOtherOrder_AreTolerated()
    {
        var read = new RouterEvent { DpRank = 9 };
        Assert.True(RouterEventCodec.TryRead(
            """
            {"session_id":null,"event":{"data":{"stored":{"start_position":32,"blocks":[{"tokens_hash":2,"x":[{}],"block_hash":18446744073709551615}],"parent_hash":5,"tier":{"a":1}}},
             "event_id":9007199254740993},"storage_tier":"gpu","worker_id":9007199254740993}
            """u8,
            read));
        Assert.Equal(9_007_199_254_740_993UL, read.WorkerId);
        Assert.Equal(9_007_199_254_740_993UL, read.EventId);
        Assert.Equal(0u, read.DpRank);
        Assert.Equal(32u, read.StartPosition);
        Assert.Equal(5UL, read.ParentHash);
        Assert.Equal([new RouterBlock(ulong.MaxValue, 2)], read.Blocks.ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"worker_id":1}""")]
    [InlineData("""{"worker_id":-1,"event":{"event_id":1,"data":"cleared"}}""")]
    [InlineData("""{"worker_id":1.5,"event":{"event_id":1,"data":"cleared"}}""")]
    [InlineData("""{"worker_id":1,"event":{"event_id":1,"data":"gone"}}""")]
    [InlineData("""{"worker_id":1,"event":{"event_id":1,"data":{"stored":{"blocks":[{"block_hash":1}]}}}}""")]
    [InlineData("""{"worker_id":1,"event":{"event_id":1,"data":{"removed":{}}}}""")]
    [InlineData("""{"worker_id":1,"event":{"event_id":1,"data":{"removed":{"block_hashes":["1"]}}}}""")]
    [InlineData("""{"worker_id":1,"event":{"data":"cleared"}}""")]
    [InlineData("""{"worker_id":1,"event":{"event_id":1,"data":"cleared"}} x""")]
    public void TryRead_NoEvent_IsRefused(string json) => Assert.False(RouterEventCodec.TryRead(Encoding.UTF8.GetBytes(json), new RouterEvent()));

    [Fact]
    public void TryRead_EveryCut_IsRefused()
    {
        var read = new RouterEvent();
        foreach (var whole in new[] { Convert.FromHexString(StoredHex), Convert.FromHexString(RemovedHex), Encoding.UTF8.GetBytes(StoredJson) })
        {
            for (var length = 0; length < whole.Length; length++)
            {
                Assert.False(RouterEventCodec.TryRead(whole.AsSpan(0, length), read));
            }
        }
    }

    [Fact]
    public void WriteAndRead_Warm_AllocateNothing()
    {
        var stored = Stored();
        var read = new RouterEvent();
        var json = new ArrayBufferWriter<byte>(4096);
        var binary = new ArrayBufferWriter<byte>(4096);
        void Round()
        {
            json.ResetWrittenCount();
            binary.ResetWrittenCount();
            RouterEventCodec.WriteJson(stored, json);
            RouterEventCodec.WriteMessagePack(stored, binary);
            RouterEventCodec.TryRead(json.WrittenSpan, read);
            RouterEventCodec.TryRead(binary.WrittenSpan, read);
        }

        Round();
        Assert.Equal(0, Allocations.InSteadyState(() =>
        {
            for (var i = 0; i < 50; i++)
            {
                Round();
            }
        }));
    }

    internal static RouterEvent Stored()
    {
        var stored = new RouterEvent { WorkerId = 1, EventId = 7 };
        stored.Reset(RouterEventKind.Stored);
        stored.AddBlock(42, 9143094415614847814);
        return stored;
    }

    private static RouterEvent Random(Random random)
    {
        var routerEvent = new RouterEvent { WorkerId = (ulong)random.NextInt64(), EventId = (ulong)random.NextInt64(), DpRank = (uint)random.Next(9) };
        routerEvent.Reset((RouterEventKind)random.Next(3));
        for (var i = random.Next(5); i > 0; i--)
        {
            if (routerEvent.Kind == RouterEventKind.Removed)
            {
                routerEvent.AddRemoved((ulong)random.NextInt64() * 2);
            }
            else if (routerEvent.Kind == RouterEventKind.Stored)
            {
                routerEvent.ParentHash = random.Next(2) == 0 ? null : ulong.MaxValue - (ulong)random.Next(4);
                var mediaStart = routerEvent.MediaObjects.Length;
                var hasMedia = random.Next(2) == 0;
                for (var m = hasMedia ? random.Next(3) : 0; m > 0; m--)
                {
                    var offsetStart = routerEvent.MediaOffsets.Length;
                    for (var o = random.Next(3); o > 0; o--)
                    {
                        routerEvent.AddMediaOffset((ulong)random.Next(100), (ulong)random.Next(1000));
                    }

                    routerEvent.AddMedia((ulong)random.NextInt64(), offsetStart);
                }

                routerEvent.AddBlock((ulong)random.NextInt64() * 2, (ulong)random.NextInt64(), hasMedia, mediaStart);
            }
        }

        return routerEvent;
    }

    private static string Json(RouterEvent routerEvent)
    {
        var output = new ArrayBufferWriter<byte>();
        RouterEventCodec.WriteJson(routerEvent, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static string MessagePack(RouterEvent routerEvent)
    {
        var output = new ArrayBufferWriter<byte>();
        RouterEventCodec.WriteMessagePack(routerEvent, output);
        return Convert.ToHexStringLower(output.WrittenSpan);
    }
}
