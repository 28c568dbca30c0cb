namespace DynamoAspire.Metrics.Components;

/// <summary>Where the handling of a request failed.</summary>
public enum WorkErrorType
{
    /// <summary>The request could not be decoded.</summary>
    Deserialization,

    /// <summary>The message is none that the handler knows.</summary>
    InvalidMessage,

    /// <summary>The stream for the responses could not be opened.</summary>
    ResponseStream,

    /// <summary>The engine failed.</summary>
    Generate,

    /// <summary>A response could not be sent.</summary>
    PublishResponse,

    /// <summary>The end of the responses could not be sent.</summary>
    PublishFinal,
}
