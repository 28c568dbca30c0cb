using DynamoAspire.Metrics.Naming;

namespace DynamoAspire.Metrics.Writing;

/// <summary>The content types of the formats.</summary>
public static class ExpositionContentType
{
    /// <summary>Text 0.0.4.</summary>
    public const string Text = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>OpenMetrics 1.0.</summary>
    public const string OpenMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    /// <summary>Text 1.0.0, without the escaping scheme that has to be named with it.</summary>
    public const string TextUtf8 = "text/plain; version=1.0.0; charset=utf-8";

    private static readonly string[][] s_withEscaping =
    [
        .. new[] { Text, OpenMetrics, TextUtf8 }.Select(format => Enum.GetValues<NameEscaping>().Select(e => $"{format}; escaping={e.Word()}").ToArray()),
    ];

    /// <summary>Content type of a format.</summary>
    public static string Of(ExpositionFormat format) => format switch
    {
        ExpositionFormat.OpenMetrics => OpenMetrics,
        ExpositionFormat.TextUtf8 => TextUtf8,
        _ => Text,
    };

    /// <summary>Content type of a format whose names are escaped by a scheme that the scraper has named.</summary>
    public static string Of(ExpositionFormat format, NameEscaping escaping) => s_withEscaping[(int)format][(int)escaping];

    /// <summary>Which format a content type names; false for one that is neither (protobuf, HTML). Parameters other than <c>version</c> are ignored.</summary>
    public static bool TryParse(string? contentType, out ExpositionFormat format)
    {
        format = ExpositionFormat.Text;
        if (string.IsNullOrEmpty(contentType))
        {
            return false;
        }

        var parts = contentType.Split(';', StringSplitOptions.TrimEntries);
        if (parts[0].Equals("application/openmetrics-text", StringComparison.OrdinalIgnoreCase))
        {
            format = ExpositionFormat.OpenMetrics;
            return true;
        }

        if (parts.Skip(1).Any(p => p.Equals("version=1.0.0", StringComparison.OrdinalIgnoreCase)))
        {
            format = ExpositionFormat.TextUtf8;
        }

        return parts[0].Equals("text/plain", StringComparison.OrdinalIgnoreCase);
    }
}
