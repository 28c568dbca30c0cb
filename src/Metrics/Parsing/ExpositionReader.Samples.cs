using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Parsing;

/// <summary>Lines of samples: <c>name [ "{" labels "}" ] value [ timestamp ] [ " # " exemplar ]</c>, or with the name quoted within the braces.</summary>
public ref partial struct ExpositionReader
{
    private const int MaxExemplarLength = 128;
    private const int MaxNamesInPassing = 16;

    private bool ReadSample(int start)
    {
        if (_samples >= _sampleLimit)
        {
            return Fail(ExpositionErrorReason.SampleLimit, 0);
        }

        var at = start + NameBytes.MetricNameLength(_line[start..]);
        Name = _line[start..at];
        _labels = default;
        if (at == start && _line[at] != '{')
        {
            return Fail(ExpositionErrorReason.InvalidMetricName, at);
        }

        var afterName = _openMetrics ? at : SkipBlanks(at);
        if (afterName < _line.Length && _line[afterName] == '{')
        {
            at = afterName;
            if (!TryReadLabels(ref at, quotedName: Name.IsEmpty, _limits.Labels > 0 ? _limits.Labels - 1 : int.MaxValue, out var error))
            {
                return Fail(error, at);
            }
        }

        if (Name.IsEmpty)
        {
            return Fail(ExpositionErrorReason.InvalidMetricName, start);
        }

        if (_exact && Name[0] == '_')
        {
            return Fail(ExpositionErrorReason.ReservedName, start);
        }

        // To Prometheus the name is the value of the label __name__.
        if (_limits.LabelValueLength > 0 && Name.Length > _limits.LabelValueLength && UnescapedLength(Name) > _limits.LabelValueLength)
        {
            return Fail(ExpositionErrorReason.LabelValueLengthLimit, start);
        }

        RawSeries = _line[start..at];
        return ReadNumbers(at);
    }

    private bool ReadNumbers(int at)
    {
        var valueAt = SkipBlanks(at);
        if (valueAt == at && _labels.IsEmpty && RawSeries.Length == Name.Length)
        {
            return Fail(at == _line.Length ? ExpositionErrorReason.InvalidValue : ExpositionErrorReason.InvalidMetricName, at);
        }

        var position = at;
        var value = Word(ref position);
        if (!NumberText.TryParse(value, out var number) || (_openMetrics && (valueAt != at + 1 || _line[at] != ' ')))
        {
            return Fail(ExpositionErrorReason.InvalidValue, valueAt);
        }

        Value = number;
        Timestamp = Sample.NoTimestamp;
        RawExemplar = default;
        var rest = SkipBlanks(position);
        if (_exact && !IsSingleBlank(position, rest))
        {
            return Fail(ExpositionErrorReason.TrailingText, position);
        }

        if (rest < _line.Length && _line[rest] != '#')
        {
            var time = Word(ref position);
            if (!(_openMetrics ? NumberText.TryParseSeconds(time, out var timestamp) : NumberText.TryParseMilliseconds(time, out timestamp)))
            {
                return Fail(ExpositionErrorReason.InvalidTimestamp, rest);
            }

            Timestamp = timestamp;
            rest = SkipBlanks(position);
            if (_exact && !IsSingleBlank(position, rest))
            {
                return Fail(ExpositionErrorReason.TrailingText, position);
            }
        }

        if (rest < _line.Length)
        {
            if (!_openMetrics || _line[rest] != '#')
            {
                return Fail(ExpositionErrorReason.TrailingText, rest);
            }

            if (TryReadExemplar(rest) is var reason and not ExpositionErrorReason.None)
            {
                return Fail(reason, rest);
            }
        }

        _samples++;
        Item = ExpositionItem.Sample;
        return true;
    }

    /// <summary>Whether what is between a part of the line and the next is one blank, or nothing at the end.</summary>
    private readonly bool IsSingleBlank(int end, int next) => next == _line.Length ? end == next : next == end + 1 && _line[end] == ' ';

    /// <summary><c># {labels} value [timestamp]</c>.</summary>
    private ExpositionErrorReason TryReadExemplar(int hash)
    {
        var brace = hash + 2;
        if (brace >= _line.Length || _line[hash + 1] != ' ' || _line[brace] != '{')
        {
            return ExpositionErrorReason.InvalidExemplar;
        }

        var name = Name;
        var labels = _labels;
        var at = brace;
        var good = TryReadLabels(ref at, quotedName: false, MaxExemplarLength, out _);
        var length = good ? ExemplarLength(new LabelReader(_labels)) : 0;
        Name = name;
        _labels = labels;
        if (!good || at >= _line.Length || _line[at] != ' ')
        {
            return ExpositionErrorReason.InvalidExemplar;
        }

        if (length > MaxExemplarLength)
        {
            return ExpositionErrorReason.ExemplarTooLong;
        }

        var position = at;
        var valueAt = SkipBlanks(position);
        if (!NumberText.TryParse(Word(ref position), out var value) || (_exact && valueAt != at + 1))
        {
            return ExpositionErrorReason.InvalidExemplar;
        }

        ExemplarValue = value;
        var rest = SkipBlanks(position);
        if (_exact && !IsSingleBlank(position, rest))
        {
            return ExpositionErrorReason.InvalidExemplar;
        }

        if (rest < _line.Length && (!NumberText.TryParseSeconds(Word(ref position), out _) || SkipBlanks(position) != _line.Length || (_exact && position != _line.Length)))
        {
            return ExpositionErrorReason.InvalidExemplar;
        }

        RawExemplar = _line[(hash + 2)..position];
        return ExpositionErrorReason.None;
    }

    /// <summary>Characters of names and values together, escapes taken off.</summary>
    private static int ExemplarLength(LabelReader labels)
    {
        var length = 0;
        while (labels.Read())
        {
            length += Characters(labels.Name) + Characters(labels.RawValue);
        }

        return length;
    }

    private static int Characters(ReadOnlySpan<byte> escaped)
    {
        var count = 0;
        for (var i = 0; i < escaped.Length; i++)
        {
            if (escaped[i] == '\\' && i + 1 < escaped.Length && IsEscaped(escaped[i + 1]))
            {
                i++;
            }

            // Bytes that go on with a character count nothing.
            count += (escaped[i] & 0xC0) == 0x80 ? 0 : 1;
        }

        return count;
    }

    /// <summary>
    /// <c>"{" [ label *( "," label ) [ "," ] ] "}"</c> with <c>label = name "=" quoted</c>. Leaves <paramref name="at"/> behind the brace, or at the error.
    /// </summary>
    private bool TryReadLabels(ref int at, bool quotedName, int limit, out ExpositionErrorReason error)
    {
        var open = ++at;
        var count = 0;
        var filled = 0;
        var afterComma = false;

        // Where the names of the first labels stand, so that a second one of a name is seen in passing.
        Span<int> names = stackalloc int[2 * MaxNamesInPassing];
        while (true)
        {
            at = SkipOptionalBlanks(at);
            if (at < _line.Length && _line[at] == '}' && !(afterComma && _exact))
            {
                _labels = _line[open..at];
                at++;
                error = ExpositionErrorReason.None;
                return count <= MaxNamesInPassing || !HasDuplicate(ref error);
            }

            if (!TryReadLabel(ref at, quotedName && count == 0, out var isLabel, out error, out var nameAt, out var nameLength))
            {
                return false;
            }

            if (isLabel && count < MaxNamesInPassing)
            {
                for (var i = 0; i < count; i++)
                {
                    if (names[(2 * i) + 1] == nameLength && _line.Slice(names[2 * i], nameLength).SequenceEqual(_line.Slice(nameAt, nameLength)))
                    {
                        at = nameAt;
                        error = ExpositionErrorReason.DuplicateLabel;
                        return false;
                    }
                }

                names[2 * count] = nameAt;
                names[(2 * count) + 1] = nameLength;
            }

            afterComma = false;
            count += isLabel ? 1 : 0;
            filled += isLabel && !EndsInEmptyText(at) ? 1 : 0;
            if (filled > limit)
            {
                error = ExpositionErrorReason.LabelLimit;
                return false;
            }

            at = SkipOptionalBlanks(at);
            if (at < _line.Length && _line[at] == ',')
            {
                at++;
                afterComma = true;
            }
            else if (at >= _line.Length || _line[at] != '}')
            {
                error = ExpositionErrorReason.InvalidLabels;
                return false;
            }
        }
    }

    private bool TryReadLabel(ref int at, bool mayBeMetricName, out bool isLabel, out ExpositionErrorReason error, out int nameAt, out int nameLength)
    {
        isLabel = true;
        nameAt = at;
        nameLength = 0;
        ReadOnlySpan<byte> name;
        if (at < _line.Length && _line[at] == '"')
        {
            var length = QuotedLength(_line[at..]);
            if (length < 3 || (_strict && _oldText))
            {
                error = ExpositionErrorReason.InvalidLabelName;
                return false;
            }

            name = _line.Slice(at + 1, length - 2);
            nameAt = at + 1;
            at += length;
            var following = SkipOptionalBlanks(at);
            if (mayBeMetricName && (following >= _line.Length || _line[following] != '='))
            {
                Name = name;
                isLabel = false;
                error = ExpositionErrorReason.None;
                return true;
            }
        }
        else
        {
            name = _line.Slice(at, NameBytes.LabelNameLength(_line[at..]));
            at += name.Length;
        }

        if (name.IsEmpty)
        {
            error = ExpositionErrorReason.InvalidLabelName;
            return false;
        }

        nameLength = name.Length;
        if (_exact && name[0] == '_')
        {
            at = nameAt;
            error = ExpositionErrorReason.ReservedName;
            return false;
        }

        if (_limits.LabelNameLength > 0 && name.Length > _limits.LabelNameLength)
        {
            at = nameAt;
            error = ExpositionErrorReason.LabelNameLengthLimit;
            return false;
        }

        at = SkipOptionalBlanks(at);
        if (at >= _line.Length || _line[at] != '=')
        {
            error = ExpositionErrorReason.InvalidLabels;
            return false;
        }

        at = SkipOptionalBlanks(at + 1);
        var valueLength = at < _line.Length && _line[at] == '"' ? QuotedLength(_line[at..]) : 0;
        if (valueLength == 0)
        {
            error = ExpositionErrorReason.InvalidLabels;
            return false;
        }

        if (_limits.LabelValueLength > 0 && valueLength - 2 > _limits.LabelValueLength && UnescapedLength(_line.Slice(at + 1, valueLength - 2)) > _limits.LabelValueLength)
        {
            error = ExpositionErrorReason.LabelValueLengthLimit;
            return false;
        }

        at += valueLength;
        error = ExpositionErrorReason.None;
        return true;
    }

    /// <summary>Whether the quotes that end here have nothing between them: a label without a value is, to Prometheus, none.</summary>
    private readonly bool EndsInEmptyText(int end) => _line[end - 2] == '"' && _line[end - 3] != '\\';

    private static bool IsEscaped(byte b) => b is (byte)'\\' or (byte)'"' or (byte)'n';

    private static int UnescapedLength(ReadOnlySpan<byte> escaped)
    {
        var length = escaped.Length;
        for (var i = 0; i + 1 < escaped.Length; i++)
        {
            if (escaped[i] == '\\' && IsEscaped(escaped[i + 1]))
            {
                length--;
                i++;
            }
        }

        return length;
    }

    private readonly bool HasDuplicate(ref ExpositionErrorReason error)
    {
        // Labels are few: comparing each with those behind it needs no memory.
        var outer = new LabelReader(_labels);
        while (outer.Read())
        {
            var inner = outer;
            while (inner.Read())
            {
                if (inner.Name.SequenceEqual(outer.Name))
                {
                    error = ExpositionErrorReason.DuplicateLabel;
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Length of the quoted text that the span begins with, both quotes counted; 0 if it is not closed.</summary>
    private static int QuotedLength(ReadOnlySpan<byte> text)
    {
        var at = 1;
        while (true)
        {
            var step = text[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (step < 0)
            {
                return 0;
            }

            at += step + 1;
            if (text[at - 1] == '"')
            {
                return at;
            }

            // The escaped byte is skipped, whatever it is.
            if (++at > text.Length)
            {
                return 0;
            }
        }
    }
}
