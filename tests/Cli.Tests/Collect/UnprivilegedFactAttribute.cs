using System.Diagnostics;
using DynamoAspire.Testing;

namespace DynamoAspire.Cli.Tests.Collect;

/// <summary>A test that runs the command line as somebody who may do nothing; skipped, with the reason, where that cannot be done.</summary>
public sealed class UnprivilegedFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> s_problem = new(Find);

    /// <summary>Tries it.</summary>
    public UnprivilegedFactAttribute() => Skip = s_problem.Value;

    private static string? Find()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            return "Only root on Linux can start a process as another user.";
        }

        try
        {
            var start = new ProcessStartInfo("setpriv", ["--reuid", "65534", "--regid", "65534", "--clear-groups", "test", "-r", RepositoryPaths.Assembly("Cli", "dynamo-aspire")]);
            using var attempt = Process.Start(start)!;
            attempt.WaitForExit();
            return attempt.ExitCode == 0 ? null : "The checkout cannot be read by other users, so none can run the program.";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "setpriv (util-linux) is not installed.";
        }
    }
}
