namespace DynamoAspire.Cli;

/// <summary>Exit codes of all commands; each command's help names those it uses.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    internal const int Ok = 0;

    /// <summary>The input was read and is not as it should be.</summary>
    internal const int Invalid = 1;

    /// <summary>The input cannot be read.</summary>
    internal const int Unreadable = 2;

    /// <summary>The command line is wrong (EX_USAGE).</summary>
    internal const int Usage = 64;

    /// <summary>An error nobody foresaw (EX_SOFTWARE).</summary>
    internal const int Failure = 70;
}
