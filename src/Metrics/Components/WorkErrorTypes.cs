namespace DynamoAspire.Metrics.Components;

/// <summary>Upstream's names.</summary>
public static class WorkErrorTypes
{
    /// <summary>The name as a label value.</summary>
    public static string Label(WorkErrorType type) => type switch
    {
        WorkErrorType.Deserialization => "deserialization",
        WorkErrorType.InvalidMessage => "invalid_message",
        WorkErrorType.ResponseStream => "response_stream",
        WorkErrorType.Generate => "generate",
        WorkErrorType.PublishResponse => "publish_response",
        WorkErrorType.PublishFinal => "publish_final",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "No such type."),
    };
}
