namespace DynamoAspire.StatPublisher.Health;

/// <summary>What is known of an engine; the names in lower case are label values.</summary>
internal enum EngineState
{
    /// <summary>Its health has never been good.</summary>
    Starting = 0,

    /// <summary>Its health was good when last looked at; or it has no HealthUrl.</summary>
    Ready,

    /// <summary>Its health was good once, and has failed since, not often enough to give it up.</summary>
    Degraded,

    /// <summary>Its health has failed too often in a row.</summary>
    Dead,
}
