using System.Text.Unicode;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Writing;

namespace DynamoAspire.Metrics.Parsing;

/// <summary>
/// Reads text 0.0.4 or OpenMetrics 1.0 item by item out of a body in memory. Nothing is copied and nothing is allocated: names, labels and texts are slices of the body.
/// </summary>
/// <remarks>
/// An error is an item with line, column and reason; reading on skips that line, so that the caller decides whether one bad line fails the body. A breach of a limit ends
/// the reading. The reader judges lines; what families they make up is judged by <see cref="ExpositionLoader"/>.
/// </remarks>
public ref partial struct ExpositionReader
{
    private readonly ReadOnlySpan<byte> _body;
    private readonly ExpositionLimits _limits;
    private readonly bool _openMetrics;
    private readonly bool _isUtf8;
    private ReadOnlySpan<byte> _line;
    private ReadOnlySpan<byte> _labels;
    private int _next;
    private int _lineNumber;
    private int _samples;
    private bool _ended;
    private bool _sawEof;

    /// <summary>Starts at the beginning of a body.</summary>
    public ExpositionReader(ReadOnlySpan<byte> body, ExpositionFormat format, ExpositionLimits? limits = null)
    {
        _body = body;
        _openMetrics = format == ExpositionFormat.OpenMetrics;
        _limits = limits ?? ExpositionLimits.Default;
        _isUtf8 = Utf8.IsValid(body);
    }

    /// <summary>What was read last.</summary>
    public ExpositionItem Item { get; private set; }

    /// <summary>Name on the line: of the family for metadata, of the sample for samples. Without quotes; escapes within quotes are still there.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Type, for <see cref="ExpositionItem.Type"/>.</summary>
    public MetricType Type { get; private set; }

    /// <summary>Help (still escaped) or unit.</summary>
    public ReadOnlySpan<byte> Text { get; private set; }

    /// <summary>The series as it stands on the line: name and labels with their braces.</summary>
    public ReadOnlySpan<byte> RawSeries { get; private set; }

    /// <summary>The labels of the sample.</summary>
    public readonly LabelReader Labels => new(_labels);

    /// <summary>Value of the sample.</summary>
    public double Value { get; private set; }

    /// <summary>Timestamp in Unix milliseconds, or <see cref="Sample.NoTimestamp"/>.</summary>
    public long Timestamp { get; private set; }

    /// <summary>What stands behind <c># </c> on the line of a sample in OpenMetrics, or empty.</summary>
    public ReadOnlySpan<byte> RawExemplar { get; private set; }

    /// <summary>The error, for <see cref="ExpositionItem.Error"/>.</summary>
    public ExpositionError Error { get; private set; }

    /// <summary>Line of the item, from 1.</summary>
    public readonly int Line => _lineNumber;

    /// <summary>Samples read so far.</summary>
    public readonly int SampleCount => _samples;

    /// <summary>Reads the next item; false at the end.</summary>
    public bool Read()
    {
        if (_limits.BodySize > 0 && _body.Length > _limits.BodySize && !_ended)
        {
            return Stop(ExpositionErrorReason.BodySizeLimit);
        }

        while (!_ended && _next < _body.Length)
        {
            TakeLine();
            if (_sawEof)
            {
                return Stop(ExpositionErrorReason.TextAfterEof);
            }

            if (!_isUtf8 && !Utf8.IsValid(_line))
            {
                return Fail(ExpositionErrorReason.InvalidUtf8, 0);
            }

            var at = _openMetrics ? 0 : SkipBlanks(0);
            if (at == _line.Length)
            {
                if (_openMetrics)
                {
                    return Fail(ExpositionErrorReason.InvalidMetricName, 0);
                }

                continue;
            }

            if (_line[at] != '#')
            {
                return ReadSample(at);
            }

            if (ReadComment(at))
            {
                return true;
            }
        }

        if (!_ended && _openMetrics && !_sawEof)
        {
            _lineNumber++;
            return Stop(ExpositionErrorReason.MissingEof);
        }

        Item = ExpositionItem.None;
        return false;
    }

    private void TakeLine()
    {
        var rest = _body[_next..];
        var length = rest.IndexOf((byte)'\n');
        _line = length < 0 ? rest : rest[..length];
        _next = length < 0 ? _body.Length : _next + length + 1;
        _lineNumber++;
        if (!_openMetrics && _line.Length > 0 && _line[^1] == '\r')
        {
            _line = _line[..^1];
        }
    }

    private readonly int SkipBlanks(int at)
    {
        while (at < _line.Length && _line[at] is (byte)' ' or (byte)'\t')
        {
            at++;
        }

        return at;
    }

    private bool Fail(ExpositionErrorReason reason, int column)
    {
        Item = ExpositionItem.Error;
        Error = new ExpositionError(reason, _lineNumber, column + 1);
        _ended = reason.IsLimit();
        return true;
    }

    private bool Stop(ExpositionErrorReason reason)
    {
        if (_lineNumber == 0)
        {
            _lineNumber = 1;
        }

        Fail(reason, 0);
        _ended = true;
        return true;
    }
}
