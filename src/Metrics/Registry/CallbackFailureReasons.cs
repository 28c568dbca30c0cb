namespace DynamoAspire.Metrics.Registry;

/// <summary>Stable names of the reasons, for labels.</summary>
public static class CallbackFailureReasons
{
    /// <summary>All reasons.</summary>
    public static IReadOnlyList<CallbackFailureReason> All { get; } = Enum.GetValues<CallbackFailureReason>();

    /// <summary>The name as a label value.</summary>
    public static string Name(this CallbackFailureReason reason) => reason switch
    {
        CallbackFailureReason.UpdateFailed => "update_failed",
        CallbackFailureReason.FunctionFailed => "function_failed",
        CallbackFailureReason.SourceFailed => "source_failed",
        CallbackFailureReason.ExpositionFailed => "exposition_failed",
        CallbackFailureReason.TimedOut => "timed_out",
        CallbackFailureReason.StillRunning => "still_running",
        CallbackFailureReason.InvalidText => "invalid_text",
        CallbackFailureReason.TooLarge => "too_large",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "No such reason."),
    };
}
