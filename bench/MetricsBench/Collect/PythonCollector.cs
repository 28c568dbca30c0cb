using System.Globalization;
using System.Text.RegularExpressions;
using DynamoAspire.Testing;

namespace DynamoAspire.MetricsBench.Collect;

/// <summary>The yardstick: prometheus_client's own collector and text writer, in a process of their own that times them.</summary>
internal static partial class PythonCollector
{
    // Files in the order of their names, as we take them, so that sums of doubles come out with the same digits.
    private const string Script =
        """
        import glob, sys, time
        from prometheus_client import CollectorRegistry, generate_latest
        from prometheus_client.multiprocess import MultiProcessCollector
        original = glob.glob
        glob.glob = lambda *a, **k: sorted(original(*a, **k))
        registry = CollectorRegistry()
        MultiProcessCollector(registry, sys.argv[1])
        start = time.perf_counter()
        text = generate_latest(registry)
        print(time.perf_counter() - start)
        if len(sys.argv) > 2:
            open(sys.argv[2], 'wb').write(text)
        """;

    internal static Task<string> VersionAsync() => Python.RunAsync("import importlib.metadata as m, platform as p; print('prometheus_client ' + m.version('prometheus_client') + ', Python ' + p.python_version())");

    internal static async Task<bool> HasTimestampsAsync() =>
        await Python.RunAsync("import inspect, prometheus_client.mmap_dict as m; print('timestamp' in inspect.getsource(m))") == "True";

    /// <summary>Seconds of collecting and writing the text, imports not counted.</summary>
    internal static async Task<double> MeasureAsync(string directory, string? output = null) =>
        double.Parse(await Python.RunAsync(Script, output is null ? [directory] : [directory, output]), CultureInfo.InvariantCulture);

    /// <summary>Whether both texts have the same lines, without the stray zero that versions up to 0.25 put into exponents.</summary>
    internal static bool Same(string ours, string python) => Enumerable.SequenceEqual(Lines(ours), Lines(python));

    private static string[] Lines(string text) => [.. StrayZero().Replace(text, "e+$1").Split('\n').Order(StringComparer.Ordinal)];

    [GeneratedRegex(@"e\+0(\d\d)(?!\d)")]
    private static partial Regex StrayZero();
}
