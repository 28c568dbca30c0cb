namespace DynamoAspire.Metrics.Components;

/// <summary>Why a frontend answered a request with an error.</summary>
public enum RequestErrorType
{
    /// <summary>It did not.</summary>
    None,

    /// <summary>The request is malformed.</summary>
    Validation,

    /// <summary>The model is not known.</summary>
    NotFound,

    /// <summary>There are more requests than may be taken.</summary>
    Overload,

    /// <summary>No worker is there.</summary>
    Unavailable,

    /// <summary>The client went away.</summary>
    Cancelled,

    /// <summary>The worker did not answer in time.</summary>
    ResponseTimeout,

    /// <summary>Something nobody foresaw.</summary>
    Internal,

    /// <summary>The request asks for something that is not there.</summary>
    NotImplemented,
}
