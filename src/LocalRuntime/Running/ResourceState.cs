namespace DynamoAspire.LocalRuntime.Running;

/// <summary>Where a resource is in its life.</summary>
internal enum ResourceState
{
    /// <summary>Waits for another resource.</summary>
    Waiting,

    /// <summary>Its process runs and is not healthy yet.</summary>
    Starting,

    /// <summary>Its process runs and, where there is a health check, is healthy.</summary>
    Running,

    /// <summary>Its process runs, and was healthy, and is not now.</summary>
    Unhealthy,

    /// <summary>Its process ended or could not be started; the reason says whether there will be another attempt.</summary>
    Failed,

    /// <summary>Its program is not on this machine, or what it needs is not.</summary>
    NotAvailable,

    /// <summary>Was told to stop.</summary>
    Stopping,

    /// <summary>Has ended because it was told to.</summary>
    Stopped,
}
