using System.Diagnostics;

namespace DynamoAspire.Testing;

/// <summary>Runs a command on a machine from which one program seems to be missing: in a mount namespace of its own that covers the program's files. Linux only.</summary>
public static class HiddenProgram
{
    private static readonly Lazy<(IReadOnlyList<string> Prefix, string? Problem)> s_unshare = new(FindUnshare);

    /// <summary>Why it cannot be done on this machine; null where it can.</summary>
    public static string? Problem => s_unshare.Value.Problem;

    /// <summary>The command line that runs a command without the program. The command keeps the process id, so that signals reach it.</summary>
    /// <param name="program">Name of the program.</param>
    /// <param name="command">Command and arguments.</param>
    public static IReadOnlyList<string> Hide(string program, IReadOnlyList<string> command)
    {
        const string Cover = "program=$1; shift; IFS=:; for folder in $PATH:/usr/local/sbin:/usr/sbin:/sbin; do if [ -x \"$folder/$program\" ]; then mount --bind /dev/null \"$folder/$program\" || exit 70; fi; done; exec \"$@\"";
        return [.. s_unshare.Value.Prefix, "sh", "-c", Cover, "sh", program, .. command];
    }

    private static (IReadOnlyList<string> Prefix, string? Problem) FindUnshare()
    {
        // Root needs no user namespace; somebody else gets one only where the kernel's settings allow it.
        string[][] candidates = [["unshare", "--mount"], ["unshare", "--map-root-user", "--mount"]];
        foreach (var candidate in candidates)
        {
            try
            {
                var start = new ProcessStartInfo(candidate[0], [.. candidate.Skip(1), "mount", "--bind", "/dev/null", "/etc/hostname"]) { RedirectStandardError = true };
                using var attempt = Process.Start(start)!;
                attempt.WaitForExit();
                if (attempt.ExitCode == 0)
                {
                    return (candidate, null);
                }
            }
            catch (System.ComponentModel.Win32Exception)
            {
                // No such command here.
            }
        }

        return ([], "A program can be hidden from a test only where it may make a mount namespace (Linux, as root or with user namespaces allowed).");
    }
}

/// <summary>A test that hides a program; skipped, with the reason, where that cannot be done.</summary>
public sealed class HiddenProgramFactAttribute : Xunit.FactAttribute
{
    /// <summary>Tries it.</summary>
    public HiddenProgramFactAttribute() => Skip = HiddenProgram.Problem;
}
