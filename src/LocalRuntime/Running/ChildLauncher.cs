using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace DynamoAspire.LocalRuntime.Running;

/// <summary>
/// Starts children that cannot outlive this process, whatever ends it.
/// <para>
/// On Linux each child asks the kernel for SIGKILL when its parent dies (<c>PR_SET_PDEATHSIG</c>), and moves to a session of its own, so that Ctrl+C
/// in the terminal reaches this process alone and the order of stopping is kept. Both are done between fork and exec by util-linux's setpriv and
/// setsid, because managed code cannot run there. "Parent" means the thread that forked: hence one thread that lives as long as the process.
/// A parent that dies before the request is in place would be missed, so the shell in between compares its parent's id once it is.
/// </para>
/// </summary>
internal static class ChildLauncher
{
    private static readonly BlockingCollection<(Process Process, TaskCompletionSource Started)> s_queue = [];
    private static readonly string? s_setpriv = OperatingSystem.IsLinux() ? CommandPath.Find("setpriv") : null;
    private static readonly string? s_setsid = OperatingSystem.IsLinux() ? CommandPath.Find("setsid") : null;

    static ChildLauncher()
    {
        new Thread(Work) { IsBackground = true, Name = "child launcher" }.Start();
    }

    /// <summary>Whether children die with this process even when it is killed.</summary>
    public static bool TiesChildrenToThisProcess => s_setpriv is not null && s_setsid is not null;

    /// <summary>Starts the process from the launcher's thread.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">The program cannot be started.</exception>
    public static async Task StartAsync(Process process)
    {
        Wrap(process.StartInfo);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        s_queue.Add((process, started));
        await started.Task;
    }

    private static void Wrap(ProcessStartInfo start)
    {
        if (!TiesChildrenToThisProcess)
        {
            return;
        }

        string[] wrapped =
        [
            "--pdeathsig", "KILL", "--",
            "/bin/sh", "-c", """[ "$PPID" = "$1" ] || exit 143; shift; exec "$@" """, "child",
            Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
            s_setsid!, "--", start.FileName, .. start.ArgumentList,
        ];
        start.FileName = s_setpriv!;
        start.ArgumentList.Clear();
        foreach (var argument in wrapped)
        {
            start.ArgumentList.Add(argument);
        }
    }

    private static void Work()
    {
        foreach (var (process, started) in s_queue.GetConsumingEnumerable())
        {
            try
            {
                process.Start();
                started.SetResult();
            }
            catch (Exception e)
            {
                started.SetException(e);
            }
        }
    }
}
