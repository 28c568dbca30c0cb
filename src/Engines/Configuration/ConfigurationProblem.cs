namespace DynamoAspire.Engines.Configuration;

/// <summary>One thing that is wrong with the configuration.</summary>
/// <param name="Key">Full configuration key, with colons.</param>
/// <param name="Message">What is wrong, and in the same sentence what to write instead. Never holds a secret.</param>
public sealed record ConfigurationProblem(string Key, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Key}: {Message}";
}
