using System.Buffers;
using DynamoAspire.KvEvents.MessagePack;

namespace DynamoAspire.KvEvents.Tests.MessagePack;

public sealed class MessagePackReaderTests
{
    private static readonly long[] s_edges =
    [
        0, 1, 0x7f, 0x80, 0xff, 0x100, 0xffff, 0x1_0000, 0xffff_ffff, 0x1_0000_0000, long.MaxValue,
        -1, -32, -33, -128, -129, -32768, -32769, int.MinValue, int.MinValue - 1L, long.MinValue,
    ];

    [Fact]
    public void Integers_AtEveryEdge_ReadAsWritten()
    {
        foreach (var value in s_edges)
        {
            var bytes = Write((ref MessagePackWriter w) => w.WriteInt64(value));
            var reader = new MessagePackReader(bytes);
            Assert.True(reader.TryReadInt64(out var read));
            Assert.Equal(value, read);
            Assert.True(reader.AtEnd);

            reader = new MessagePackReader(bytes);
            Assert.Equal(value >= 0, reader.TryReadUInt64(out _));
            reader = new MessagePackReader(bytes);
            Assert.Equal(value is >= 0 and <= uint.MaxValue, reader.TryReadUInt32(out _));
            Assert.Equal(value is >= 0 and <= uint.MaxValue, reader.AtEnd);
        }
    }

    [Theory]
    [InlineData("cfffffffffffffffff", ulong.MaxValue, false)]
    [InlineData("ff", ulong.MaxValue, true)]
    [InlineData("d3ffffffffffffffff", ulong.MaxValue, true)]
    [InlineData("cd0001", 1UL, false)]
    [InlineData("d100ff", 255UL, false)]
    public void TryReadInteger_AnyForm_GivesItsBits(string hex, ulong bits, bool negative)
    {
        var reader = new MessagePackReader(Convert.FromHexString(hex));
        Assert.True(reader.TryReadInteger(out var read, out var isNegative));
        Assert.Equal((bits, negative), (read, isNegative));
    }

    [Fact]
    public void TryReadInt64_ValueBeyondLong_IsOutOfRangeAndStays()
    {
        var reader = new MessagePackReader(Convert.FromHexString("cfffffffffffffffff"));
        Assert.False(reader.TryReadInt64(out _));
        Assert.Equal(MessagePackError.OutOfRange, reader.Error);
        Assert.Equal(0, reader.Position);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(65535)]
    [InlineData(65536)]
    public void TextAndBinary_AtEveryWidth_ReadAsWritten(int length)
    {
        var content = new byte[length];
        Array.Fill(content, (byte)'x');
        var bytes = Write((ref MessagePackWriter w) =>
        {
            w.WriteString(content);
            w.WriteString(new string('x', length));
            w.WriteBinary(content);
        });
        var reader = new MessagePackReader(bytes);
        Assert.True(reader.TryReadString(out var text));
        Assert.Equal(length, text.Length);
        Assert.True(reader.TryReadString(out text));
        Assert.Equal(length, text.Length);
        Assert.False(reader.TryReadString(out _));
        Assert.Equal(MessagePackError.WrongType, reader.Error);
        Assert.True(reader.TryReadBinary(out var binary));
        Assert.True(binary.SequenceEqual(content));
        Assert.True(reader.AtEnd);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(65535)]
    [InlineData(65536)]
    public void Headers_AtEveryWidth_ReadAsWritten(int count)
    {
        var bytes = Write((ref MessagePackWriter w) =>
        {
            w.WriteArrayHeader(count);
            for (var i = 0; i < count; i++)
            {
                w.WriteNil();
            }

            w.WriteMapHeader(count);
            for (var i = 0; i < 2 * count; i++)
            {
                w.WriteBoolean(true);
            }
        });
        var reader = new MessagePackReader(bytes);
        Assert.True(reader.TrySkip());
        Assert.True(reader.TryReadMapHeader(out var entries));
        Assert.Equal(count, entries);
    }

    [Theory]
    [InlineData("dd7fffffff00", MessagePackError.TooMany)]
    [InlineData("ddffffffff00", MessagePackError.TooMany)]
    [InlineData("dc000500", MessagePackError.EndOfData)]
    [InlineData("9f", MessagePackError.EndOfData)]
    [InlineData("dc00", MessagePackError.EndOfData)]
    [InlineData("", MessagePackError.EndOfData)]
    [InlineData("80", MessagePackError.WrongType)]
    public void TryReadArrayHeader_CountThatCannotBe_IsRefused(string hex, MessagePackError error)
    {
        var reader = new MessagePackReader(Convert.FromHexString(hex));
        Assert.False(reader.TryReadArrayHeader(out var count));
        Assert.Equal(0, count);
        Assert.Equal(error, reader.Error);
        Assert.Equal(0, reader.Position);
    }

    [Theory]
    [InlineData("c1", MessagePackError.InvalidCode)]
    [InlineData("c6ffffffff", MessagePackError.TooLong)]
    [InlineData("c605000000", MessagePackError.TooLong)]
    [InlineData("c403aabb", MessagePackError.EndOfData)]
    [InlineData("d9", MessagePackError.EndOfData)]
    [InlineData("cb00000000", MessagePackError.EndOfData)]
    [InlineData("d8aa", MessagePackError.EndOfData)]
    [InlineData("9291c1c0", MessagePackError.InvalidCode)]
    public void TrySkip_BrokenValue_SaysWhyAndStays(string hex, MessagePackError error)
    {
        var reader = new MessagePackReader(Convert.FromHexString(hex));
        Assert.False(reader.TrySkip());
        Assert.Equal(error, reader.Error);
        Assert.Equal(0, reader.Position);
    }

    [Fact]
    public void TrySkip_DeepNesting_StopsAtTheLimitWithoutRecursion()
    {
        var deep = new byte[100_000];
        Array.Fill(deep, (byte)0x91);
        var reader = new MessagePackReader(deep);
        Assert.False(reader.TrySkip());
        Assert.Equal(MessagePackError.TooDeep, reader.Error);

        var allowed = new byte[33];
        Array.Fill(allowed, (byte)0x91);
        allowed[^1] = 0xc0;
        reader = new MessagePackReader(allowed, new MessagePackLimits { MaxDepth = 32 });
        Assert.True(reader.TrySkip());
        reader = new MessagePackReader(allowed, new MessagePackLimits { MaxDepth = 31 });
        Assert.False(reader.TrySkip());
    }

    [Theory]
    [InlineData("c7030a010203")]
    [InlineData("c800010a01")]
    [InlineData("c9000000010a01")]
    [InlineData("d40a01")]
    [InlineData("d80a000102030405060708090a0b0c0d0e0f")]
    public void TrySkip_Extension_IsPassed(string hex)
    {
        var reader = new MessagePackReader(Convert.FromHexString(hex));
        Assert.Equal(MessagePackType.Extension, reader.NextType);
        Assert.True(reader.TrySkip());
        Assert.True(reader.AtEnd);
    }

    [Theory]
    [InlineData("ca3fc00000", 1.5)]
    [InlineData("cb3ff8000000000000", 1.5)]
    [InlineData("02", 2)]
    [InlineData("ff", -1)]
    [InlineData("cfffffffffffffffff", 18446744073709551615d)]
    public void TryReadDouble_AnyNumber_IsItsValue(string hex, double expected)
    {
        var reader = new MessagePackReader(Convert.FromHexString(hex));
        Assert.True(reader.TryReadDouble(out var value));
        Assert.Equal(expected, value);
    }

    [Fact]
    public void Reader_RandomBytes_NeverThrowsAndAlwaysMoves()
    {
        var random = new Random(11);
        var data = new byte[64];
        for (var round = 0; round < 20_000; round++)
        {
            random.NextBytes(data);
            var reader = new MessagePackReader(data.AsSpan(0, random.Next(data.Length + 1)));
            while (!reader.AtEnd)
            {
                var before = reader.Position;
                if (!reader.TrySkip())
                {
                    Assert.Equal(before, reader.Position);
                    break;
                }

                Assert.True(reader.Position > before);
            }
        }
    }

    private delegate void Content(ref MessagePackWriter writer);

    private static byte[] Write(Content content)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        content(ref writer);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    [Fact]
    public void TryReadUInt32s_AnyForms_EqualsOneByOne()
    {
        for (var seed = 0; seed < 2_000; seed++)
        {
            var random = new Random(seed);
            var data = new List<byte>();
            var count = random.Next(1, 8);
            for (var i = 0; i < count; i++)
            {
                data.AddRange(Convert.FromHexString(random.Next(9) switch
                {
                    0 => "7f",
                    1 => "cc80",
                    2 => "cd8001",
                    3 => "ce80010203",
                    4 => "cf00000000ffffffff",
                    5 => "d20000ffff",
                    6 when random.Next(8) == 0 => "cf0000000100000000",
                    7 when random.Next(8) == 0 => "ff",
                    8 when random.Next(8) == 0 => "c0",
                    _ => "05",
                }));
            }

            byte[] bytes = [.. data.Take(random.Next(6) == 0 ? random.Next(data.Count) : data.Count)];
            var together = new MessagePackReader(bytes);
            var single = new MessagePackReader(bytes);
            var values = new uint[count];
            var expected = new List<uint>();
            while (expected.Count < count && single.TryReadUInt32(out var value))
            {
                expected.Add(value);
            }

            var taken = together.TryReadUInt32s(values);
            Assert.Equal(expected.Count == count, taken);
            Assert.Equal(taken ? single.Position : 0, together.Position);
            Assert.Equal(single.Error, together.Error);
            if (taken)
            {
                Assert.Equal(expected, values);
            }
        }
    }
}
