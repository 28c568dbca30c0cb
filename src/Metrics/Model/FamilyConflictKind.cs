namespace DynamoAspire.Metrics.Model;

/// <summary>In what two descriptions of a family differ.</summary>
public enum FamilyConflictKind
{
    /// <summary>Types differ: the later source's samples of the family are dropped.</summary>
    Type,

    /// <summary>Help texts differ: the first one is printed, all samples are kept.</summary>
    Help,
}
