namespace DynamoAspire.Metrics.Components;

/// <summary>How the metrics of the KV block manager are named.</summary>
public sealed record KvbmOptions
{
    /// <summary>The prefix of current revisions.</summary>
    public const string DefaultPrefix = "kvbm";

    /// <summary>The defaults.</summary>
    public static KvbmOptions Default { get; } = new();

    /// <summary>Prefix, without the underscore; sanitised.</summary>
    public string Prefix { get; init; } = DefaultPrefix;

    /// <summary>Whether everything is reported a second time as <c>dynamo_kvbm_*</c>, for dashboards that query those names.</summary>
    public bool LegacyNames { get; init; }
}
