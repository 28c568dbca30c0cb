using System.Buffers;
using System.Text;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Parsing;
using DynamoAspire.Metrics.Writing;
using DynamoAspire.Testing;

namespace DynamoAspire.Integration.Tests.Exposition;

/// <summary>A real Prometheus scrapes what we write of every fixture, in both formats, and stores each sample with its value.</summary>
/// <remarks>
/// What the counts mean: a series that stands twice in a body is left out by our loader already, so Prometheus sees each once, and its own count of duplicates plays no part.
/// A NaN of a body is stored as an ordinary NaN and counts as a series; only Prometheus itself marks series as stale, by a NaN of other bits, when they are gone.
/// </remarks>
[Trait("Category", "Integration")]
public sealed class PrometheusIngestsTests
{
    private const string Broken = "/broken/text";

    // What Prometheus adds to each target by itself.
    private static readonly string[] s_reports = ["scrape_duration_seconds", "scrape_samples_post_metric_relabeling", "scrape_samples_scraped", "scrape_series_added", "up"];

    [ProgramFact("prometheus")]
    public async Task EveryFixture_InBothFormats_IsIngestedWholeAndToTheLastBit()
    {
        var pages = Pages();
        Assert.True(pages.Count >= 60, $"only {pages.Count} pages");
        await using var server = new FixtureServer(new Dictionary<string, (string, byte[])>(pages)
        {
            // A scrape that fails has to be seen to fail, or the others prove nothing.
            [Broken] = (ExpositionContentType.Text, "good 1\nbad{ 1\n"u8.ToArray()),
        });
        await using var prometheus = new PrometheusServer(server.Port, [.. pages.Keys, Broken]);
        await Eventually.TrueAsync(
            "every target has been scraped",
            async () => (await prometheus.QueryAsync("scrape_samples_scraped")).Count == pages.Count + 1,
            TimeSpan.FromSeconds(20),
            () => prometheus.Output);

        var down = (await prometheus.QueryAsync("up == 0")).Select(s => s.Job);
        Assert.Equal([Broken], down);
        var scraped = (await prometheus.QueryAsync("scrape_samples_scraped")).ToDictionary(s => s.Job, s => s.Value);
        var counted = (await prometheus.QueryAsync($"count by (job) ({{job!=\"\", __name__!~\"{string.Join('|', s_reports)}\"}})")).ToDictionary(s => s.Job, s => s.Value);
        foreach (var (path, (contentType, body)) in pages)
        {
            var written = Samples(body, contentType == ExpositionContentType.OpenMetrics ? ExpositionFormat.OpenMetrics : ExpositionFormat.Text);
            Assert.True(written.Count == scraped[path], $"{path}: {written.Count} samples written, {scraped[path]} scraped");
            Assert.True(written.Count == counted.GetValueOrDefault(path), $"{path}: {written.Count} samples written, {counted.GetValueOrDefault(path)} stored");
            var stored = (await prometheus.QueryAsync($"{{job=\"{path}\"}}")).Where(s => !s_reports.Contains(s.Name)).Select(s => (s.Name, s.Value)).Order().ToList();
            Assert.True(written.SequenceEqual(stored), $"{path}: first difference {written.Zip(stored).FirstOrDefault(p => p.First != p.Second)}");
        }
    }

    /// <summary>Path → content type and body, for each fixture in each format.</summary>
    private static Dictionary<string, (string ContentType, byte[] Body)> Pages()
    {
        var pages = new Dictionary<string, (string, byte[])>(StringComparer.Ordinal);
        var files = Directory.GetFiles(Path.Combine(RepositoryPaths.Fixtures, "multiproc"), "expected.txt", SearchOption.AllDirectories)
            .Select(f => (Name: new FileInfo(f).Directory!.Name, File: f))
            .Concat(Directory.GetFiles(Path.Combine(RepositoryPaths.Fixtures, "vllm-metrics"), "*.txt").Select(f => (Name: Path.GetFileNameWithoutExtension(f), File: f)));
        foreach (var (name, file) in files)
        {
            var snapshot = new MetricSnapshot();
            var result = new ExpositionLoader().Load(File.ReadAllBytes(file), ExpositionFormat.Text, snapshot);
            Assert.True(result.Samples > 0, $"{file}: {result.Error}");
            pages[$"/{name}/text"] = (ExpositionContentType.Text, Written(snapshot, ExpositionFormat.Text));
            pages[$"/{name}/openmetrics"] = (ExpositionContentType.OpenMetrics, Written(snapshot, ExpositionFormat.OpenMetrics));
        }

        return pages;
    }

    private static byte[] Written(MetricSnapshot snapshot, ExpositionFormat format)
    {
        var output = new ArrayBufferWriter<byte>();
        ExpositionWriter.Write(snapshot, format, output);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Name and value of each sample of a body, in order.</summary>
    private static List<(string Name, double Value)> Samples(byte[] body, ExpositionFormat format)
    {
        var samples = new List<(string, double)>();
        var reader = new ExpositionReader(body, format, strict: true);
        while (reader.Read())
        {
            Assert.True(reader.Item != ExpositionItem.Error, reader.Error.ToString());
            if (reader.Item == ExpositionItem.Sample)
            {
                samples.Add((Encoding.UTF8.GetString(reader.Name), reader.Value));
            }
        }

        samples.Sort();
        return samples;
    }
}
