namespace DynamoAspire.Metrics.Registry;

/// <summary>Why something that a registry calls gave nothing, or not all it had.</summary>
public enum CallbackFailureReason
{
    /// <summary>A callback that brings metrics up to date threw.</summary>
    UpdateFailed,

    /// <summary>A function metric threw.</summary>
    FunctionFailed,

    /// <summary>A source threw.</summary>
    SourceFailed,

    /// <summary>An exposition callback threw.</summary>
    ExpositionFailed,

    /// <summary>An exposition callback took longer than its time limit.</summary>
    TimedOut,

    /// <summary>An exposition callback that had timed out was still running at the next scrape, and was not called again.</summary>
    StillRunning,

    /// <summary>An exposition callback wrote lines that are no exposition text; the others are reported.</summary>
    InvalidText,

    /// <summary>An exposition callback wrote more than its limits allow; all of it is left out.</summary>
    TooLarge,
}
