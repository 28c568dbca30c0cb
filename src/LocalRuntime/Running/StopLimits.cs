namespace DynamoAspire.LocalRuntime.Running;

/// <summary>How long stopping may take.</summary>
/// <param name="Whole">Everything is down this long after the request, killed if need be.</param>
/// <param name="Group">What one group of resources may take, unless the whole runs out first.</param>
internal sealed record StopLimits(TimeSpan Whole, TimeSpan Group)
{
    /// <summary>Ten seconds with the rest of stopping; services drain within five.</summary>
    public static StopLimits Default { get; } = new(TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(6));
}
