namespace DynamoAspire.KvEvents.MessagePack;

/// <summary>Kind of the next MessagePack value.</summary>
public enum MessagePackType
{
    /// <summary>No byte is left.</summary>
    End = 0,

    /// <summary>nil.</summary>
    Nil,

    /// <summary>true or false.</summary>
    Boolean,

    /// <summary>Any integer form.</summary>
    Integer,

    /// <summary>float32 or float64.</summary>
    Float,

    /// <summary>Text in UTF-8.</summary>
    String,

    /// <summary>Bytes.</summary>
    Binary,

    /// <summary>Array.</summary>
    Array,

    /// <summary>Map.</summary>
    Map,

    /// <summary>Extension.</summary>
    Extension,

    /// <summary>The byte 0xc1, which no value begins with.</summary>
    Invalid,
}
