using System.Runtime.InteropServices;

namespace DynamoAspire.LocalRuntime.Running;

internal static partial class Native
{
    public const int SigKill = 9;
    public const int SigTerm = 15;

    /// <summary>Parent process now; changes when the parent dies.</summary>
    public static int ParentId() => OperatingSystem.IsWindows() ? 0 : GetParentId();

    /// <summary>Sends a signal; a negative id means the process group. False when there is nobody to receive it.</summary>
    public static bool Signal(int processId, int signal) => !OperatingSystem.IsWindows() && Kill(processId, signal) == 0;

    [LibraryImport("libc", EntryPoint = "getppid")]
    private static partial int GetParentId();

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);
}
