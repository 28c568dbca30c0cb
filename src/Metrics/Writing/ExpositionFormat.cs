namespace DynamoAspire.Metrics.Writing;

/// <summary>Text formats that are read and written.</summary>
public enum ExpositionFormat
{
    /// <summary><c>text/plain; version=0.0.4</c>.</summary>
    Text,

    /// <summary><c>application/openmetrics-text; version=1.0.0</c>.</summary>
    OpenMetrics,

    /// <summary><c>text/plain; version=1.0.0</c>: the older text with names in quotes.</summary>
    TextUtf8,
}
