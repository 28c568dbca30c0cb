namespace DynamoAspire.Metrics.Naming;

/// <summary>What becomes of names outside <c>[a-zA-Z0-9_:]</c> when they are written: Prometheus' parameter <c>escaping=</c>.</summary>
public enum NameEscaping
{
    /// <summary><c>underscores</c>, the default: each other character becomes <c>_</c>.</summary>
    Underscores,

    /// <summary><c>dots</c>: <c>.</c> becomes <c>_dot_</c>, <c>_</c> becomes <c>__</c>, each other character <c>_</c>. It changes every name with an underscore.</summary>
    Dots,

    /// <summary><c>values</c>: such a name gets <c>U__</c> in front, each other character becomes its code point, <c>_2e_</c>, and <c>_</c> becomes <c>__</c>; plain names stay.</summary>
    Values,

    /// <summary><c>allow-utf-8</c>: names stay as they are, in quotes.</summary>
    AllowUtf8,
}
