namespace DynamoAspire.KvEvents.MessagePack;

/// <content>Skipping whole values.</content>
public ref partial struct MessagePackReader
{
    /// <summary>Skips one value with all it holds, without recursion.</summary>
    public bool TrySkip()
    {
        var start = _position;
        Span<long> left = stackalloc long[MessagePackLimits.HardMaxDepth + 1];
        var depth = 0;
        left[0] = 1;
        while (true)
        {
            while (left[depth] == 0)
            {
                if (depth == 0)
                {
                    return true;
                }

                depth--;
            }

            left[depth]--;
            if (!TryStep(out var inner))
            {
                _position = start;
                return false;
            }

            if (inner > 0)
            {
                if (depth == _maxDepth)
                {
                    _position = start;
                    return Fail(MessagePackError.TooDeep);
                }

                left[++depth] = inner;
            }
        }
    }

    /// <summary>Skips one value and returns the bytes it was made of.</summary>
    public bool TryReadRaw(out ReadOnlySpan<byte> value)
    {
        var start = _position;
        var ok = TrySkip();
        value = ok ? _data[start.._position] : default;
        return ok;
    }

    /// <summary>Passes one value, or the header of a container; <paramref name="inner"/> is the number of values inside it.</summary>
    private bool TryStep(out long inner)
    {
        inner = 0;
        switch (NextType)
        {
            case MessagePackType.Nil or MessagePackType.Boolean:
                _position++;
                return true;
            case MessagePackType.Integer:
                return TryReadInteger(out _, out _);
            case MessagePackType.Float:
                return TryReadDouble(out _);
            case MessagePackType.String:
                return TryReadString(out _);
            case MessagePackType.Binary:
                return TryReadBinary(out _);
            case MessagePackType.Array:
                var isArray = TryReadArrayHeader(out var elements);
                inner = elements;
                return isArray;
            case MessagePackType.Map:
                var isMap = TryReadMapHeader(out var entries);
                inner = 2L * entries;
                return isMap;
            case MessagePackType.Extension:
                return TrySkipExtension();
            case MessagePackType.Invalid:
                return Fail(MessagePackError.InvalidCode);
            default:
                return Fail(MessagePackError.EndOfData);
        }
    }

    /// <summary>fixext1…16: code, type, data · ext8…32: code, length, type, data</summary>
    private bool TrySkipExtension()
    {
        var code = _data[_position];
        if (code >= MessagePackCode.FixExt1)
        {
            return TryTake(2, 1 << (code - MessagePackCode.FixExt1), out _);
        }

        var width = 1 << (code - MessagePackCode.Ext8);
        return TryLength(width, out var length) && TryTake(2 + width, length, out _);
    }
}
