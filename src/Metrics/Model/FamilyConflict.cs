namespace DynamoAspire.Metrics.Model;

/// <summary>A family that two sources describe differently.</summary>
/// <param name="Family">Its name.</param>
/// <param name="Kind">What differs.</param>
/// <param name="Kept">Source, file or type that is reported.</param>
/// <param name="Dropped">Source, file or type that is not.</param>
public sealed record FamilyConflict(string Family, FamilyConflictKind Kind, string Kept, string Dropped)
{
    /// <inheritdoc/>
    public override string ToString() => Kind == FamilyConflictKind.Type
        ? $"family '{Family}': kept {Kept}, dropped {Dropped} because of its type"
        : $"family '{Family}': kept the help of {Kept}, not that of {Dropped}";
}
