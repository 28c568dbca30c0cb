using System.Buffers;
using System.Text;
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
    private readonly bool _oldText;

    // Strict and OpenMetrics: blanks count.
    private readonly bool _exact;
    private readonly bool _strict;
    private readonly int _sampleLimit;
    private bool _utf8Checked;
    private bool _isUtf8;
    private ReadOnlySpan<byte> _line;
    private ReadOnlySpan<byte> _labels;
    private int _next;
    private int _lineNumber;
    private int _samples;
    private bool _ended;
    private bool _unterminated;
    private bool _sawEof;

    /// <summary>Starts at the beginning of a body.</summary>
    /// <param name="body">The text. Everything that the reader gives out is a slice of it.</param>
    /// <param name="format">Which rules it is read by.</param>
    /// <param name="limits">Bounds; the defaults if null.</param>
    /// <param name="strict">
    /// Whether a line has to follow its format to the letter: in OpenMetrics single blanks only and every quote in HELP escaped, in text 0.0.4 no quoted names and no types of
    /// OpenMetrics, in both no carriage returns and a line feed at the end. Otherwise what is meant is enough, as for a scrape.
    /// </param>
    public ExpositionReader(ReadOnlySpan<byte> body, ExpositionFormat format, ExpositionLimits? limits = null, bool strict = false)
    {
        _body = body;
        _openMetrics = format == ExpositionFormat.OpenMetrics;
        _oldText = format == ExpositionFormat.Text;
        _strict = strict;
        _exact = strict && _openMetrics;
        _limits = limits ?? ExpositionLimits.Default;
        _sampleLimit = _limits.Samples > 0 ? _limits.Samples : int.MaxValue;
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

    /// <summary>The line that was read last, without its end.</summary>
    internal readonly ReadOnlySpan<byte> RawLine => _line;

    /// <summary>The labels of the sample.</summary>
    public readonly LabelReader Labels => new(_labels);

    /// <summary>Value of the sample.</summary>
    public double Value { get; private set; }

    /// <summary>Timestamp in Unix milliseconds, or <see cref="Sample.NoTimestamp"/>.</summary>
    public long Timestamp { get; private set; }

    /// <summary>What stands behind <c># </c> on the line of a sample in OpenMetrics, or empty.</summary>
    public ReadOnlySpan<byte> RawExemplar { get; private set; }

    /// <summary>Value of the exemplar, if there is one.</summary>
    public double ExemplarValue { get; private set; }

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
            var unread = _body[_next..];
            TakeLine();
            if (_sawEof)
            {
                return Stop(ExpositionErrorReason.TextAfterEof);
            }

            if (!_utf8Checked)
            {
                // All at once is much faster than line by line; lines before have been compared with valid ones.
                _isUtf8 = Utf8.IsValid(unread);
                _utf8Checked = true;
            }

            if (!_isUtf8 && !Utf8.IsValid(_line))
            {
                return Fail(ExpositionErrorReason.InvalidUtf8, InvalidUtf8At(_line));
            }

            if (_strict && _unterminated && !(_openMetrics && _line.SequenceEqual("# EOF"u8)))
            {
                return Fail(ExpositionErrorReason.MissingLineFeed, _line.Length);
            }

            var at = _openMetrics ? 0 : SkipBlanks(0);
            if (at == _line.Length)
            {
                if (_openMetrics)
                {
                    return Fail(ExpositionErrorReason.BlankLine, 0);
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
        _unterminated = length < 0;
        _lineNumber++;
        if (!_openMetrics && !_strict && _line.Length > 0 && _line[^1] == '\r')
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

    /// <summary>Blanks between the parts of labels: OpenMetrics has none.</summary>
    private readonly int SkipOptionalBlanks(int at) => _exact ? at : SkipBlanks(at);

    private static int InvalidUtf8At(ReadOnlySpan<byte> line)
    {
        var at = 0;
        while (Rune.DecodeFromUtf8(line[at..], out _, out var length) == OperationStatus.Done)
        {
            at += length;
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
