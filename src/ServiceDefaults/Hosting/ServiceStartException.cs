namespace DynamoAspire.ServiceDefaults.Hosting;

/// <summary>A service cannot start, and the operator can do something about it: the message says what, and is printed without a stack trace.</summary>
public sealed class ServiceStartException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="message">What is wrong, and how to put it right.</param>
    /// <param name="exitCode">Exit code of the process.</param>
    /// <param name="inner">Cause, if any.</param>
    public ServiceStartException(string message, int exitCode = ServiceExitCodes.Unavailable, Exception? inner = null)
        : base(message, inner) => ExitCode = exitCode;

    /// <summary>Exit code of the process.</summary>
    public int ExitCode { get; }
}
