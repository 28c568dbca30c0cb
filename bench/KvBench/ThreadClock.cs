using System.Diagnostics;
using System.Runtime.InteropServices;

namespace DynamoAspire.KvBench;

/// <summary>
/// Processor time of the calling thread: what one core does, whatever else the machine has to do meanwhile. Wall time where the system
/// does not tell.
/// </summary>
internal static partial class ThreadClock
{
    private const int ThreadCpuTime = 3;

    public static string Name => OperatingSystem.IsLinux() ? "thread CPU time" : "wall time";

    public static double Microseconds()
    {
        if (!OperatingSystem.IsLinux() || GetTime(ThreadCpuTime, out var time) != 0)
        {
            return Stopwatch.GetTimestamp() * (1_000_000.0 / Stopwatch.Frequency);
        }

        return (time.Seconds * 1_000_000.0) + (time.Nanoseconds / 1_000.0);
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
