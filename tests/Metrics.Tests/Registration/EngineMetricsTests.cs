using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Multiprocess.Writing;
using DynamoAspire.Metrics.Registration;
using DynamoAspire.Metrics.Registry;
using DynamoAspire.Testing;

namespace DynamoAspire.Metrics.Tests.Registration;

public sealed class EngineMetricsTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Collect_DirectoryFilledAndEmptiedLater_FollowsAndTells()
    {
        var clock = new FakeClock();
        var memory = new MetricRegistry("engine");
        memory.Counter("vllm:a_total", "A.").Inc();
        var source = new EngineMetrics(EngineMetricsOptions.Default with { Directory = _folder.Path, TimeProvider = clock }, memory);
        var cases = new List<EngineMetricsCase>();
        source.CaseChanged += s => cases.Add(s.Case);

        source.Refresh();
        clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(TimeSpan.FromSeconds(30), source.WithoutFiles);
        Write("vllm:a", 5);
        Assert.Equal("# HELP vllm:a_total A.\n# TYPE vllm:a_total counter\nvllm:a_total 5.0\n", ExpositionText.Of(source));
        Assert.Null(source.WithoutFiles);
        Assert.Equal(1, source.ShadowedSamples);
        Directory.Delete(_folder.Path, recursive: true);
        Assert.Equal("# HELP vllm:a_total A.\n# TYPE vllm:a_total counter\nvllm:a_total 1.0\n", ExpositionText.Of(source));

        Assert.Equal([EngineMetricsCase.DirectoryEmpty, EngineMetricsCase.FilesAndMemory, EngineMetricsCase.DirectoryMissing], cases);
        Assert.Equal(TimeSpan.Zero, source.WithoutFiles);
    }

    [Fact]
    public void Collect_TypesClash_KeepsTheFilesAndNamesIt()
    {
        var memory = new MetricRegistry("engine");
        memory.Gauge("vllm:a", "A.").Set(1);
        Write("vllm:a", 5);
        var source = new EngineMetrics(EngineMetricsOptions.Default with { Directory = _folder.Path }, memory);

        Assert.Equal("# HELP vllm:a_total A.\n# TYPE vllm:a_total counter\nvllm:a_total 5.0\n", ExpositionText.Of(source));
        Assert.Equal(EngineMetricsCase.FilesAndMemory, source.Case);
    }

    [Theory]
    [InlineData("vllm:x", true)]
    [InlineData("lmcache:x", true)]
    [InlineData("dynamo_component:x", true)]
    [InlineData("dynamo_component_x", true)]
    [InlineData("dynamo_frontend_x", false)]
    [InlineData("vllm_x", false)]
    [InlineData("sglang:x", false)]
    [InlineData("vllm", false)]
    public void Prefixes_Default_TakeTheEngineAndItsComponent(string name, bool taken) => Assert.Equal(taken, IsTaken(EngineMetricsOptions.Default, name));

    [Theory]
    [InlineData("vllm:request_x", false)]
    [InlineData("vllm:x", true)]
    [InlineData("sglang:x", true)]
    [InlineData("lmcache:x", false)]
    public void Prefixes_Configured_ExcludeWins(string name, bool taken) =>
        Assert.Equal(taken, IsTaken(EngineMetricsOptions.Default with { Prefixes = ["vllm:", "sglang:"], Exclude = ["vllm:request_"] }, name));

    [Fact]
    public void Prefixes_Empty_TakeAllButTheExcluded()
    {
        Assert.True(IsTaken(EngineMetricsOptions.Default with { Prefixes = [] }, "anything"));
        Assert.False(IsTaken(EngineMetricsOptions.Default with { Prefixes = [], Exclude = ["any"] }, "anything"));
        Assert.Throws<ArgumentException>(() => IsTaken(EngineMetricsOptions.Default with { Prefixes = [""] }, "anything"));
    }

    [Fact]
    public void AddPrefix_NamesThatLackIt_GetIt()
    {
        var memory = new MetricRegistry("engine");
        memory.Counter("requests_total", "R.").Inc();
        memory.Gauge("trtllm_queue", "Q.").Set(2);
        memory.Histogram("latency", "L.", [1], ("k", "v")).Observe(0.5);
        var source = new EngineMetrics(EngineMetricsOptions.Default with { Prefixes = [], AddPrefix = "trtllm_" }, memory);

        Assert.Equal(
            """
            # HELP trtllm_latency L.
            # TYPE trtllm_latency histogram
            trtllm_latency_bucket{k="v",le="1.0"} 1.0
            trtllm_latency_bucket{k="v",le="+Inf"} 1.0
            trtllm_latency_sum{k="v"} 0.5
            trtllm_latency_count{k="v"} 1.0
            # HELP trtllm_requests_total R.
            # TYPE trtllm_requests_total counter
            trtllm_requests_total 1.0
            # HELP trtllm_queue Q.
            # TYPE trtllm_queue gauge
            trtllm_queue 2.0

            """,
            ExpositionText.Of(source));
    }

    [Fact]
    public void AddPrefix_ReplacingTheMatchedOne_IsWhatOlderReleasesPrint()
    {
        var memory = new MetricRegistry("engine");
        memory.Counter("vllm:requests_total", "R.").Inc();
        var source = new EngineMetrics(EngineMetricsOptions.Default with { AddPrefix = "dynamo_engine_", ReplaceMatchedPrefix = true }, memory);

        Assert.Contains("\ndynamo_engine_requests_total 1.0\n", ExpositionText.Of(source), StringComparison.Ordinal);
    }

    [Fact]
    public void AddPrefix_MakingTwoNamesOne_StillReportsOneFamily()
    {
        var memory = new MetricRegistry("engine");
        memory.Gauge("x", "X.").Set(1);
        memory.Gauge("p_x", "X.").Set(2);
        var source = new EngineMetrics(EngineMetricsOptions.Default with { Prefixes = [], AddPrefix = "p_" }, memory);

        Assert.Single(ExpositionText.Of(source).Split('\n'), l => l.StartsWith("# TYPE", StringComparison.Ordinal));
    }

    [Fact]
    public void Labels_Precedence_IsSeriesThenAutomaticThenCustom()
    {
        var memory = new MetricRegistry("engine");
        memory.Gauge("vllm:a", "A.", ("model", "of \"series\"\\")).Set(1);
        memory.Gauge("vllm:b", "B.").Set(1);
        var source = new EngineMetrics(
            EngineMetricsOptions.Default with
            {
                AutoLabels = [("model", "automatic"), ("worker_id", "ff")],
                Labels = [("worker_id", "custom"), ("zone", "eu\n")],
            },
            memory);

        var text = ExpositionText.Of(source);
        Assert.Contains("vllm:a{model=\"of \\\"series\\\"\\\\\",worker_id=\"ff\",zone=\"eu\\n\"} 1.0\n", text, StringComparison.Ordinal);
        Assert.Contains("vllm:b{model=\"automatic\",worker_id=\"ff\",zone=\"eu\\n\"} 1.0\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("le")]
    [InlineData("quantile")]
    [InlineData("a-b")]
    [InlineData("__a")]
    public void Labels_ThatCannotBeInjected_AreRefused(string name)
    {
        Assert.Contains($"'{name}'", Assert.Throws<ArgumentException>(() => new EngineMetrics(EngineMetricsOptions.Default with { Labels = [(name, "1")] }, null)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new EngineMetrics(EngineMetricsOptions.Default with { AutoLabels = [(name, "1")] }, null));
        Assert.Throws<ArgumentException>(() => new EngineMetrics(EngineMetricsOptions.Default with { AddPrefix = "1-" }, null));
        Assert.Throws<ArgumentException>(() => new EngineMetrics(EngineMetricsOptions.Default with { Labels = [("a", "1"), ("a", "2")] }, null));
    }

    [Fact]
    public void Register_DefaultDirectory_IsTheEnvironments()
    {
        // Nothing else in this process reads the variable.
        var before = Environment.GetEnvironmentVariable(MultiprocessVariable.Name);
        try
        {
            Write("vllm:a", 5);
            Environment.SetEnvironmentVariable(MultiprocessVariable.Name, _folder.Path);
            var registry = new MetricRegistry("worker");
            var source = registry.RegisterEngineMetricsCallback(["vllm:"], exclude: ["vllm:b"], addPrefix: "p_", labels: [("l", "1")]);
            Assert.Equal(EngineMetricsCase.FilesOnly, source.Case);
            Assert.Equal("# HELP p_vllm:a_total A.\n# TYPE p_vllm:a_total counter\np_vllm:a_total{l=\"1\"} 5.0\n", ExpositionText.Of(registry));
        }
        finally
        {
            Environment.SetEnvironmentVariable(MultiprocessVariable.Name, before);
        }
    }

    [Fact]
    public void Collect_Warm_AllocatesNothingOfItsOwn()
    {
        var memory = new MetricRegistry("engine");
        var vector = memory.CounterVector("vllm:a_total", "A.", "i");
        for (var i = 0; i < 100; i++)
        {
            vector.With($"{i}").Inc();
        }

        var registry = new MetricRegistry("worker");
        registry.Gauge("own", "Own.");
        registry.RegisterEngineMetricsCallback(EngineMetricsOptions.Default with { AddPrefix = "p_", Labels = [("l", "1")] }, memory);
        var snapshot = new MetricSnapshot();

        Assert.Equal(0, Allocations.InSteadyState(() => registry.Collect(snapshot)));
        Assert.Equal(101, snapshot.SampleCount);
    }

    private static bool IsTaken(EngineMetricsOptions options, string name)
    {
        var memory = new MetricRegistry("engine");
        memory.Gauge(name, "help");
        return ExpositionText.Of(new EngineMetrics(options, memory)).Length > 0;
    }

    private void Write(string counter, int count)
    {
        using var writer = new MultiprocessWriter(_folder.Path, new MultiprocessWriterOptions { Identifier = "1" });
        writer.Counter(counter, "A.").With().Inc(count);
    }
}
