namespace DynamoAspire.Metrics.Writing;

/// <summary>The content types of the formats.</summary>
public static class ExpositionContentType
{
    /// <summary>Text 0.0.4.</summary>
    public const string Text = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>OpenMetrics 1.0.</summary>
    public const string OpenMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    /// <summary>Content type of a format.</summary>
    public static string Of(ExpositionFormat format) => format == ExpositionFormat.OpenMetrics ? OpenMetrics : Text;
}
