using DynamoAspire.Engines.Configuration;

namespace DynamoAspire.ServiceDefaults.Hosting;

/// <summary>Exit codes of the services. Those above 1 are sysexits.h's, so that a supervisor can tell "fix me" from "try again".</summary>
public static class ServiceExitCodes
{
    /// <summary>Stopped as asked.</summary>
    public const int Ok = 0;

    /// <summary>An error nobody foresaw; the log has it.</summary>
    public const int Failure = 1;

    /// <summary>Something it needs is not available: a port is taken, a native library is missing (EX_UNAVAILABLE).</summary>
    public const int Unavailable = 69;

    /// <summary>The configuration is not valid (EX_CONFIG).</summary>
    public const int ConfigurationInvalid = ConfigurationInvalidException.ExitCode;
}
