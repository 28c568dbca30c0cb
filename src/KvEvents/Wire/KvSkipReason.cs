namespace DynamoAspire.KvEvents.Wire;

/// <summary>Why an event was left out of a batch; <see cref="KvSkipReasons.Label"/> gives the metric label.</summary>
public enum KvSkipReason
{
    /// <summary>Neither an array nor a map.</summary>
    NotAnEvent = 0,

    /// <summary>No tag, or a tag that is no text.</summary>
    MissingType,

    /// <summary>A tag that is not known.</summary>
    UnknownType,

    /// <summary>A required field is missing.</summary>
    MissingField,

    /// <summary>A required field holds something else than it should.</summary>
    InvalidField,
}

/// <summary>Stable names of the reasons.</summary>
public static class KvSkipReasons
{
    /// <summary>Number of reasons, for arrays indexed by reason.</summary>
    public const int Count = (int)KvSkipReason.InvalidField + 1;

    /// <summary>Name used as a metric label and in messages.</summary>
    public static string Label(KvSkipReason reason) => reason switch
    {
        KvSkipReason.NotAnEvent => "not_an_event",
        KvSkipReason.MissingType => "missing_type",
        KvSkipReason.UnknownType => "unknown_type",
        KvSkipReason.MissingField => "missing_field",
        KvSkipReason.InvalidField => "invalid_field",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "No such reason."),
    };
}
