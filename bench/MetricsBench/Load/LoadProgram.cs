using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using DynamoAspire.Testing;

namespace DynamoAspire.MetricsBench.Load;

/// <summary>
/// The aggregator as it runs (its own process, Release), scraping 64 targets of 2 500 samples over real sockets and scraped itself once a second. Processor time is the kernel's count for
/// that process (user and system), memory its resident set; targets and scraper are other processes.
/// </summary>
internal static class LoadProgram
{
    private const int Targets = 64;
    private const int Samples = 2_500;
    private const double CoreBar = 0.5;
    private const double MemoryBar = 250;

    internal static BenchProgram Program { get; } = new("load", "the aggregator with 64 targets of 2 500 samples, scraped each second  [--seconds N] [--rounds N]", RunAsync);

    private static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is ["--farm", var targets, var samples])
        {
            return await TargetFarm.RunAsync(int.Parse(targets, CultureInfo.InvariantCulture), int.Parse(samples, CultureInfo.InvariantCulture));
        }

        var seconds = Option(arguments, "--seconds", 20);
        var rounds = Option(arguments, "--rounds", 3);
        var service = Path.Combine(RepositoryPaths.Root, "src", "MetricsAggregator", "bin", "Release", "net10.0", "DynamoAspire.MetricsAggregator.dll");
        if (!File.Exists(service))
        {
            Console.Error.WriteLine("The aggregator is not built: dotnet build -c Release src/MetricsAggregator");
            return 2;
        }

        using var farm = Start([typeof(LoadProgram).Assembly.Location, "load", "--farm", Targets.ToString(CultureInfo.InvariantCulture), Samples.ToString(CultureInfo.InvariantCulture)]);
        using var aggregator = await StartAggregatorAsync(farm, service);
        try
        {
            Console.WriteLine($"{Environment.ProcessorCount} processors {RuntimeInformation.ProcessArchitecture}, {RuntimeInformation.FrameworkDescription}; {Targets} targets x {Samples} samples, {rounds} rounds of {seconds} s; median (min … max)");
            return await MeasureAsync(aggregator, seconds, rounds) ? 0 : 1;
        }
        finally
        {
            Stop(aggregator.Process);
            Stop(farm);
        }
    }

    private static async Task<bool> MeasureAsync(Aggregator aggregator, int seconds, int rounds)
    {
        using var client = new HttpClient { BaseAddress = aggregator.Address };
        var body = new byte[64 * 1024];

        // The first scrapes pay for the just-in-time compiler and for learning every series once.
        for (var i = 0; i < 8; i++)
        {
            await ScrapeAsync(client, body);
            await Task.Delay(TimeSpan.FromSeconds(1));
        }

        var (cores, memory, times) = (new List<double>(), new List<double>(), new List<double>());
        var (lines, bytes) = (0L, 0L);
        for (var round = 0; round < rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            aggregator.Process.Refresh();
            var before = aggregator.Process.TotalProcessorTime;
            for (var second = 0; second < seconds; second++)
            {
                var scrape = Stopwatch.StartNew();
                (lines, bytes) = await ScrapeAsync(client, body);
                times.Add(scrape.Elapsed.TotalMilliseconds);
                aggregator.Process.Refresh();
                memory.Add(aggregator.Process.WorkingSet64 / 1048576.0);
                var due = TimeSpan.FromSeconds(second + 1) - watch.Elapsed;
                if (due > TimeSpan.Zero)
                {
                    await Task.Delay(due);
                }
            }

            aggregator.Process.Refresh();
            cores.Add((aggregator.Process.TotalProcessorTime - before) / watch.Elapsed);
        }

        if (lines < Targets * Samples)
        {
            Console.Error.WriteLine($"Only {lines} samples came out of {Targets * Samples}: the measurement is void.");
            return false;
        }

        var (core, resident) = (Spread.Of(cores), Spread.Of(memory));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"each scrape gives {lines} samples, {bytes / 1048576.0:0.0} MiB, in {Spread.Of(times).ToText("0")} ms"));
        Console.WriteLine($"| measure | value | bar | |");
        Console.WriteLine($"|---|---|---|---|");
        Console.WriteLine($"| cores | {core.ToText("0.000")} | ≤ {CoreBar} | {Word(core.Minimum <= CoreBar)} |");
        Console.WriteLine($"| resident set, MiB | {resident.ToText("0")} | ≤ {MemoryBar} | {Word(resident.Maximum <= MemoryBar)} |");
        return core.Minimum <= CoreBar && resident.Maximum <= MemoryBar;
    }

    private static string Word(bool met) => met ? "met" : "missed";

    /// <summary>Reads the whole answer and counts lines that are samples.</summary>
    private static async Task<(long Lines, long Bytes)> ScrapeAsync(HttpClient client, byte[] buffer)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Accept.ParseAdd("text/plain;version=0.0.4");
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        await using var stream = await response.Content.ReadAsStreamAsync();
        var (lines, bytes, atStart) = (0L, 0L, true);
        while (await stream.ReadAsync(buffer) is > 0 and var read)
        {
            bytes += read;
            foreach (var b in buffer.AsSpan(0, read))
            {
                lines += atStart && b != '#' ? 1 : 0;
                atStart = b == '\n';
            }
        }

        return (lines, bytes);
    }

    private static async Task<Aggregator> StartAggregatorAsync(Process farm, string service)
    {
        var ports = (await farm.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The targets did not start.")).Split(' ');
        var address = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        var process = Start(
        [
            service, $"--urls={address}", "--Logging:LogLevel:Default=Error", "--Aggregator:Scrapes:0:Name=targets", $"--ConnectionStrings:nats=nats://127.0.0.1:{FreePort.Next()}",
            .. ports.Select((p, i) => $"--Aggregator:Scrapes:0:Urls:{i}=http://127.0.0.1:{p}/metrics"),
        ]);
        using var client = new HttpClient { BaseAddress = address };
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var response = await client.GetAsync(new Uri("/alive", UriKind.Relative));
                if (response.StatusCode == HttpStatusCode.OK)
                {
                    return new Aggregator(process, address);
                }
            }
            catch (HttpRequestException e) when (attempt < 100 && e.InnerException is SocketException)
            {
            }

            await Task.Delay(200);
        }
    }

    private static Process Start(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
    }

    private static void Stop(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }
    }

    private static int Option(string[] arguments, string name, int otherwise) =>
        Array.IndexOf(arguments, name) is >= 0 and var at && at + 1 < arguments.Length ? int.Parse(arguments[at + 1], CultureInfo.InvariantCulture) : otherwise;

    private sealed record Aggregator(Process Process, Uri Address) : IDisposable
    {
        public void Dispose() => Process.Dispose();
    }
}
