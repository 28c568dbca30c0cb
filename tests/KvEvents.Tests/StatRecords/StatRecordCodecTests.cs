using System.Buffers;
using System.Text;
using DynamoAspire.KvEvents.MessagePack;
using DynamoAspire.KvEvents.StatRecords;
using DynamoAspire.Testing;

namespace DynamoAspire.KvEvents.Tests.StatRecords;

public sealed class StatRecordCodecTests
{
    [Fact]
    public void TryRead_FullRecord_GivesWhatWasWritten()
    {
        var speculative = new SpeculativeDecoding { Drafts = 10, DraftTokens = 30, AcceptedTokens = 21 };
        speculative.TryAddPosition(9);
        speculative.TryAddPosition(7);
        speculative.TryAddPosition(5);
        var output = new ArrayBufferWriter<byte>();
        StatRecordCodec.Write(
            new StatRecord
            {
                Engine = "engine-0"u8,
                Rank = 3,
                Timestamp = 1_760_000_000.25,
                Blocks = 4096,
                Usage = 0.125,
                Running = 12,
                Waiting = 0,
                PrefixQueries = 1UL << 40,
                PrefixHits = 77,
                Speculative = speculative,
                Dropped = 2,
                Sender = "77-abc"u8,
            },
            output);

        Assert.Equal(StatRecordStatus.Ok, StatRecordCodec.TryRead(output.WrittenSpan, out var record));
        Assert.Equal("engine-0", Encoding.UTF8.GetString(record.Engine));
        Assert.Equal(3u, record.Rank);
        Assert.Equal(1_760_000_000.25, record.Timestamp);
        Assert.Equal(4096UL, record.Blocks);
        Assert.Equal(0.125, record.Usage);
        Assert.Equal(12UL, record.Running);
        Assert.Equal(0UL, record.Waiting);
        Assert.Equal(1UL << 40, record.PrefixQueries);
        Assert.Equal(77UL, record.PrefixHits);
        Assert.Equal(2UL, record.Dropped);
        Assert.Equal("77-abc", Encoding.UTF8.GetString(record.Sender));
        Assert.Equal(0, record.IgnoredFields);
        Assert.Equal(30UL, record.Speculative!.Value.DraftTokens);
        Assert.Equal(10UL, record.Speculative.Value.Drafts);
        Assert.Equal(21UL, record.Speculative.Value.AcceptedTokens);
        Assert.Equal(3, record.Speculative.Value.PositionCount);
        Assert.Equal(5UL, record.Speculative.Value.AcceptedAt(2));
    }

    [Fact]
    public void Write_SmallestRecord_IsTheDocumentedBytes()
    {
        var output = new ArrayBufferWriter<byte>();
        StatRecordCodec.Write(new StatRecord { Engine = "e"u8, Rank = 1, Timestamp = 0 }, output);
        Assert.Equal("84a17601a6656e67696e65a165a472616e6b01a27473cb0000000000000000", Convert.ToHexStringLower(output.WrittenSpan));
    }

    [Fact]
    public void TryRead_UnknownKeysNilsAndOtherOrder_AreTolerated()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteMapHeader(8);
        writer.WriteString("future"u8);
        writer.WriteArrayHeader(1);
        writer.WriteNil();
        writer.WriteString("usage"u8);
        writer.WriteInt64(-1);
        writer.WriteString("blocks"u8);
        writer.WriteNil();
        writer.WriteString("running"u8);
        writer.WriteString("many"u8);
        writer.WriteString("waiting"u8);
        writer.WriteInt64(-3);
        writer.WriteInt64(5);
        writer.WriteMapHeader(0);
        writer.WriteString("engine"u8);
        writer.WriteString("x"u8);
        writer.WriteString("v"u8);
        writer.WriteUInt64(1);
        writer.Flush();

        Assert.Equal(StatRecordStatus.Ok, StatRecordCodec.TryRead(output.WrittenSpan, out var record));
        Assert.Equal(-1, record.Usage);
        Assert.Null(record.Blocks);
        Assert.Null(record.Running);
        Assert.Null(record.Waiting);
        Assert.Equal(2, record.IgnoredFields);
        Assert.Equal(0u, record.Rank);
    }

    [Fact]
    public void TryRead_BadSpeculativePart_LosesOnlyThatPart()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteMapHeader(4);
        writer.WriteString("v"u8);
        writer.WriteUInt64(1);
        writer.WriteString("engine"u8);
        writer.WriteString("x"u8);
        writer.WriteString("spec"u8);
        writer.WriteMapHeader(2);
        writer.WriteString("drafts"u8);
        writer.WriteUInt64(1);
        writer.WriteString("draft_tokens"u8);
        writer.WriteString("?"u8);
        writer.WriteString("running"u8);
        writer.WriteUInt64(4);
        writer.Flush();
        Assert.Equal(StatRecordStatus.Ok, StatRecordCodec.TryRead(output.WrittenSpan, out var record));
        Assert.Null(record.Speculative);
        Assert.Equal(4UL, record.Running);
        Assert.Equal(1, record.IgnoredFields);
    }

    [Theory]
    [InlineData("", StatRecordStatus.Malformed)]
    [InlineData("93010203", StatRecordStatus.Malformed)]
    [InlineData("80", StatRecordStatus.UnknownVersion)]
    [InlineData("81a17602", StatRecordStatus.UnknownVersion)]
    [InlineData("81a17601", StatRecordStatus.MissingEngine)]
    [InlineData("83a17601a6656e67696e65a165a472616e6bff", StatRecordStatus.InvalidRank)]
    [InlineData("83a17601a6656e67696e65a165", StatRecordStatus.Malformed)]
    public void TryRead_NoRecord_SaysWhy(string hex, StatRecordStatus expected) =>
        Assert.Equal(expected, StatRecordCodec.TryRead(Convert.FromHexString(hex), out _));

    [Fact]
    public void TryAddPosition_BeyondTheBound_IsLeftOut()
    {
        var speculative = new SpeculativeDecoding();
        for (var i = 0; i < SpeculativeDecoding.MaxPositions; i++)
        {
            Assert.True(speculative.TryAddPosition((ulong)i));
        }

        Assert.False(speculative.TryAddPosition(99));
        Assert.Equal(15UL, speculative.AcceptedAt(15));
    }

    [Fact]
    public void TryRead_Warm_AllocatesNothing()
    {
        var output = new ArrayBufferWriter<byte>();
        StatRecordCodec.Write(new StatRecord { Engine = "engine-0"u8, Blocks = 10, Usage = 0.5 }, output);
        StatRecordCodec.TryRead(output.WrittenSpan, out _);
        Assert.Equal(0, Allocations.InSteadyState(() =>
        {
            for (var i = 0; i < 100; i++)
            {
                StatRecordCodec.TryRead(output.WrittenSpan, out _);
            }
        }));
    }
}
