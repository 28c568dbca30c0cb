namespace DynamoAspire.MetricsAggregator.Targets;

/// <summary>An HTTP target as it was configured or found.</summary>
/// <param name="Job">Name of the engine or of the group.</param>
/// <param name="Name">Name of the target, unique in its group.</param>
/// <param name="Url">Where it is.</param>
/// <param name="Labels">Labels of its series.</param>
/// <param name="Discovered">Labels before relabeling.</param>
internal sealed record TargetDefinition(string Job, string Name, Uri Url, IReadOnlyList<(string Name, string Value)> Labels, IReadOnlyList<(string Name, string Value)> Discovered)
{
    /// <summary>Whether it is the same target with the same labels; then its state is kept.</summary>
    public bool Equals(TargetDefinition? other) => other is not null && Job == other.Job && Name == other.Name && Url == other.Url && Labels.SequenceEqual(other.Labels) && Discovered.SequenceEqual(other.Discovered);

    public override int GetHashCode() => HashCode.Combine(Job, Name, Url, Labels.Count);
}
