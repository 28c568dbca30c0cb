using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Registry;

/// <summary>One name in one registry.</summary>
/// <param name="Header">Header of the family.</param>
/// <param name="Owner">Registry it is in, for messages.</param>
/// <param name="ConstLabels">Labels with fixed values, those of the registry included.</param>
/// <param name="LabelNames">Names of all labels, sorted.</param>
/// <param name="Members">The handles.</param>
internal sealed record Registration(
    FamilyHeader Header,
    string Owner,
    IReadOnlyList<(string Name, string Value)> ConstLabels,
    string[] LabelNames,
    IFamilyMembers Members)
{
    /// <summary>Whether no label set can be made that both report: other label names, or a fixed label with different values.</summary>
    internal bool IsDistinctFrom(Registration other)
    {
        if (!LabelNames.AsSpan().SequenceEqual(other.LabelNames))
        {
            return true;
        }

        foreach (var (name, value) in ConstLabels)
        {
            foreach (var (otherName, otherValue) in other.ConstLabels)
            {
                if (name == otherName && value != otherValue)
                {
                    return true;
                }
            }
        }

        return false;
    }
}
