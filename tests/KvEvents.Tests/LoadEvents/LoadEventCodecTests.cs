using System.Buffers;
using System.Text;
using DynamoAspire.KvEvents.LoadEvents;
using DynamoAspire.KvEvents.MessagePack;

namespace DynamoAspire.KvEvents.Tests.LoadEvents;

public sealed class LoadEventCodecTests
{
    private const string Published =
        "84a9776f726b65725f696401a764705f72616e6b00b46163746976655f6465636f64655f626c6f636b7305b56163746976655f70726566696c6c5f746f6b656e73c0";

    [Fact]
    public void WriteMessagePack_PublishedExample_GivesItsBytes()
    {
        var output = new ArrayBufferWriter<byte>();
        LoadEventCodec.WriteMessagePack(new ActiveLoad(1, 0) { ActiveDecodeBlocks = 5 }, output);
        Assert.Equal(Published, Convert.ToHexStringLower(output.WrittenSpan));
    }

    [Fact]
    public void TryRead_PublishedExample_GivesItsValues()
    {
        Assert.True(LoadEventCodec.TryRead(Convert.FromHexString(Published), out var load));
        Assert.Equal(new ActiveLoad(1, 0) { ActiveDecodeBlocks = 5 }, load);
        Assert.Equal(5UL, load.UsedBlocks);
    }

    [Fact]
    public void TryRead_WhatWasWritten_IsTheSame()
    {
        var load = new ActiveLoad(ulong.MaxValue, 7) { ActiveDecodeBlocks = 1, ActivePrefillTokens = 1UL << 60, KvUsedBlocks = 3 };
        var output = new ArrayBufferWriter<byte>();
        LoadEventCodec.WriteMessagePack(load, output);
        Assert.True(LoadEventCodec.TryRead(output.WrittenSpan, out var binary));
        Assert.Equal(load, binary);
        Assert.Equal(3UL, binary.UsedBlocks);

        output.Clear();
        LoadEventCodec.WriteJson(load, output);
        Assert.Equal(
            """{"worker_id":18446744073709551615,"dp_rank":7,"active_decode_blocks":1,"active_prefill_tokens":1152921504606846976,"kv_used_blocks":3}""",
            Encoding.UTF8.GetString(output.WrittenSpan));
        Assert.True(LoadEventCodec.TryRead(output.WrittenSpan, out var text));
        Assert.Equal(load, text);
    }

    [Fact]
    public void TryRead_ForwardPassMetrics_GivesTheLoad()
    {
        const string Json = """
            {"worker_id":9,"data":{"worker_stats":{"data_parallel_rank":2,"request_active_slots":3,"request_total_slots":8,"num_requests_waiting":1},
            "kv_stats":{"kv_active_blocks":44,"kv_total_blocks":100,"gpu_cache_usage_perc":0.44,"gpu_prefix_cache_hit_rate":0.1},"spec_decode_stats":null},"later":{"kv_active_blocks":1}}
            """;
        Assert.True(LoadEventCodec.TryRead(Encoding.UTF8.GetBytes(Json), out var text));
        Assert.Equal(new ActiveLoad(9, 2) { ActiveDecodeBlocks = 44 }, text);

        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteMapHeader(2);
        writer.WriteString("data"u8);
        writer.WriteMapHeader(2);
        writer.WriteString("worker_stats"u8);
        writer.WriteMapHeader(1);
        writer.WriteString("data_parallel_rank"u8);
        writer.WriteNil();
        writer.WriteString("kv_stats"u8);
        writer.WriteMapHeader(2);
        writer.WriteString("kv_total_blocks"u8);
        writer.WriteUInt64(100);
        writer.WriteString("kv_active_blocks"u8);
        writer.WriteUInt64(44);
        writer.WriteString("worker_id"u8);
        writer.WriteUInt64(9);
        writer.Flush();
        Assert.True(LoadEventCodec.TryRead(output.WrittenSpan, out var binary));
        Assert.Equal(new ActiveLoad(9, 0) { ActiveDecodeBlocks = 44 }, binary);
        for (var length = 0; length < output.WrittenCount; length++)
        {
            LoadEventCodec.TryRead(output.WrittenSpan[..length], out _);
        }
    }

    [Theory]
    [InlineData("""{"kv_used_blocks":9,"future":{"a":[1]},"worker_id":3}""", 3UL, 9UL)]
    [InlineData(""" {"worker_id":3,"dp_rank":null,"active_decode_blocks":4,"kv_used_blocks":null}""", 3UL, 4UL)]
    [InlineData("""{"worker_id":3,"active_decode_blocks":-4,"kv_used_blocks":"x"}""", 3UL, null)]
    public void TryRead_OtherShapes_TakesWhatIsThere(string json, ulong worker, ulong? used)
    {
        Assert.True(LoadEventCodec.TryRead(Encoding.UTF8.GetBytes(json), out var load));
        Assert.Equal(worker, load.WorkerId);
        Assert.Equal(0u, load.DpRank);
        Assert.Equal(used, load.UsedBlocks);
    }

    [Fact]
    public void TryRead_UnknownAndOddKeys_ArePassedOver()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteMapHeader(4);
        writer.WriteString(""u8);
        writer.WriteInt64(-1);
        writer.WriteInt64(7);
        writer.WriteArrayHeader(0);
        writer.WriteString("active_decode_blocks"u8);
        writer.WriteDouble(1.5);
        writer.WriteString("worker_id"u8);
        writer.WriteUInt64(12);
        writer.Flush();
        Assert.True(LoadEventCodec.TryRead(output.WrittenSpan, out var load));
        Assert.Equal(new ActiveLoad(12, 0), load);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("""{"dp_rank":1}""")]
    [InlineData("""{"worker_id":1,"dp_rank":4294967296}""")]
    public void TryRead_NoLoad_IsRefused(string text) => Assert.False(LoadEventCodec.TryRead(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void TryRead_EveryCutOfAMessage_IsRefused()
    {
        var whole = Convert.FromHexString(Published);
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.False(LoadEventCodec.TryRead(whole.AsSpan(0, length), out _));
        }
    }

    [Fact]
    public void Withdrawal_WrittenAndRead_IsTheSame()
    {
        var output = new ArrayBufferWriter<byte>();
        LoadEventCodec.WriteJson(new LoadWithdrawal(9_007_199_254_740_993, 2), output);
        Assert.Equal("""{"worker_id":9007199254740993,"dp_rank":2}""", Encoding.UTF8.GetString(output.WrittenSpan));
        Assert.True(LoadEventCodec.TryReadWithdrawal(output.WrittenSpan, out var withdrawal));
        Assert.Equal(new LoadWithdrawal(9_007_199_254_740_993, 2), withdrawal);

        output.ResetWrittenCount();
        var timed = new LoadWithdrawal(3, 2) { PublishedAt = 1_700_000_000_123 };
        LoadEventCodec.WriteJson(timed, output);
        Assert.True(LoadEventCodec.TryReadWithdrawal(output.WrittenSpan, out withdrawal));
        Assert.Equal(timed, withdrawal);
        Assert.False(LoadEventCodec.TryReadWithdrawal("nonsense"u8, out _));
    }

    [Fact]
    public void Subjects_OfANamespace_AreDynamos()
    {
        Assert.Equal("namespace.dynamo.kv_metrics", LoadSubjects.Load("dynamo"));
        Assert.Equal("namespace.dynamo.kv_metrics_withdrawn", LoadSubjects.Withdrawal("dynamo"));
    }
}
