namespace Aspire.Hosting;

/// <summary>Whether the application runs or is published.</summary>
public class DistributedApplicationExecutionContext
{
    internal DistributedApplicationExecutionContext(bool publish) => IsPublishMode = publish;

    /// <summary>Resources are written to a manifest, and none starts.</summary>
    public bool IsPublishMode { get; }

    /// <summary>Resources start.</summary>
    public bool IsRunMode => !IsPublishMode;
}
