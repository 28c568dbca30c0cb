namespace DynamoAspire.Metrics.Parsing;

/// <summary>Lines that the caller knows from the body before.</summary>
public ref partial struct ExpositionReader
{
    /// <summary>
    /// Reads the next line if it is this series, byte for byte, one blank and a number that ends the line. Otherwise nothing has been read. Sets nothing but what it gives out:
    /// this is where a scrape spends its time.
    /// </summary>
    internal bool TryReadKnownValue(ReadOnlySpan<byte> series, out double value)
    {
        var rest = _body[_next..];
        value = 0;
        if (rest.Length < series.Length + 3
            || rest[series.Length] != ' '
            || !rest[..series.Length].SequenceEqual(series)
            || !NumberText.TryParseStart(rest[(series.Length + 1)..], out value, out var length))
        {
            return false;
        }

        var end = series.Length + 1 + length;
        if (end >= rest.Length || rest[end] != '\n' || _ended || _sawEof || _samples >= _sampleLimit)
        {
            return false;
        }

        _next += end + 1;
        _lineNumber++;
        _samples++;
        Item = ExpositionItem.Sample;
        return true;
    }

    /// <summary>The same for a line whose number is long, or followed by a time. One with an exemplar is read in full: there may be anything in it.</summary>
    internal bool TryReadKnownSample(ReadOnlySpan<byte> series)
    {
        var rest = _body[_next..];
        var length = rest.IndexOf((byte)'\n');
        if (length <= series.Length
            || !rest.StartsWith(series)
            || rest[series.Length] != ' '
            || rest[series.Length..length].IndexOf((byte)'#') >= 0
            || _ended
            || _sawEof
            || _samples >= _sampleLimit)
        {
            return false;
        }

        TakeLine();
        _labels = default;
        RawSeries = _line[..series.Length];
        return ReadNumbers(series.Length);
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
        Item = ExpositionItem.None;
        return true;
    }
}
