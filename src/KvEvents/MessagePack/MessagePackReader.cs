using System.Buffers.Binary;

namespace DynamoAspire.KvEvents.MessagePack;

/// <summary>
/// Pull reader over untrusted MessagePack. Nothing throws and nothing is read past the data: each <c>Try…</c> tells whether it gave a
/// value, leaves the position alone if not, and sets <see cref="Error"/>. Headers whose count cannot fit the rest of the data are
/// refused, so a count may be used to size a buffer. Not thread-safe; allocates nothing.
/// </summary>
public ref partial struct MessagePackReader
{
    private readonly ReadOnlySpan<byte> _data;
    private readonly int _maxDepth;
    private readonly int _maxCount;
    private readonly int _maxLength;
    private int _position;

    /// <summary>Reads bytes within limits.</summary>
    public MessagePackReader(ReadOnlySpan<byte> data, MessagePackLimits? limits = null)
    {
        limits ??= MessagePackLimits.Default;
        _data = data;
        _maxDepth = Math.Clamp(limits.MaxDepth, 1, MessagePackLimits.HardMaxDepth);
        _maxCount = limits.MaxCount;
        _maxLength = limits.MaxLength;
    }

    /// <summary>Offset of the next value.</summary>
    public readonly int Position => _position;

    /// <summary>Whether all bytes were read.</summary>
    public readonly bool AtEnd => _position >= _data.Length;

    /// <summary>Why the last read that failed did so.</summary>
    public MessagePackError Error { get; private set; }

    /// <summary>Kind of the next value, without reading it.</summary>
    public readonly MessagePackType NextType => AtEnd ? MessagePackType.End : TypeOf(_data[_position]);

    /// <summary>Moves to a position that was read before.</summary>
    public void Rewind(int position)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)position, (uint)_data.Length, nameof(position));
        _position = position;
    }

    /// <summary>Bytes from an earlier position up to the present one.</summary>
    public readonly ReadOnlySpan<byte> Since(int position) => _data[position.._position];

    /// <summary>Takes a nil if it is the next value; anything else stays and is no error.</summary>
    public bool TryReadNil()
    {
        if (AtEnd || _data[_position] != MessagePackCode.Nil)
        {
            return false;
        }

        _position++;
        return true;
    }

    /// <summary>true or false</summary>
    public bool TryReadBoolean(out bool value)
    {
        value = false;
        if (AtEnd)
        {
            return Fail(MessagePackError.EndOfData);
        }

        var code = _data[_position];
        if (code is not (MessagePackCode.True or MessagePackCode.False))
        {
            return Fail(MessagePackError.WrongType);
        }

        value = code == MessagePackCode.True;
        _position++;
        return true;
    }

    /// <summary>float64 or float32; an integer is taken as its value, as writers in other languages drop a zero fraction.</summary>
    public bool TryReadDouble(out double value)
    {
        value = 0;
        var rest = _data[Math.Min(_position, _data.Length)..];
        if (rest.IsEmpty)
        {
            return Fail(MessagePackError.EndOfData);
        }

        switch (rest[0])
        {
            case MessagePackCode.Float64 when rest.Length >= 9:
                value = BinaryPrimitives.ReadDoubleBigEndian(rest[1..]);
                _position += 9;
                return true;
            case MessagePackCode.Float32 when rest.Length >= 5:
                value = BinaryPrimitives.ReadSingleBigEndian(rest[1..]);
                _position += 5;
                return true;
            case MessagePackCode.Float64 or MessagePackCode.Float32:
                return Fail(MessagePackError.EndOfData);
            default:
                if (!TryReadInteger(out var bits, out var negative))
                {
                    return false;
                }

                value = negative ? unchecked((long)bits) : bits;
                return true;
        }
    }

    /// <summary>fixstr, str8, str16 or str32; the bytes are not checked to be UTF-8</summary>
    public bool TryReadString(out ReadOnlySpan<byte> utf8)
    {
        utf8 = default;
        if (AtEnd)
        {
            return Fail(MessagePackError.EndOfData);
        }

        var code = _data[_position];
        return (code & 0xe0) == MessagePackCode.FixStr
            ? TryTake(1, code & 0x1f, out utf8)
            : TryReadSized(MessagePackCode.Str8, MessagePackCode.Str16, MessagePackCode.Str32, out utf8);
    }

    /// <summary>bin8, bin16 or bin32</summary>
    public bool TryReadBinary(out ReadOnlySpan<byte> value)
    {
        value = default;
        return AtEnd
            ? Fail(MessagePackError.EndOfData)
            : TryReadSized(MessagePackCode.Bin8, MessagePackCode.Bin16, MessagePackCode.Bin32, out value);
    }

    /// <summary>fixarray, array16 or array32; the elements follow</summary>
    public bool TryReadArrayHeader(out int count) =>
        TryReadCount(MessagePackCode.FixArray, MessagePackCode.Array16, MessagePackCode.Array32, bytesPerElement: 1, out count);

    /// <summary>fixmap, map16 or map32; key and value of each entry follow</summary>
    public bool TryReadMapHeader(out int count) =>
        TryReadCount(MessagePackCode.FixMap, MessagePackCode.Map16, MessagePackCode.Map32, bytesPerElement: 2, out count);

    private static MessagePackType TypeOf(byte code) => code switch
    {
        <= 0x7f or >= MessagePackCode.NegativeFixInt => MessagePackType.Integer,
        <= 0x8f => MessagePackType.Map,
        <= 0x9f => MessagePackType.Array,
        <= 0xbf => MessagePackType.String,
        MessagePackCode.Nil => MessagePackType.Nil,
        MessagePackCode.NeverUsed => MessagePackType.Invalid,
        MessagePackCode.False or MessagePackCode.True => MessagePackType.Boolean,
        <= MessagePackCode.Bin32 => MessagePackType.Binary,
        <= MessagePackCode.Ext32 => MessagePackType.Extension,
        <= MessagePackCode.Float64 => MessagePackType.Float,
        <= MessagePackCode.Int64 => MessagePackType.Integer,
        <= MessagePackCode.FixExt16 => MessagePackType.Extension,
        <= MessagePackCode.Str32 => MessagePackType.String,
        <= MessagePackCode.Array32 => MessagePackType.Array,
        _ => MessagePackType.Map,
    };

    private bool TryReadSized(byte code8, byte code16, byte code32, out ReadOnlySpan<byte> value)
    {
        value = default;
        var code = _data[_position];
        var width = code == code8 ? 1 : code == code16 ? 2 : code == code32 ? 4 : 0;
        if (width == 0)
        {
            return Fail(MessagePackError.WrongType);
        }

        return TryLength(width, out var length) && TryTake(1 + width, length, out value);
    }

    private bool TryReadCount(byte fix, byte code16, byte code32, int bytesPerElement, out int count)
    {
        count = 0;
        if (AtEnd)
        {
            return Fail(MessagePackError.EndOfData);
        }

        var code = _data[_position];
        var width = (code & 0xf0) == fix ? 0 : code == code16 ? 2 : code == code32 ? 4 : -1;
        if (width < 0)
        {
            return Fail(MessagePackError.WrongType);
        }

        uint value = (uint)code & 0x0f;
        if (width > 0 && !TryLength(width, out value))
        {
            return false;
        }

        var left = _data.Length - _position - 1 - width;
        if (value > (uint)_maxCount || (long)value * bytesPerElement > left)
        {
            return Fail(value > (uint)_maxCount ? MessagePackError.TooMany : MessagePackError.EndOfData);
        }

        count = (int)value;
        _position += 1 + width;
        return true;
    }

    /// <summary>Reads the length field after the present code; the position stays.</summary>
    private bool TryLength(int width, out uint length)
    {
        length = 0;
        var field = _data[(_position + 1)..];
        if (field.Length < width)
        {
            return Fail(MessagePackError.EndOfData);
        }

        length = width switch
        {
            1 => field[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(field),
            _ => BinaryPrimitives.ReadUInt32BigEndian(field),
        };
        return true;
    }

    private bool TryTake(int head, long length, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (length > _maxLength)
        {
            return Fail(MessagePackError.TooLong);
        }

        if (length > _data.Length - _position - head)
        {
            return Fail(MessagePackError.EndOfData);
        }

        value = _data.Slice(_position + head, (int)length);
        _position += head + (int)length;
        return true;
    }

    private bool Fail(MessagePackError error)
    {
        Error = error;
        return false;
    }
}
