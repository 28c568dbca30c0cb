using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Naming;

namespace DynamoAspire.Metrics.Writing;

/// <summary>
/// Writes a snapshot as text 0.0.4, text 1.0.0 or OpenMetrics 1.0. Per family <c>HELP</c>, <c>TYPE</c>, then <c>series SP value [SP timestamp] LF</c>; OpenMetrics ends in
/// <c># EOF</c>. Allocates nothing but what the buffer writer does. The snapshot's families must be distinct (a merge sees to that).
/// </summary>
/// <remarks>
/// OpenMetrics gets the samples of one metric together, exemplars and units; the older text gets start times as gauge families of their own. Names that the format or the
/// scheme cannot hold are escaped; families that become one by it are joined.
/// </remarks>
public static class ExpositionWriter
{
    private static readonly byte[][] s_extraSuffixes = [.. new[] { "_created", "_gcount", "_gsum" }.Select(System.Text.Encoding.ASCII.GetBytes)];

    /// <summary>Writes all families, names with underscores where they are not plain.</summary>
    public static void Write(MetricSnapshot snapshot, ExpositionFormat format, IBufferWriter<byte> output) =>
        Write(snapshot, format, NameEscaping.Underscores, output);

    /// <summary>Writes all families.</summary>
    /// <param name="snapshot">Families.</param>
    /// <param name="format">Format.</param>
    /// <param name="escaping">What becomes of names that are not plain. Text 0.0.4 has no quoted names: there <see cref="NameEscaping.AllowUtf8"/> is <see cref="NameEscaping.Underscores"/>.</param>
    /// <param name="output">Where to.</param>
    public static void Write(MetricSnapshot snapshot, ExpositionFormat format, NameEscaping escaping, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(output);
        if (escaping == NameEscaping.AllowUtf8 && format == ExpositionFormat.Text)
        {
            escaping = NameEscaping.Underscores;
        }

        if (escaping == NameEscaping.Dots || (snapshot.HasQuotedNames && escaping != NameEscaping.AllowUtf8))
        {
            snapshot = EscapedSnapshot.Of(snapshot, escaping);
        }

        for (var i = 0; i < snapshot.FamilyCount; i++)
        {
            if (format == ExpositionFormat.OpenMetrics)
            {
                WriteOpenMetricsFamily(snapshot[i], snapshot.Order, escaping, output);
            }
            else
            {
                WriteTextFamily(snapshot[i], output);
            }
        }

        if (format == ExpositionFormat.OpenMetrics)
        {
            output.Write("# EOF\n"u8);
        }
    }

    private static void WriteOpenMetricsFamily(MetricFamily family, SampleOrder order, NameEscaping escaping, IBufferWriter<byte> output)
    {
        output.Write(family.Header.OpenMetricsHeader);
        var samples = order.Grouped(family);
        foreach (ref readonly var sample in samples)
        {
            if (sample.Exemplar is { } exemplar && (escaping == NameEscaping.AllowUtf8 || !exemplar.HasQuotedNames) && MayHaveExemplar(family.Header, sample.Series))
            {
                WriteSample(sample, seconds: true, exemplar.Text, output);
            }
            else
            {
                WriteSample(sample, seconds: true, default, output);
            }
        }
    }

    private static void WriteTextFamily(MetricFamily family, IBufferWriter<byte> output)
    {
        output.Write(family.Header.TextHeader);
        var moved = false;
        foreach (ref readonly var sample in family.Samples)
        {
            if (IsExtra(family.Header, sample.Series))
            {
                moved = true;
            }
            else
            {
                WriteSample(sample, seconds: false, default, output);
            }
        }

        if (moved)
        {
            WriteExtras(family, output);
        }
    }

    /// <summary>The older text has no such samples within a family: they follow as gauge families of their own, sorted by suffix.</summary>
    private static void WriteExtras(MetricFamily family, IBufferWriter<byte> output)
    {
        foreach (var suffix in s_extraSuffixes)
        {
            var any = false;
            foreach (ref readonly var sample in family.Samples)
            {
                if (IsExtra(family.Header, sample.Series) && sample.Series.Name.EndsWith(suffix))
                {
                    if (!any)
                    {
                        HeaderLines.WriteTextExtra(family.Header, suffix, output);
                        any = true;
                    }

                    WriteSample(sample, seconds: false, default, output);
                }
            }
        }
    }

    private static bool IsExtra(FamilyHeader header, Series series)
    {
        var rest = series.NameLength - header.Name.Length;
        if (rest < "_gsum".Length)
        {
            return false;
        }

        var suffix = series.Name[header.Name.Length..];
        return header.Type switch
        {
            MetricType.Counter or MetricType.Histogram or MetricType.Summary => suffix.SequenceEqual("_created"u8),
            MetricType.GaugeHistogram => suffix.SequenceEqual("_gsum"u8) || suffix.SequenceEqual("_gcount"u8),
            _ => false,
        };
    }

    private static bool MayHaveExemplar(FamilyHeader header, Series series) => header.Type switch
    {
        MetricType.Counter => header.HasSuffix && series.Name.EndsWith("_total"u8),
        MetricType.Histogram or MetricType.GaugeHistogram => series.Name.EndsWith("_bucket"u8),
        _ => false,
    };

    private static void WriteSample(in Sample sample, bool seconds, ReadOnlySpan<byte> exemplar, IBufferWriter<byte> output)
    {
        var text = sample.Series.Text;
        var span = output.GetSpan(text.Length + (2 * MetricNumber.MaxLength) + exemplar.Length + 6);
        text.CopyTo(span);
        var at = text.Length;
        span[at++] = (byte)' ';
        at += MetricNumber.Format(sample.Value, span[at..]);
        if (sample.HasTimestamp)
        {
            span[at++] = (byte)' ';
            int length;
            if (seconds)
            {
                // A decimal keeps the milliseconds exact.
                (sample.Timestamp / 1000m).TryFormat(span[at..], out length, default, CultureInfo.InvariantCulture);
            }
            else
            {
                Utf8Formatter.TryFormat(sample.Timestamp, span[at..], out length);
            }

            at += length;
        }

        if (!exemplar.IsEmpty)
        {
            " # "u8.CopyTo(span[at..]);
            exemplar.CopyTo(span[(at + 3)..]);
            at += 3 + exemplar.Length;
        }

        span[at++] = (byte)'\n';
        output.Advance(at);
    }
}
