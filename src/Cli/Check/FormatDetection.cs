using DynamoAspire.Metrics.Writing;

namespace DynamoAspire.Cli.Check;

/// <summary>Which format a text is checked by.</summary>
internal static class FormatDetection
{
    /// <summary>What the user wants, else what the content type says, else OpenMetrics if it ends as that does. Text that has names in quotes is text 1.0.0.</summary>
    internal static ExpositionFormat Of(CheckInput input, ExpositionFormat? wanted)
    {
        ReadOnlySpan<byte> body = input.Body;
        var format = wanted ?? input.Declared ?? (EndsInEof(body) ? ExpositionFormat.OpenMetrics : ExpositionFormat.Text);
        return format == ExpositionFormat.Text && input.Declared is null && HasQuotedNames(body) ? ExpositionFormat.TextUtf8 : format;
    }

    internal static string Name(ExpositionFormat format) => format switch
    {
        ExpositionFormat.OpenMetrics => "OpenMetrics 1.0",
        ExpositionFormat.TextUtf8 => "text 1.0.0",
        _ => "text 0.0.4",
    };

    // Blank lines behind it are an error of OpenMetrics, not a sign of the older text.
    private static bool EndsInEof(ReadOnlySpan<byte> body)
    {
        body = body.TrimEnd(" \t\r\n"u8);
        return body.EndsWith("# EOF"u8) && (body.Length == 5 || body[^6] == '\n');
    }

    private static bool HasQuotedNames(ReadOnlySpan<byte> body) =>
        body.StartsWith("{\""u8) || body.IndexOf("\n{\""u8) >= 0 || body.IndexOf("# TYPE \""u8) >= 0 || body.IndexOf("# HELP \""u8) >= 0;
}
