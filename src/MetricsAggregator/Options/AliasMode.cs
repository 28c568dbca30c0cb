namespace DynamoAspire.MetricsAggregator.Options;

/// <summary>Under which names metrics that vLLM or Dynamo have renamed are served.</summary>
public enum AliasMode
{
    /// <summary>As they come.</summary>
    None,

    /// <summary>Those that come under an old name under the new one too.</summary>
    New,

    /// <summary>Those that come under a new name under the old one too.</summary>
    Old,

    /// <summary>Both.</summary>
    Both,
}
