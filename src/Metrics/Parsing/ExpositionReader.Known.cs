using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Parsing;

/// <summary>Lines that the caller knows from the body before.</summary>
public ref partial struct ExpositionReader
{
    /// <summary>
    /// Reads the next line if it is this series, byte for byte, and a value: then all that is left to read is the number. Otherwise nothing has been read.
    /// </summary>
    internal bool TryReadKnownSample(ReadOnlySpan<byte> series)
    {
        var rest = _body[_next..];
        if (rest.Length < series.Length + 3 || !rest.StartsWith(series) || rest[series.Length] != ' ' || _ended || _sawEof || (_limits.Samples > 0 && _samples >= _limits.Samples))
        {
            return false;
        }

        rest = rest[(series.Length + 1)..];
        if (!NumberText.TryParseStart(rest, out var value, out var length) || length == rest.Length || rest[length] != '\n')
        {
            return TryReadKnownLine(series.Length);
        }

        _next += series.Length + length + 2;
        _lineNumber++;
        _samples++;
        Value = value;
        Timestamp = Sample.NoTimestamp;
        RawExemplar = default;
        Item = ExpositionItem.Sample;
        return true;
    }

    /// <summary>Moves over the next line if it is this one, byte for byte.</summary>
    internal bool TrySkipKnown(ReadOnlySpan<byte> line)
    {
        var rest = _body[_next..];
        if (rest.Length <= line.Length || rest[line.Length] != '\n' || !rest.StartsWith(line) || _ended || _sawEof)
        {
            return false;
        }

        _next += line.Length + 1;
        _lineNumber++;
        return true;
    }

    /// <summary>The same for a line whose number is long, or followed by a time. One with an exemplar is read in full: there may be anything in it.</summary>
    private bool TryReadKnownLine(int seriesLength)
    {
        var rest = _body[_next..];
        var length = rest.IndexOf((byte)'\n');
        if (length < 0 || rest[..length][seriesLength..].IndexOf((byte)'#') >= 0)
        {
            return false;
        }

        TakeLine();
        if (_line.Length <= seriesLength)
        {
            return Fail(ExpositionErrorReason.InvalidValue, _line.Length);
        }

        _labels = default;
        RawSeries = _line[..seriesLength];
        return ReadNumbers(seriesLength);
    }
}
