using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Parsing;

/// <summary>Lines that begin with <c>#</c>: <c># HELP name text</c>, <c># TYPE name type</c>, <c># UNIT name unit</c>, <c># EOF</c>; in text 0.0.4 anything else is a comment.</summary>
public ref partial struct ExpositionReader
{
    private bool ReadComment(int at)
    {
        if (_openMetrics && _line.SequenceEqual("# EOF"u8))
        {
            _sawEof = true;
            Item = ExpositionItem.Eof;
            return true;
        }

        var position = at + 1;
        var keyword = Word(ref position);
        var item = keyword.SequenceEqual("HELP"u8) ? ExpositionItem.Help
            : keyword.SequenceEqual("TYPE"u8) ? ExpositionItem.Type
            : keyword.SequenceEqual("UNIT"u8) && _openMetrics ? ExpositionItem.Unit
            : ExpositionItem.None;
        if (item == ExpositionItem.None)
        {
            // OpenMetrics knows no comments; a scrape that has one is still worth reading, which is the caller's choice.
            return _openMetrics && Fail(ExpositionErrorReason.InvalidMetadata, at);
        }

        var nameAt = SkipBlanks(position);
        if (!TryReadMetadataName(ref position))
        {
            return Fail(ExpositionErrorReason.InvalidMetricName, nameAt);
        }

        if (item == ExpositionItem.Type)
        {
            var typeAt = SkipBlanks(position);
            var word = Word(ref position);
            if (!MetricTypeNames.TryParse(word, out var type) || SkipBlanks(position) != _line.Length)
            {
                return Fail(ExpositionErrorReason.InvalidMetadata, typeAt);
            }

            Type = type;
        }
        else
        {
            // One blank separates; what follows belongs to the text.
            Text = position < _line.Length ? _line[(position + 1)..] : default;
        }

        Item = item;
        return true;
    }

    private readonly ReadOnlySpan<byte> Word(scoped ref int position)
    {
        var start = SkipBlanks(position);
        var length = _line[start..].IndexOfAny((byte)' ', (byte)'\t');
        position = length < 0 ? _line.Length : start + length;
        return _line[start..position];
    }

    private bool TryReadMetadataName(scoped ref int position)
    {
        var start = SkipBlanks(position);
        if (start < _line.Length && _line[start] == '"')
        {
            var length = QuotedLength(_line[start..]);
            if (length < 3)
            {
                return false;
            }

            Name = _line.Slice(start + 1, length - 2);
            position = start + length;
            return true;
        }

        Name = Word(ref position);
        return Name.Length > 0 && NameBytes.MetricNameLength(Name) == Name.Length;
    }
}
