namespace DynamoAspire.Metrics.Components;

/// <summary>Upstream's names.</summary>
public static class RequestErrorTypes
{
    /// <summary>The name as a label value; empty for none.</summary>
    public static string Label(RequestErrorType type) => type switch
    {
        RequestErrorType.None => "",
        RequestErrorType.Validation => "validation",
        RequestErrorType.NotFound => "not_found",
        RequestErrorType.Overload => "overload",
        RequestErrorType.Unavailable => "unavailable",
        RequestErrorType.Cancelled => "cancelled",
        RequestErrorType.ResponseTimeout => "response_timeout",
        RequestErrorType.Internal => "internal",
        RequestErrorType.NotImplemented => "not_implemented",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "No such type."),
    };
}
