using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace DynamoAspire.KvEvents.MessagePack;

/// <summary>
/// Writes MessagePack in the smallest forms, byte for byte as msgspec and rmp do (https://github.com/msgpack/msgpack/blob/master/spec.md).
/// A forward-only writer over a buffer that grows; call <see cref="Flush"/> at the end. Not thread-safe; allocates nothing itself.
/// </summary>
public ref struct MessagePackWriter
{
    private const int SpanHint = 256;

    private readonly IBufferWriter<byte> _output;
    private Span<byte> _span;
    private int _used;

    /// <summary>Writes to a buffer.</summary>
    public MessagePackWriter(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        _output = output;
    }

    /// <summary>Hands what was written to the buffer. Must be called once at the end; writing may go on after it.</summary>
    public void Flush()
    {
        if (_used > 0)
        {
            _output.Advance(_used);
        }

        _span = default;
        _used = 0;
    }

    /// <summary>nil</summary>
    public void WriteNil() => Reserve(1)[0] = MessagePackCode.Nil;

    /// <summary>true or false</summary>
    public void WriteBoolean(bool value) => Reserve(1)[0] = value ? MessagePackCode.True : MessagePackCode.False;

    /// <summary>positive fixint, uint8, uint16, uint32 or uint64: the first that fits</summary>
    public void WriteUInt64(ulong value)
    {
        switch (value)
        {
            case <= 0x7f:
                Reserve(1)[0] = (byte)value;
                break;
            case <= byte.MaxValue:
                Head8(MessagePackCode.UInt8, (byte)value);
                break;
            case <= ushort.MaxValue:
                Head16(MessagePackCode.UInt16, (ushort)value);
                break;
            case <= uint.MaxValue:
                Head32(MessagePackCode.UInt32, (uint)value);
                break;
            default:
                var span = Reserve(9);
                span[0] = MessagePackCode.UInt64;
                BinaryPrimitives.WriteUInt64BigEndian(span[1..], value);
                break;
        }
    }

    /// <summary>As <see cref="WriteUInt64"/> for values from zero, else negative fixint, int8, int16, int32 or int64: the first that fits.</summary>
    public void WriteInt64(long value)
    {
        switch (value)
        {
            case >= 0:
                WriteUInt64((ulong)value);
                break;
            case >= -32:
                Reserve(1)[0] = unchecked((byte)value);
                break;
            case >= sbyte.MinValue:
                Head8(MessagePackCode.Int8, unchecked((byte)value));
                break;
            case >= short.MinValue:
                Head16(MessagePackCode.Int16, unchecked((ushort)value));
                break;
            case >= int.MinValue:
                Head32(MessagePackCode.Int32, unchecked((uint)value));
                break;
            default:
                var span = Reserve(9);
                span[0] = MessagePackCode.Int64;
                BinaryPrimitives.WriteInt64BigEndian(span[1..], value);
                break;
        }
    }

    /// <summary>float64, whatever the value</summary>
    public void WriteDouble(double value)
    {
        var span = Reserve(9);
        span[0] = MessagePackCode.Float64;
        BinaryPrimitives.WriteDoubleBigEndian(span[1..], value);
    }

    /// <summary>fixstr, str8, str16 or str32 of text that is UTF-8 already</summary>
    public void WriteString(ReadOnlySpan<byte> utf8)
    {
        WriteStringHeader(utf8.Length);
        Append(utf8);
    }

    /// <summary>As the UTF-8 form; null is nil.</summary>
    public void WriteString(string? value)
    {
        if (value is null)
        {
            WriteNil();
            return;
        }

        var length = Encoding.UTF8.GetByteCount(value);
        WriteStringHeader(length);
        Encoding.UTF8.GetBytes(value, Reserve(length));
    }

    /// <summary>bin8, bin16 or bin32</summary>
    public void WriteBinary(ReadOnlySpan<byte> value)
    {
        WriteBinaryHeader(value.Length);
        Append(value);
    }

    /// <summary>Header of a binary whose bytes follow through <see cref="WriteRaw"/>.</summary>
    public void WriteBinaryHeader(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Head(length, MessagePackCode.Bin8, MessagePackCode.Bin16, MessagePackCode.Bin32);
    }

    /// <summary>fixarray, array16 or array32; the elements follow</summary>
    public void WriteArrayHeader(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (count <= 15)
        {
            Reserve(1)[0] = (byte)(MessagePackCode.FixArray | count);
        }
        else if (count <= ushort.MaxValue)
        {
            Head16(MessagePackCode.Array16, (ushort)count);
        }
        else
        {
            Head32(MessagePackCode.Array32, (uint)count);
        }
    }

    /// <summary>fixmap, map16 or map32; key and value of each entry follow</summary>
    public void WriteMapHeader(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (count <= 15)
        {
            Reserve(1)[0] = (byte)(MessagePackCode.FixMap | count);
        }
        else
        {
            WriteWideMapHeader(count);
        }
    }

    /// <summary>map16 (or map32) whatever the count: msgspec's form for structs with sixteen declared fields or more.</summary>
    public void WriteWideMapHeader(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (count <= ushort.MaxValue)
        {
            Head16(MessagePackCode.Map16, (ushort)count);
        }
        else
        {
            Head32(MessagePackCode.Map32, (uint)count);
        }
    }

    /// <summary>Bytes that are MessagePack already (or the body of a header written before).</summary>
    public void WriteRaw(ReadOnlySpan<byte> value) => Append(value);

    private void WriteStringHeader(int length)
    {
        if (length <= 31)
        {
            Reserve(1)[0] = (byte)(MessagePackCode.FixStr | length);
        }
        else
        {
            Head(length, MessagePackCode.Str8, MessagePackCode.Str16, MessagePackCode.Str32);
        }
    }

    private void Head(int length, byte code8, byte code16, byte code32)
    {
        if (length <= byte.MaxValue)
        {
            Head8(code8, (byte)length);
        }
        else if (length <= ushort.MaxValue)
        {
            Head16(code16, (ushort)length);
        }
        else
        {
            Head32(code32, (uint)length);
        }
    }

    private void Head8(byte code, byte value)
    {
        var span = Reserve(2);
        span[0] = code;
        span[1] = value;
    }

    private void Head16(byte code, ushort value)
    {
        var span = Reserve(3);
        span[0] = code;
        BinaryPrimitives.WriteUInt16BigEndian(span[1..], value);
    }

    private void Head32(byte code, uint value)
    {
        var span = Reserve(5);
        span[0] = code;
        BinaryPrimitives.WriteUInt32BigEndian(span[1..], value);
    }

    private void Append(ReadOnlySpan<byte> value) => value.CopyTo(Reserve(value.Length));

    private Span<byte> Reserve(int size)
    {
        if (_span.Length - _used < size)
        {
            Flush();
            _span = _output.GetSpan(Math.Max(size, SpanHint));
        }

        var span = _span.Slice(_used, size);
        _used += size;
        return span;
    }
}
