namespace Aspire.Hosting.ApplicationModel;

/// <summary>Variables of a resource while they are collected.</summary>
public class EnvironmentCallbackContext
{
    internal EnvironmentCallbackContext(DistributedApplicationExecutionContext executionContext, IResource resource, CancellationToken cancellationToken)
    {
        ExecutionContext = executionContext;
        Resource = resource;
        CancellationToken = cancellationToken;
    }

    /// <summary>Variables so far: strings and values.</summary>
    public Dictionary<string, object> EnvironmentVariables { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether the application runs or is published.</summary>
    public DistributedApplicationExecutionContext ExecutionContext { get; }

    /// <summary>Whose variables they are.</summary>
    public IResource Resource { get; }

    /// <summary>Ends when the application does.</summary>
    public CancellationToken CancellationToken { get; }
}

/// <summary>Arguments of a resource while they are collected.</summary>
public sealed class CommandLineArgsCallbackContext
{
    internal CommandLineArgsCallbackContext(DistributedApplicationExecutionContext executionContext, CancellationToken cancellationToken)
    {
        ExecutionContext = executionContext;
        CancellationToken = cancellationToken;
    }

    /// <summary>Arguments so far: strings and values.</summary>
    public IList<object> Args { get; } = [];

    /// <summary>Whether the application runs or is published.</summary>
    public DistributedApplicationExecutionContext ExecutionContext { get; }

    /// <summary>Ends when the application does.</summary>
    public CancellationToken CancellationToken { get; }
}
