using System.Buffers.Binary;
using System.Text;

namespace DynamoAspire.MetricsAggregator.Otlp;

/// <summary>
/// Writes protobuf into one growing buffer that is used again. A nested message's length is not known when it begins: four bytes are kept for it and filled in when it ends, as a varint
/// that uses all four.
/// </summary>
internal sealed class ProtobufWriter
{
    private const int LengthBytes = 4;
    private byte[] _buffer = new byte[64 * 1024];

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, Length);

    public void Clear() => Length = 0;

    /// <summary>Begins a nested message and returns where its length stands.</summary>
    public int Begin(int field)
    {
        Tag(field, 2);
        Room(LengthBytes);
        Length += LengthBytes;
        return Length - LengthBytes;
    }

    public void End(int start)
    {
        var size = (uint)(Length - start - LengthBytes);
        for (var i = 0; i < LengthBytes; i++)
        {
            _buffer[start + i] = (byte)((size & 0x7F) | (i < LengthBytes - 1 ? 0x80u : 0));
            size >>= 7;
        }
    }

    public void Text(int field, string value)
    {
        var count = Encoding.UTF8.GetByteCount(value);
        Tag(field, 2);
        Varint((uint)count);
        Room(count);
        Length += Encoding.UTF8.GetBytes(value, _buffer.AsSpan(Length));
    }

    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, 2);
        Varint((uint)value.Length);
        Raw(value);
    }

    /// <summary>Writes what is encoded already.</summary>
    public void Raw(ReadOnlySpan<byte> value)
    {
        Room(value.Length);
        value.CopyTo(_buffer.AsSpan(Length));
        Length += value.Length;
    }

    public void Varint(int field, ulong value)
    {
        Tag(field, 0);
        Varint(value);
    }

    public void Fixed64(int field, ulong value)
    {
        Tag(field, 1);
        Fixed64(value);
    }

    public void Double(int field, double value) => Fixed64(field, BitConverter.DoubleToUInt64Bits(value));

    /// <summary>Begins a packed field of so many eight-byte values, which follow.</summary>
    public void Packed(int field, int count)
    {
        Tag(field, 2);
        Varint((uint)count * sizeof(ulong));
    }

    public void Fixed64(ulong value)
    {
        Room(sizeof(ulong));
        BinaryPrimitives.WriteUInt64LittleEndian(_buffer.AsSpan(Length), value);
        Length += sizeof(ulong);
    }

    private void Tag(int field, int wireType) => Varint((uint)((field << 3) | wireType));

    private void Varint(ulong value)
    {
        Room(10);
        while (value >= 0x80)
        {
            _buffer[Length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        _buffer[Length++] = (byte)value;
    }

    private void Room(int count)
    {
        if (_buffer.Length - Length < count)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, Length + count));
        }
    }
}
