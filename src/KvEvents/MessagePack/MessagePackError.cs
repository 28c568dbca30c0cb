namespace DynamoAspire.KvEvents.MessagePack;

/// <summary>Why a read gave nothing. A read that fails leaves the position where it was.</summary>
public enum MessagePackError
{
    /// <summary>Nothing failed.</summary>
    None = 0,

    /// <summary>The value ends beyond the data.</summary>
    EndOfData,

    /// <summary>The next value is of another kind.</summary>
    WrongType,

    /// <summary>The number does not fit what was asked for.</summary>
    OutOfRange,

    /// <summary>Nested deeper than <see cref="MessagePackLimits.MaxDepth"/>.</summary>
    TooDeep,

    /// <summary>More elements than <see cref="MessagePackLimits.MaxCount"/>, or more than the data could hold.</summary>
    TooMany,

    /// <summary>A text or binary longer than <see cref="MessagePackLimits.MaxLength"/>.</summary>
    TooLong,

    /// <summary>The byte 0xc1.</summary>
    InvalidCode,
}
