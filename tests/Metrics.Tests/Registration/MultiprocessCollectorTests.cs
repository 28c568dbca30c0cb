using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Multiprocess.Writing;
using DynamoAspire.Metrics.Registration;
using DynamoAspire.Metrics.Registry;
using DynamoAspire.Testing;

namespace DynamoAspire.Metrics.Tests.Registration;

public sealed class MultiprocessCollectorTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Register_FamiliesAlsoInMemory_ThrowsWithTheNamesAndRegistersNothing()
    {
        Write();
        var registry = new MetricRegistry("worker");
        registry.Counter("vllm:requests_total", "R.");
        registry.CreateChild("below").Gauge("vllm:latency_sum", "A gauge where the files' histogram has a sample.");
        registry.Gauge("vllm:fine", "F.");

        var error = Assert.Throws<DuplicateTimeseriesException>(() => MultiprocessCollector.Register(registry, _folder.Path));

        Assert.Equal(["vllm:latency_sum", "vllm:requests", "vllm:requests_created", "vllm:requests_total"], error.Duplicates);
        Assert.Equal("Duplicated timeseries in CollectorRegistry: {'vllm:latency_sum', 'vllm:requests', 'vllm:requests_created', 'vllm:requests_total'}", error.Message);
        Assert.DoesNotContain("_bucket", ExpositionText.Of(registry), StringComparison.Ordinal);
    }

    [Fact]
    public void Register_Twice_ThrowsAsTheFirstOneReportsThem()
    {
        Write();
        var registry = new MetricRegistry("worker");
        MultiprocessCollector.Register(registry, _folder.Path);

        Assert.Throws<DuplicateTimeseriesException>(() => MultiprocessCollector.Register(registry, _folder.Path));
    }

    [Fact]
    public void Register_DirectoryFilledLater_ReportsEachFamilyOnceFromTheFiles()
    {
        var registry = new MetricRegistry("worker");
        registry.Counter("vllm:requests_total", "R.").Inc(100);
        MultiprocessCollector.Register(registry, _folder.Path);
        Write();

        var text = ExpositionText.Of(registry);

        Assert.Contains("vllm:requests_total 2.0\n", text, StringComparison.Ordinal);
        Assert.Equal(2, text.Split("# TYPE").Length - 1);
        Assert.Equal(1, registry.DroppedSamples(ScrapeDropReason.Shadowed));
    }

    [Fact]
    public void Register_NoDirectory_ThrowsAsTheReferenceDoes()
    {
        var registry = new MetricRegistry("worker");
        File.WriteAllText(_folder.Combine("file"), "");

        foreach (var path in new[] { "", _folder.Combine("missing"), _folder.Combine("file") })
        {
            var error = Assert.Throws<MetricsException>(() => MultiprocessCollector.Register(registry, path));
            Assert.StartsWith("env PROMETHEUS_MULTIPROC_DIR is not set or not a directory", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(MetricType.Counter, "x,x_total,x_created")]
    [InlineData(MetricType.Gauge, "x")]
    [InlineData(MetricType.Unknown, "x")]
    [InlineData(MetricType.StateSet, "x")]
    [InlineData(MetricType.Summary, "x,x_sum,x_count,x_created")]
    [InlineData(MetricType.Histogram, "x,x_bucket,x_sum,x_count,x_created")]
    [InlineData(MetricType.GaugeHistogram, "x,x_bucket,x_gsum,x_gcount")]
    [InlineData(MetricType.Info, "x,x_info")]
    public void Names_OfAType_AreThoseOfTheReference(MetricType type, string names) =>
        Assert.Equal(names.Split(','), TimeseriesNames.Of(FamilyHeader.Create("x", type, null)));

    private void Write()
    {
        using var writer = new MultiprocessWriter(_folder.Path, new MultiprocessWriterOptions { Identifier = "1" });
        writer.Counter("vllm:requests", "R.").With().Inc(2);
        writer.Histogram("vllm:latency", "L.", [1]).With().Observe(0.5);
    }
}
