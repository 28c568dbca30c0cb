using System.Diagnostics;
using System.Globalization;
using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.ServiceDefaults.Exposition;

/// <summary>Metrics of the process under the names that all of Prometheus' clients use. File descriptors are told on Linux only.</summary>
internal static class ProcessMetrics
{
    public static void Register(MetricRegistry registry)
    {
        registry.CounterFunction("process_cpu_seconds_total", "Total user and system CPU time spent in seconds.", static () => Environment.CpuUsage.TotalTime.TotalSeconds);
        registry.GaugeFunction("process_resident_memory_bytes", "Resident memory size in bytes.", static () => Environment.WorkingSet);
        registry.GaugeFunction("process_virtual_memory_bytes", "Virtual memory size in bytes.", static () => Read(static p => p.VirtualMemorySize64));
        registry.GaugeFunction("process_threads", "Number of operating-system threads.", static () => Read(static p => p.Threads.Count));
        var started = Read(static p => new DateTimeOffset(p.StartTime.ToUniversalTime()).ToUnixTimeMilliseconds() / 1000.0);
        registry.Gauge("process_start_time_seconds", "Start time of the process since unix epoch in seconds.").Set(started);
        if (OperatingSystem.IsLinux())
        {
            registry.GaugeFunction("process_open_fds", "Number of open file descriptors.", static () => Directory.EnumerateFileSystemEntries("/proc/self/fd").Count());
            registry.Gauge("process_max_fds", "Maximum number of open file descriptors.").Set(MaxOpenFiles());
        }
    }

    private static double Read(Func<Process, double> value)
    {
        using var process = Process.GetCurrentProcess();
        return value(process);
    }

    // "Max open files            1024                 1048576              files"
    private static double MaxOpenFiles() =>
        File.ReadLines("/proc/self/limits")
            .Where(l => l.StartsWith("Max open files", StringComparison.Ordinal))
            .Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3])
            .Select(v => double.TryParse(v, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : double.PositiveInfinity)
            .FirstOrDefault(double.NaN);
}
