using System.Buffers.Binary;

namespace DynamoAspire.KvEvents.MessagePack;

/// <content>Integers.</content>
public ref partial struct MessagePackReader
{
    /// <summary>Any integer form whose value is not negative.</summary>
    public bool TryReadUInt64(out ulong value)
    {
        var start = _position;
        if (!TryReadInteger(out value, out var negative))
        {
            return false;
        }

        if (!negative)
        {
            return true;
        }

        value = 0;
        _position = start;
        return Fail(MessagePackError.OutOfRange);
    }

    /// <summary>Any integer form whose value fits a signed 64-bit integer.</summary>
    public bool TryReadInt64(out long value)
    {
        var start = _position;
        value = 0;
        if (!TryReadInteger(out var bits, out var negative))
        {
            return false;
        }

        if (!negative && bits > long.MaxValue)
        {
            _position = start;
            return Fail(MessagePackError.OutOfRange);
        }

        value = unchecked((long)bits);
        return true;
    }

    /// <summary>Any integer form whose value fits 32 unsigned bits.</summary>
    public bool TryReadUInt32(out uint value)
    {
        var start = _position;
        value = 0;
        if (!TryReadInteger(out var bits, out var negative))
        {
            return false;
        }

        if (negative || bits > uint.MaxValue)
        {
            _position = start;
            return Fail(MessagePackError.OutOfRange);
        }

        value = (uint)bits;
        return true;
    }

    /// <summary>Integers that fit 32 unsigned bits, one after the other: as <see cref="TryReadUInt32"/> for each, in half the time for lists of tokens.</summary>
    public bool TryReadUInt32s(scoped Span<uint> destination)
    {
        var start = _position;
        var data = _data;
        var at = _position;
        foreach (ref var value in destination)
        {
            if ((uint)at < (uint)data.Length && data[at] <= 0x7f)
            {
                value = data[at++];
                continue;
            }

            // Three and five bytes are what token ids of today's vocabularies take.
            if (data.Length - at >= 3 && data[at] == MessagePackCode.UInt16)
            {
                value = BinaryPrimitives.ReadUInt16BigEndian(data[(at + 1)..]);
                at += 3;
                continue;
            }

            if (data.Length - at >= 5 && data[at] == MessagePackCode.UInt32)
            {
                value = BinaryPrimitives.ReadUInt32BigEndian(data[(at + 1)..]);
                at += 5;
                continue;
            }

            _position = at;
            if (!TryReadUInt32(out value))
            {
                _position = start;
                return false;
            }

            at = _position;
        }

        _position = at;
        return true;
    }

    /// <summary>Any integer form as its 64 bits: −1 and 2^64−1 give the same.</summary>
    /// <param name="bits">The 64 bits.</param>
    /// <param name="negative">Whether the value is negative.</param>
    public bool TryReadInteger(out ulong bits, out bool negative)
    {
        bits = 0;
        negative = false;
        if (AtEnd)
        {
            return Fail(MessagePackError.EndOfData);
        }

        var code = _data[_position];
        if (code <= 0x7f)
        {
            bits = code;
            _position++;
            return true;
        }

        if (code >= MessagePackCode.NegativeFixInt)
        {
            bits = unchecked((ulong)(sbyte)code);
            negative = true;
            _position++;
            return true;
        }

        if (code is < MessagePackCode.UInt8 or > MessagePackCode.Int64)
        {
            return Fail(MessagePackError.WrongType);
        }

        var width = 1 << ((code - MessagePackCode.UInt8) & 3);
        var field = _data[(_position + 1)..];
        if (field.Length < width)
        {
            return Fail(MessagePackError.EndOfData);
        }

        bits = code switch
        {
            MessagePackCode.UInt8 => field[0],
            MessagePackCode.UInt16 => BinaryPrimitives.ReadUInt16BigEndian(field),
            MessagePackCode.UInt32 => BinaryPrimitives.ReadUInt32BigEndian(field),
            MessagePackCode.Int8 => unchecked((ulong)(sbyte)field[0]),
            MessagePackCode.Int16 => unchecked((ulong)BinaryPrimitives.ReadInt16BigEndian(field)),
            MessagePackCode.Int32 => unchecked((ulong)BinaryPrimitives.ReadInt32BigEndian(field)),
            _ => BinaryPrimitives.ReadUInt64BigEndian(field),
        };
        negative = code >= MessagePackCode.Int8 && (long)bits < 0;
        _position += 1 + width;
        return true;
    }
}
