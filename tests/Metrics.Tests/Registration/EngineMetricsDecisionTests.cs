using DynamoAspire.Metrics.Multiprocess.Writing;
using DynamoAspire.Metrics.Registration;
using DynamoAspire.Metrics.Registry;
using DynamoAspire.Metrics.Writing;
using DynamoAspire.Testing;

namespace DynamoAspire.Metrics.Tests.Registration;

/// <summary>
/// The decision table: what is at the path × where memory's metrics are × the format. Whatever the row, each family has one header and the files' values win.
/// Memory counts 3 requests, the files of two processes 3 + 4.
/// </summary>
public sealed class EngineMetricsDecisionTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();

    public enum Path
    {
        Unset,
        Empty,
        OtherFamilies,
        SameFamilies,
        MissingAndMade,
        MissingAndLeft,
        CannotBeMade,
        AFile,
    }

    public static TheoryData<Path, EngineMetricsCase, int, bool, ExpositionFormat> Rows()
    {
        var rows = new TheoryData<Path, EngineMetricsCase, int, bool, ExpositionFormat>();
        foreach (var format in Enum.GetValues<ExpositionFormat>())
        {
            foreach (var inRegistry in new[] { false, true })
            {
                rows.Add(Path.Unset, EngineMetricsCase.DirectoryUnset, 3, inRegistry, format);
                rows.Add(Path.Empty, EngineMetricsCase.DirectoryEmpty, 3, inRegistry, format);
                rows.Add(Path.OtherFamilies, EngineMetricsCase.FilesOnly, 3, inRegistry, format);
                rows.Add(Path.SameFamilies, EngineMetricsCase.FilesAndMemory, 7, inRegistry, format);
                rows.Add(Path.MissingAndMade, EngineMetricsCase.DirectoryEmpty, 3, inRegistry, format);
                rows.Add(Path.MissingAndLeft, EngineMetricsCase.DirectoryMissing, 3, inRegistry, format);
                rows.Add(Path.CannotBeMade, EngineMetricsCase.DirectoryMissing, 3, inRegistry, format);
                rows.Add(Path.AFile, EngineMetricsCase.NotADirectory, 3, inRegistry, format);
            }
        }

        return rows;
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Rows))]
    public void Register_EveryRow_ReportsEachFamilyOnce(Path path, EngineMetricsCase expected, int requests, bool inRegistry, ExpositionFormat format)
    {
        var registry = new MetricRegistry("worker");
        var memory = inRegistry ? registry : new MetricRegistry("engine");
        memory.Counter("vllm:requests_total", "Requests.").Inc(3);
        memory.Gauge("vllm:only_memory", "In memory.").Set(1);
        memory.Gauge("dynamo_component_inflight", "In flight.").Set(2);
        memory.Gauge("python_info", "Not the engine's.").Set(1);

        var source = registry.RegisterEngineMetricsCallback(
            EngineMetricsOptions.Default with { Directory = Prepare(path), CreateMissingDirectory = path != Path.MissingAndLeft, Exclude = ["vllm:hidden"], Labels = [("model", "m")] },
            inRegistry ? null : memory);

        var actual = ExpositionText.Of(registry, format);
        Assert.Equal(expected, source.Case);
        Assert.Equal(path == Path.MissingAndMade, source.CreatedDirectory);
        Assert.Equal(Expected(path, requests, inRegistry, format), actual);
        Assert.Equal(actual, ExpositionText.Of(registry, format));
    }

    [Theory]
    [InlineData(Path.Unset, "PROMETHEUS_MULTIPROC_DIR is not set")]
    [InlineData(Path.Empty, "holds no file with engine metrics yet")]
    [InlineData(Path.OtherFamilies, "those of all processes")]
    [InlineData(Path.SameFamilies, "the same families of one process's memory are left out")]
    [InlineData(Path.MissingAndLeft, "does not exist")]
    [InlineData(Path.CannotBeMade, "Making it failed")]
    [InlineData(Path.AFile, "is not a directory")]
    public void Explanation_EveryCase_SaysWhatAndWhatToDo(Path path, string words)
    {
        var memory = new MetricRegistry("engine");
        memory.Counter("vllm:requests_total", "Requests.");
        var directory = Prepare(path);
        var source = new EngineMetrics(EngineMetricsOptions.Default with { Directory = directory, CreateMissingDirectory = path != Path.MissingAndLeft }, memory);
        source.Refresh();

        Assert.Contains(words, source.Explanation, StringComparison.Ordinal);
        Assert.Contains(directory ?? "PROMETHEUS_MULTIPROC_DIR", source.Explanation, StringComparison.Ordinal);
    }

    private string? Prepare(Path path)
    {
        switch (path)
        {
            case Path.Unset:
                return null;
            case Path.Empty:
                return _folder.Path;
            case Path.OtherFamilies:
                WriteFiles("vllm:tokens");
                return _folder.Path;
            case Path.SameFamilies:
                WriteFiles("vllm:requests");
                return _folder.Path;
            case Path.MissingAndMade or Path.MissingAndLeft:
                return _folder.Combine("missing", "deeper");
            default:
                File.WriteAllText(_folder.Combine("file"), "");
                return path == Path.AFile ? _folder.Combine("file") : _folder.Combine("file", "below");
        }
    }

    private void WriteFiles(string counter)
    {
        foreach (var (identifier, count) in (ReadOnlySpan<(string, int)>)[("1", 3), ("2", 4)])
        {
            using var writer = new MultiprocessWriter(_folder.Path, new MultiprocessWriterOptions { Identifier = identifier });
            writer.Counter(counter, "Requests.").With().Inc(count);
            writer.Counter("lmcache:hits", "Hits.", "model").With("own").Inc();
            writer.Counter("vllm:hidden", "Excluded.").With().Inc();
            writer.Counter("process_cpu", "Not the engine's.").With().Inc();
        }
    }

    /// <summary>Written out line by line, without any code of the library.</summary>
    private static string Expected(Path path, int requests, bool inRegistry, ExpositionFormat format)
    {
        // The registry's own families are reported as they are.
        var label = inRegistry ? "" : "{model=\"m\"}";
        var files = path is Path.OtherFamilies or Path.SameFamilies;
        var text = new List<string>();
        Add("dynamo_component_inflight", "gauge", "In flight.", label, "2.0");
        if (files)
        {
            Add("lmcache:hits", "counter", "Hits.", "{model=\"own\"}", "2.0");
        }

        if (inRegistry)
        {
            Add("python_info", "gauge", "Not the engine's.", "", "1.0");
        }

        Add("vllm:only_memory", "gauge", "In memory.", label, "1.0");
        Add("vllm:requests", "counter", "Requests.", path == Path.SameFamilies ? "{model=\"m\"}" : label, $"{requests}.0");
        if (path == Path.OtherFamilies)
        {
            Add("vllm:tokens", "counter", "Requests.", "{model=\"m\"}", "7.0");
        }

        return string.Concat(text) + (format == ExpositionFormat.OpenMetrics ? "# EOF\n" : "");

        void Add(string name, string type, string help, string labels, string value)
        {
            var sample = type == "counter" ? name + "_total" : name;
            var header = format == ExpositionFormat.OpenMetrics ? name : sample;
            text.Add($"# HELP {header} {help}\n# TYPE {header} {type}\n{sample}{labels} {value}\n");
        }
    }
}
