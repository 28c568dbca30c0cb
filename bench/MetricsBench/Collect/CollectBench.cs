using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Multiprocess;
using DynamoAspire.Metrics.Writing;
using DynamoAspire.Testing;

namespace DynamoAspire.MetricsBench.Collect;

/// <summary>
/// Collecting a multiprocess directory and writing it as text, beside the Python collector on the very same directories. Cold is a fresh collector object, with JIT and page cache
/// warm; warm is the next collection of the same object.
/// </summary>
internal static class CollectBench
{
    private const string InProcess = "--process";
    private const string PeakOf = "--peak";

    internal static BenchProgram Program { get; } = new("collect", "multiprocess directories against the Python collector  [--rounds N] [--case 2000|20000|files] [--slack N]", RunAsync);

    private static readonly Case[] s_cases =
    [
        new("2000", "64 processes x 2 000 samples", 64, 2_000, ColdBar: 50, WarmBar: 100),
        new("20000", "64 processes x 20 000 samples", 64, 20_000, ColdBar: 50, WarmBar: 120, PeakBar: 150),
        new("files", "6 000 files of 2 000 dead writers (370 samples each, as a vLLM server has)", 2_000, 370, ColdBar: 50, WarmBar: 100),
    ];

    private static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is [InProcess, var directory])
        {
            return Print(directory);
        }

        if (arguments is [PeakOf, var other])
        {
            return PrintPeak(other);
        }

        var slack = Slack.Of(arguments) ?? 1;
        if (!TryParse(Slack.Without(arguments), out var rounds, out var only))
        {
            Console.Error.WriteLine("usage: collect [--rounds N] [--case 2000|20000|files] [--slack N]");
            return 2;
        }

        var hasTimestamps = await PythonCollector.HasTimestampsAsync();
        Console.WriteLine($"{Environment.ProcessorCount} processors {RuntimeInformation.ProcessArchitecture}, {RuntimeInformation.FrameworkDescription}, {await PythonCollector.VersionAsync()}, {rounds} rounds; median (min … max)");
        var met = true;
        foreach (var @case in s_cases.Where(c => only is null || c.Name == only))
        {
            met &= await MeasureAsync(@case with { ColdBar = @case.ColdBar / slack, WarmBar = @case.WarmBar / slack }, rounds, hasTimestamps);
        }

        return met ? 0 : 1;
    }

    private static async Task<bool> MeasureAsync(Case @case, int rounds, bool hasTimestamps)
    {
        using var folder = new TemporaryDirectory();
        var path = folder.Combine("prom");
        DirectoryGenerator.Make(path, @case.Processes, @case.Samples, hasTimestamps);
        var output = new ArrayBufferWriter<byte>();
        WarmUp(path, output);

        var text = Encoding.UTF8.GetString(output.WrittenSpan);
        var expected = folder.Combine("python.txt");
        List<double> python = [await PythonCollector.MeasureAsync(path, expected)];
        if (!PythonCollector.Same(text, await File.ReadAllTextAsync(expected)))
        {
            Console.WriteLine($"{@case.Title}: the output differs from Python's; the figures would mean nothing.");
            return false;
        }

        List<double> cold = [];
        List<double> warm = [];
        List<double> process = [];
        List<double> allocated = [];
        for (var round = 0; round < rounds; round++)
        {
            if (round > 0)
            {
                python.Add(await PythonCollector.MeasureAsync(path));
            }

            GC.Collect();
            var snapshot = new MetricSnapshot();
            var watch = Stopwatch.StartNew();
            var directory = new MultiprocessDirectory(path);
            Collect(directory, snapshot, output);
            cold.Add(watch.Elapsed.TotalSeconds);
            Collect(directory, snapshot, output);
            for (var i = 0; i < 3; i++)
            {
                var before = GC.GetTotalAllocatedBytes(precise: true);
                watch.Restart();
                Collect(directory, snapshot, output);
                warm.Add(watch.Elapsed.TotalSeconds);
                allocated.Add(GC.GetTotalAllocatedBytes(precise: true) - before);
            }

            directory.CloseFiles();
            process.Add(await ProcessSecondsAsync(path));
        }

        return await ReportAsync(@case, path, output.WrittenCount, Spread.Of(python), Spread.Of(cold), Spread.Of(warm), Spread.Of(process), Spread.Of(allocated));
    }

    private static async Task<bool> ReportAsync(Case @case, string path, int bytes, Spread python, Spread cold, Spread warm, Spread process, Spread allocated)
    {
        Console.WriteLine();
        Console.WriteLine($"{@case.Title}: {Directory.GetFiles(path).Length} files, {Directory.GetFiles(path).Sum(f => new FileInfo(f).Length) >> 20} MiB, text of {bytes} bytes");
        Console.WriteLine($"  Python          {Milliseconds(python)} ms");
        var met = Line("cold", cold, python, @case.ColdBar) & Line("warm", warm, python, @case.WarmBar);
        Console.WriteLine($"  whole process   {Milliseconds(process)} ms (start of the runtime included)");
        var small = allocated.Minimum < 1024;
        Console.WriteLine($"  warm allocates  {allocated.ToText("0")} B  bar < 1024  {Verdict(small)}");
        met &= small;
        if (@case.PeakBar is { } peakBar)
        {
            var peak = double.Parse((await ChildAsync(PeakOf, path)).Trim(), CultureInfo.InvariantCulture) / 1024;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  peak RSS        {peak:0} MiB  bar <= {peakBar}  {Verdict(peak <= peakBar)}"));
            met &= peak <= peakBar;
        }

        return met;
    }

    /// <summary>The ratio of the medians, and of our best run to Python's best: the latter must meet the bar.</summary>
    private static bool Line(string name, Spread ours, Spread python, double bar)
    {
        var best = python.Minimum / ours.Minimum;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {name}            {Milliseconds(ours)} ms  {python.Median / ours.Median:0}x (best against best {best:0}x)  bar >= {bar}x  {Verdict(best >= bar)}"));
        return best >= bar;
    }

    private static string Milliseconds(Spread seconds) => new Spread(seconds.Minimum * 1000, seconds.Median * 1000, seconds.Maximum * 1000).ToText("0.00");

    private static string Verdict(bool met) => met ? "met" : "MISSED";

    private static void WarmUp(string path, ArrayBufferWriter<byte> output)
    {
        // Tiered compilation takes some rounds and some time in the background.
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 4 || watch.Elapsed < TimeSpan.FromSeconds(1.5); i++)
        {
            var directory = new MultiprocessDirectory(path);
            var snapshot = new MetricSnapshot();
            Collect(directory, snapshot, output);
            for (var j = 0; j < 4; j++)
            {
                Collect(directory, snapshot, output);
            }

            directory.CloseFiles();
        }
    }

    private static void Collect(MultiprocessDirectory directory, MetricSnapshot snapshot, ArrayBufferWriter<byte> output)
    {
        output.ResetWrittenCount();
        directory.Collect(snapshot);
        ExpositionWriter.Write(snapshot, ExpositionFormat.Text, output);
    }

    private static async Task<double> ProcessSecondsAsync(string path)
    {
        var watch = Stopwatch.StartNew();
        await ChildAsync(InProcess, path);
        return watch.Elapsed.TotalSeconds;
    }

    private static async Task<string> ChildAsync(string mode, string path)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(CollectBench).Assembly.Location);
        }

        start.ArgumentList.Add("collect");
        start.ArgumentList.Add(mode);
        start.ArgumentList.Add(path);
        using var child = Process.Start(start)!;
        var text = await child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();
        return child.ExitCode == 0 ? text : throw new InvalidOperationException($"The child process ended with {child.ExitCode}.");
    }

    private static int Print(string path)
    {
        var output = new ArrayBufferWriter<byte>();
        Collect(new MultiprocessDirectory(path), new MetricSnapshot(), output);
        using var stream = Console.OpenStandardOutput();
        stream.Write(output.WrittenSpan);
        return 0;
    }

    /// <summary>Peak resident memory, in KiB, of a process that collects once cold and then ten times warm.</summary>
    private static int PrintPeak(string path)
    {
        var output = new ArrayBufferWriter<byte>();
        var directory = new MultiprocessDirectory(path);
        var snapshot = new MetricSnapshot();
        for (var i = 0; i <= 10; i++)
        {
            Collect(directory, snapshot, output);
        }

        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        Console.WriteLine(line["VmHWM:".Length..].Replace("kB", "", StringComparison.Ordinal).Trim());
        return 0;
    }

    private static bool TryParse(string[] arguments, out int rounds, out string? only)
    {
        rounds = 5;
        only = null;
        for (var i = 0; i < arguments.Length; i += 2)
        {
            if (i + 1 == arguments.Length)
            {
                return false;
            }

            switch (arguments[i])
            {
                case "--rounds" when int.TryParse(arguments[i + 1], CultureInfo.InvariantCulture, out rounds) && rounds > 0:
                    break;
                case "--case" when s_cases.Any(c => c.Name == arguments[i + 1]):
                    only = arguments[i + 1];
                    break;
                default:
                    return false;
            }
        }

        return true;
    }

    private sealed record Case(string Name, string Title, int Processes, int Samples, double ColdBar, double WarmBar, double? PeakBar = null);
}
