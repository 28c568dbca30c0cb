using System.Globalization;
using System.Runtime.InteropServices;

namespace DynamoAspire.KvBench;

/// <summary>Options and lines that the programs share.</summary>
internal static class BenchOutput
{
    public static int Option(string[] args, string name, int fallback)
    {
        var at = Array.IndexOf(args, name);
        return at >= 0 && at + 1 < args.Length && int.TryParse(args[at + 1], CultureInfo.InvariantCulture, out var value) ? value : fallback;
    }

    public static void Hardware()
    {
        var model = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim()
            : null;
        Console.WriteLine($"{model ?? RuntimeInformation.ProcessArchitecture.ToString()}, {Environment.ProcessorCount} cores, {RuntimeInformation.FrameworkDescription}");
    }

    public static string Number(double value, string format = "0.##") => value.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>Prints a bar; false if it is missed.</summary>
    public static bool Bar(string what, double value, double bar, bool atLeast, string unit)
    {
        var met = atLeast ? value >= bar : value <= bar;
        Console.WriteLine($"{what}: {Number(value)} {unit}, bar {(atLeast ? "≥" : "≤")} {Number(bar)} {unit}: {(met ? "met" : "MISSED")}");
        return met;
    }
}
