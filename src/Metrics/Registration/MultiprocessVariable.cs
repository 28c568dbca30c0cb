namespace DynamoAspire.Metrics.Registration;

/// <summary>The environment variable that turns the multiprocess mode of Python's client on.</summary>
public static class MultiprocessVariable
{
    /// <summary>Its name.</summary>
    public const string Name = "PROMETHEUS_MULTIPROC_DIR";

    /// <summary>The name that older clients read; still honoured by new ones.</summary>
    public const string LegacyName = "prometheus_multiproc_dir";

    /// <summary>The directory it names; null when it is unset or empty.</summary>
    public static string? Read() => Value(Name) ?? Value(LegacyName);

    private static string? Value(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
