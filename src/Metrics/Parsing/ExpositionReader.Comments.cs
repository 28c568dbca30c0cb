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

        if (_exact && !StartsExactly(position))
        {
            return Fail(ExpositionErrorReason.InvalidMetadata, 1);
        }

        var nameAt = SkipBlanks(position);
        if (!TryReadMetadataName(ref position))
        {
            return Fail(ExpositionErrorReason.InvalidMetricName, nameAt);
        }

        if (_exact && (position >= _line.Length || _line[position] != ' '))
        {
            return Fail(ExpositionErrorReason.InvalidMetadata, position);
        }

        if (_exact && Name[0] == '_')
        {
            return Fail(ExpositionErrorReason.ReservedName, nameAt);
        }

        if (item == ExpositionItem.Type)
        {
            var typeAt = SkipBlanks(position);
            var exact = typeAt == position + 1;
            var word = Word(ref position);
            if (!MetricTypeNames.TryParse(word, out var type) || SkipBlanks(position) != _line.Length || (_strict && !IsTypeOfFormat(word, type)) || (_exact && (!exact || position != _line.Length)))
            {
                return Fail(ExpositionErrorReason.InvalidMetadata, typeAt);
            }

            Type = type;
        }
        else
        {
            // One blank separates; what follows belongs to the text.
            Text = position < _line.Length ? _line[(position + 1)..] : default;
            if (_exact && item == ExpositionItem.Help && InvalidEscapeAt(Text) is var bad and >= 0)
            {
                return Fail(ExpositionErrorReason.InvalidEscape, position + 1 + bad);
            }

            if (_exact && item == ExpositionItem.Unit && NameBytes.UnitLength(Text) is var good && good < Text.Length)
            {
                return Fail(ExpositionErrorReason.InvalidMetadata, position + 1 + good);
            }
        }

        Item = item;
        return true;
    }

    /// <summary><c>"# " keyword " " name</c>, with single blanks, up to the name.</summary>
    private readonly bool StartsExactly(int keywordEnd) =>
        keywordEnd == 6 && _line[1] == ' ' && keywordEnd + 1 < _line.Length && _line[keywordEnd] == ' ' && _line[keywordEnd + 1] is not ((byte)' ' or (byte)'\t');

    private readonly bool IsTypeOfFormat(ReadOnlySpan<byte> word, MetricType type) => _openMetrics
        ? !word.SequenceEqual("untyped"u8)
        : type is MetricType.Counter or MetricType.Gauge or MetricType.Histogram or MetricType.Summary || word.SequenceEqual("untyped"u8);

    /// <summary>Where a quote stands without a backslash, or a backslash with nothing behind it; -1 if nowhere.</summary>
    private static int InvalidEscapeAt(ReadOnlySpan<byte> help)
    {
        var at = 0;
        while (help[at..].IndexOfAny((byte)'"', (byte)'\\') is var step and >= 0)
        {
            at += step;
            if (help[at] == '"' || at + 1 == help.Length)
            {
                return at;
            }

            at += 2;
        }

        return -1;
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
            return !(_strict && _oldText);
        }

        Name = Word(ref position);
        return Name.Length > 0 && NameBytes.MetricNameLength(Name) == Name.Length;
    }
}
