using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Writing;

/// <summary>
/// Writes a snapshot as text 0.0.4 or OpenMetrics 1.0. Per family <c>HELP</c>, <c>TYPE</c>, then <c>series SP value [SP timestamp] LF</c>; OpenMetrics ends in <c># EOF</c>.
/// Allocates nothing but what the buffer writer does. The snapshot's families must be distinct (a merge sees to that).
/// </summary>
public static class ExpositionWriter
{
    private static readonly byte[][] s_extraSuffixes = [.. new[] { "_created", "_gcount", "_gsum" }.Select(System.Text.Encoding.ASCII.GetBytes)];

    /// <summary>Writes all families.</summary>
    public static void Write(MetricSnapshot snapshot, ExpositionFormat format, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(output);
        for (var i = 0; i < snapshot.FamilyCount; i++)
        {
            WriteFamily(snapshot[i], format, output);
        }

        if (format == ExpositionFormat.OpenMetrics)
        {
            output.Write("# EOF\n"u8);
        }
    }

    private static void WriteFamily(MetricFamily family, ExpositionFormat format, IBufferWriter<byte> output)
    {
        if (format == ExpositionFormat.OpenMetrics)
        {
            output.Write(family.Header.OpenMetricsHeader);
            foreach (ref readonly var sample in family.Samples)
            {
                WriteSample(sample, format, output);
            }

            return;
        }

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
                WriteSample(sample, format, output);
            }
        }

        if (moved)
        {
            WriteExtras(family, output);
        }
    }

    /// <summary>Text 0.0.4 has no such samples within a family: they follow as gauge families of their own, sorted by suffix.</summary>
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
                        output.Write(HeaderLines.TextExtra(family.Header, suffix));
                        any = true;
                    }

                    WriteSample(sample, ExpositionFormat.Text, output);
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

    private static void WriteSample(in Sample sample, ExpositionFormat format, IBufferWriter<byte> output)
    {
        var text = sample.Series.Text;
        var span = output.GetSpan(text.Length + (2 * MetricNumber.MaxLength) + 3);
        text.CopyTo(span);
        var at = text.Length;
        span[at++] = (byte)' ';
        at += MetricNumber.Format(sample.Value, span[at..]);
        if (sample.HasTimestamp)
        {
            span[at++] = (byte)' ';
            if (format == ExpositionFormat.Text)
            {
                Utf8Formatter.TryFormat(sample.Timestamp, span[at..], out var length);
                at += length;
            }
            else
            {
                // Seconds there; a decimal keeps the milliseconds exact.
                (sample.Timestamp / 1000m).TryFormat(span[at..], out var length, default, CultureInfo.InvariantCulture);
                at += length;
            }
        }

        span[at++] = (byte)'\n';
        output.Advance(at);
    }
}
