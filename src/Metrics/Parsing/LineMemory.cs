using System.Runtime.CompilerServices;
using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Parsing;

/// <summary>
/// The good lines of a body, in order, without their values. The next body of the same target says nearly the same: a line that is equal byte for byte needs no second
/// reading of its names, labels and place in its family, only of its value. Never larger than the body.
/// </summary>
internal sealed class LineMemory
{
    private byte[] _text = [];
    private Line[] _lines = [];
    private int _textLength;

    internal int Count { get; private set; }

    internal ref readonly Line this[int index] => ref _lines[index];

    internal ReadOnlySpan<Line> Lines => _lines.AsSpan(0, Count);

    internal ReadOnlySpan<byte> AllText => _text;

    internal ReadOnlySpan<byte> Text(int index) => _text.AsSpan(_lines[index].Start, _lines[index].Length);

    internal void Clear()
    {
        Array.Clear(_lines, 0, Count);
        Count = 0;
        _textLength = 0;
    }

    /// <summary>Adds a line; its position.</summary>
    internal int Add(ReadOnlySpan<byte> text, ExpositionItem item, SampleRole role, KnownFamily family, KnownSeries? series)
    {
        if (Count == _lines.Length)
        {
            Array.Resize(ref _lines, Math.Max(64, Count * 2));
        }

        if (_text.Length - _textLength < text.Length)
        {
            Array.Resize(ref _text, Math.Max(_text.Length * 2, _textLength + text.Length + 4096));
        }

        text.CopyTo(_text.AsSpan(_textLength));
        _lines[Count] = new Line
        {
            Start = _textLength,
            Length = text.Length,
            Item = item,
            Role = role,
            Type = family.Type,
            Family = family,
            Series = series,
            Written = series?.Series,
            HasQuotedNames = series?.Series.HasQuotedNames ?? false,
            Bound = series?.Bound ?? double.NaN,
            Group = series?.Group ?? 0,
        };
        _textLength += text.Length;
        return Count++;
    }

    /// <summary>Gives up room that is not used; bytes given up.</summary>
    internal long Trim()
    {
        var before = _text.Length + ((long)_lines.Length * Unsafe.SizeOf<Line>());
        Array.Resize(ref _text, _textLength);
        Array.Resize(ref _lines, Count);
        return before - _text.Length - ((long)_lines.Length * Unsafe.SizeOf<Line>());
    }

    /// <summary>Takes over the first lines of another.</summary>
    internal void CopyFrom(LineMemory other, int count)
    {
        for (var i = 0; i < count; i++)
        {
            ref readonly var line = ref other[i];
            Add(other.Text(i), line.Item, line.Role, line.Family, line.Series);
            _lines[i].Type = line.Type;
        }
    }

    internal struct Line
    {
        public int Start;
        public int Length;
        public ExpositionItem Item;
        public SampleRole Role;

        /// <summary>Type that the line gives, or that its family had when the line was found good.</summary>
        public MetricType Type;
        public KnownFamily Family;
        public KnownSeries? Series;

        // Of the series, here too: going along the lines is going along memory.
        public Series? Written;
        public bool HasQuotedNames;
        public double Bound;
        public ulong Group;
    }
}
