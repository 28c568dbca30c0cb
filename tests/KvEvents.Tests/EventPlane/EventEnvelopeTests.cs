using System.Buffers;
using System.Text;
using DynamoAspire.KvEvents.EventPlane;
using DynamoAspire.KvEvents.MessagePack;
using DynamoAspire.KvEvents.Tests.RouterEvents;

namespace DynamoAspire.KvEvents.Tests.EventPlane;

public sealed class EventEnvelopeTests
{
    private const string EnvelopeHex =
        "85a5746f706963a96b762d6576656e7473ac7075626c69736865725f6964cd3039a873657175656e636500ac7075626c69736865645f6174cf0000018bcfe56800a77061796c6f6164c47a";

    [Fact]
    public void Frame_PublishedExample_GivesItsBytes()
    {
        var envelope = new ArrayBufferWriter<byte>();
        var payload = Convert.FromHexString(RouterEventCodecTests.StoredHex);
        EventEnvelopeCodec.Write(
            new EventEnvelope { Topic = "kv-events"u8, PublisherId = 12345, Sequence = 0, PublishedAt = 1_700_000_000_000, Payload = payload },
            envelope);
        Assert.Equal(197, envelope.WrittenCount);
        var frame = new ArrayBufferWriter<byte>();
        EventPlaneFrame.Write(envelope.WrittenSpan, frame);
        Assert.Equal("01000000c5" + EnvelopeHex + RouterEventCodecTests.StoredHex, Convert.ToHexStringLower(frame.WrittenSpan));

        Assert.Equal(EventPlaneFrameStatus.Ok, EventPlaneFrame.TryRead(frame.WrittenSpan, out var body));
        Assert.True(new EventEnvelopeReader().TryRead(body, out var read));
        Assert.Equal("kv-events", Encoding.UTF8.GetString(read.Topic));
        Assert.Equal((12345UL, 0UL, 1_700_000_000_000UL), (read.PublisherId, read.Sequence, read.PublishedAt));
        Assert.True(read.Payload.SequenceEqual(payload));
    }

    [Fact]
    public void Frame_OfNothing_IsItsHeader()
    {
        var frame = new ArrayBufferWriter<byte>();
        EventPlaneFrame.Write([], frame);
        Assert.Equal("0100000000", Convert.ToHexString(frame.WrittenSpan));
    }

    [Theory]
    [InlineData("", EventPlaneFrameStatus.IncompleteHeader)]
    [InlineData("01000000", EventPlaneFrameStatus.IncompleteHeader)]
    [InlineData("0100000001", EventPlaneFrameStatus.IncompletePayload)]
    [InlineData("01ffffffff00", EventPlaneFrameStatus.IncompletePayload)]
    [InlineData("0200000000", EventPlaneFrameStatus.UnsupportedVersion)]
    [InlineData("010000000000", EventPlaneFrameStatus.Ok)]
    public void Frame_Broken_SaysWhy(string hex, EventPlaneFrameStatus expected) =>
        Assert.Equal(expected, EventPlaneFrame.TryRead(Convert.FromHexString(hex), out _));

    [Fact]
    public void TryRead_JsonForm_GivesTheSame()
    {
        var reader = new EventEnvelopeReader();
        Assert.True(reader.TryRead("""{"publisher_id":18446744073709551615,"sequence":3,"published_at":4,"new":{"a":[1,2]},"payload":[123,0,255],"topic":"a\u0062"}"""u8, out var envelope));
        Assert.Equal((ulong.MaxValue, 3UL, 4UL), (envelope.PublisherId, envelope.Sequence, envelope.PublishedAt));
        Assert.Equal([123, 0, 255], envelope.Payload.ToArray());
        Assert.Equal("ab", Encoding.UTF8.GetString(envelope.Topic));

        Assert.True(reader.TryRead("""{"payload":[]}"""u8, out envelope));
        Assert.True(envelope.Payload.IsEmpty);
        Assert.True(envelope.Topic.IsEmpty);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"payload\":[256]}")]
    [InlineData("{\"payload\":[1")]
    [InlineData("{\"payload\":\"x\"}")]
    [InlineData("{\"payload\":[1],\"topic\":\"\\ud800\"}")]
    [InlineData("[]")]
    [InlineData("")]
    public void TryRead_NoEnvelope_IsRefused(string text) => Assert.False(new EventEnvelopeReader().TryRead(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void TryRead_NewerKeys_AreIgnored()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteMapHeader(4);
        writer.WriteString("published_at_ns"u8);
        writer.WriteUInt64(1);
        writer.WriteString("payload"u8);
        writer.WriteBinary([1]);
        writer.WriteNil();
        writer.WriteArrayHeader(0);
        writer.WriteString("sequence"u8);
        writer.WriteUInt64(9);
        writer.Flush();
        Assert.True(new EventEnvelopeReader().TryRead(output.WrittenSpan, out var envelope));
        Assert.Equal(9UL, envelope.Sequence);
    }

    [Fact]
    public void TryRead_EveryCut_IsRefused()
    {
        var whole = Convert.FromHexString(EnvelopeHex + RouterEventCodecTests.StoredHex);
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.False(new EventEnvelopeReader().TryRead(whole.AsSpan(0, length), out _));
        }
    }
}
