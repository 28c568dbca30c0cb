namespace DynamoAspire.MetricsAggregator.Relabeling;

/// <summary>What a rule does; as in Prometheus' <c>relabel_config</c>.</summary>
public enum RelabelAction
{
    /// <summary>Sets the target label to the replacement where the joined source labels match.</summary>
    Replace,

    /// <summary>Drops what does not match.</summary>
    Keep,

    /// <summary>Drops what matches.</summary>
    Drop,

    /// <summary>Drops where the joined source labels differ from the target label.</summary>
    KeepEqual,

    /// <summary>Drops where the joined source labels equal the target label.</summary>
    DropEqual,

    /// <summary>Removes the labels whose names match.</summary>
    LabelDrop,

    /// <summary>Removes the labels whose names do not match.</summary>
    LabelKeep,

    /// <summary>Copies the labels whose names match to the names that the replacement makes of them.</summary>
    LabelMap,

    /// <summary>Sets the target label to the joined source labels in lower case.</summary>
    Lowercase,

    /// <summary>Sets the target label to the joined source labels in upper case.</summary>
    Uppercase,
}
