namespace DynamoAspire.Metrics.Parsing;

/// <summary>Goes over the labels of a sample that <see cref="ExpositionReader"/> has checked.</summary>
public ref struct LabelReader
{
    private readonly ReadOnlySpan<byte> _text;
    private int _at;

    internal LabelReader(ReadOnlySpan<byte> text) => _text = text;

    /// <summary>Name of the label.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Value, still escaped.</summary>
    public ReadOnlySpan<byte> RawValue { get; private set; }

    /// <summary>Moves to the next label; false at the end.</summary>
    public bool Read()
    {
        while (true)
        {
            SkipSeparators();
            if (_at >= _text.Length)
            {
                return false;
            }

            if (_text[_at] == '"')
            {
                Name = Quoted();
                SkipSeparators(includingComma: false);
                if (_at >= _text.Length || _text[_at] != '=')
                {
                    // The quoted metric name: no label.
                    continue;
                }
            }
            else
            {
                var length = NameBytes.LabelNameLength(_text[_at..]);
                Name = _text.Slice(_at, length);
                _at += length;
                SkipSeparators(includingComma: false);
            }

            _at++;
            SkipSeparators(includingComma: false);
            RawValue = Quoted();
            return true;
        }
    }

    /// <summary>The name without its escapes.</summary>
    internal readonly byte[] UnescapedName() => Unescape(Name);

    /// <summary>The value without its escapes: <c>\\</c>, <c>\"</c> and <c>\n</c>; a backslash before anything else stays.</summary>
    internal readonly byte[] Value() => Unescape(RawValue);

    /// <summary>Help of text 0.0.4 escapes no quotes; help of OpenMetrics and values of labels do.</summary>
    internal static byte[] Unescape(ReadOnlySpan<byte> raw, bool quotes = true)
    {
        if (raw.IndexOf((byte)'\\') < 0)
        {
            return raw.ToArray();
        }

        var buffer = new byte[raw.Length];
        var length = 0;
        for (var i = 0; i < raw.Length; i++)
        {
            var b = raw[i];
            if (b == '\\' && i + 1 < raw.Length && (raw[i + 1] is (byte)'\\' or (byte)'n' || (quotes && raw[i + 1] == '"')))
            {
                b = raw[++i] == 'n' ? (byte)'\n' : raw[i];
            }

            buffer[length++] = b;
        }

        return buffer[..length];
    }

    private ReadOnlySpan<byte> Quoted()
    {
        var start = ++_at;
        while (_text[_at] != '"')
        {
            _at += _text[_at] == '\\' ? 2 : 1;
        }

        return _text[start.._at++];
    }

    private void SkipSeparators(bool includingComma = true)
    {
        while (_at < _text.Length && (_text[_at] is (byte)' ' or (byte)'\t' || (includingComma && _text[_at] == ',')))
        {
            _at++;
        }
    }
}
