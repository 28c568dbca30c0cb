using System.Buffers;
using System.Text;
using DynamoAspire.Metrics.Merging;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Parsing;
using DynamoAspire.Metrics.Writing;
using DynamoAspire.Testing;

namespace DynamoAspire.Metrics.Tests.Parsing;

public sealed class ExpositionLoaderTests
{
    public static TheoryData<string> Scrapes =>
        [.. Directory.GetFiles(Path.Combine(RepositoryPaths.Fixtures, "vllm-metrics"), "*.txt").Select(p => Path.GetFileName(p)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Scrapes))]
    public void Load_RealScrape_IsWrittenAgainByteForByte(string name)
    {
        var body = File.ReadAllText(Path.Combine(RepositoryPaths.Fixtures, "vllm-metrics", name));
        var snapshot = new MetricSnapshot();

        var result = new ExpositionLoader(new ExpositionLoaderOptions { Strict = true }).Load(Encoding.UTF8.GetBytes(body), ExpositionFormat.Text, snapshot);

        Assert.True(result.Succeeded, result.Error.ToString());
        Assert.Equal(body, ExpositionText.Of(snapshot));
    }

    [Theory]
    [MemberData(nameof(Scrapes))]
    public void Load_OwnOpenMetrics_ReadsBackToTheSameSamples(string name)
    {
        var snapshot = new MetricSnapshot();
        new ExpositionLoader().Load(File.ReadAllBytes(Path.Combine(RepositoryPaths.Fixtures, "vllm-metrics", name)), ExpositionFormat.Text, snapshot);
        snapshot = ExpositionText.Merged(snapshot);
        var text = ExpositionText.Of(snapshot, ExpositionFormat.OpenMetrics);
        var again = new MetricSnapshot();

        var result = new ExpositionLoader(new ExpositionLoaderOptions { Strict = true }).Load(Encoding.UTF8.GetBytes(text), ExpositionFormat.OpenMetrics, again);

        Assert.True(result.Succeeded, result.Error.ToString());
        Assert.Equal(text, ExpositionText.Of(again, ExpositionFormat.OpenMetrics));
        Assert.Equal(snapshot.SampleCount, again.SampleCount);
    }

    [Fact]
    public void Load_BodiesThatStayTheSame_LetGoOfTheIndexAndKeepTheSeries()
    {
        var loader = new ExpositionLoader(new ExpositionLoaderOptions { Labels = [("job", "j")] });
        var snapshot = new MetricSnapshot();
        Series[] Load(string body)
        {
            loader.Load(Encoding.UTF8.GetBytes(body), ExpositionFormat.Text, snapshot);
            return [.. Enumerable.Range(0, snapshot.FamilyCount).SelectMany(i => snapshot[i].Samples.ToArray()).Select(s => s.Series)];
        }

        var first = Load("# TYPE a gauge\na{b=\"1\"} 1\na{b=\"2\"} 2\n");
        for (var i = 0; i < 3; i++)
        {
            Assert.False(loader.IsSettled);
            Load($"# TYPE a gauge\na{{b=\"1\"}} {i}\na{{b=\"2\"}} {i}\n");
        }

        Assert.True(loader.IsSettled);
        Assert.True(loader.ReleasedBytes > 0);

        // What comes between, in another spelling too, is known or found out as ever; the old ones are the same objects.
        var changed = Load("# TYPE a gauge\na{b=\"1\"} 1\na{ b=\"2\" } 2\n# TYPE c gauge\nc 1\n");
        Assert.False(loader.IsSettled);
        Assert.Same(first[0], changed[0]);
        Assert.Contains(changed, s => ReferenceEquals(s, first[1]));
        Assert.Equal(3, changed.Length);

        for (var i = 0; i < 5; i++)
        {
            Load("# TYPE a gauge\na{b=\"1\"} 1\n");
            Assert.False(loader.IsSettled);
        }

        Load("# TYPE a gauge\na{b=\"1\"} 1\n");
        Load("# TYPE a gauge\na{b=\"1\"} 1\n");
        Assert.True(loader.IsSettled);
    }

    [Fact]
    public void Load_AddedLabels_YieldToTheSeriesOwn()
    {
        var options = new ExpositionLoaderOptions { Labels = [("engine_name", "e\"1"), ("model_name", "added")] };
        var snapshot = new MetricSnapshot();

        new ExpositionLoader(options).Load("a{z=\"1\",model_name=\"own\"} 1\nb 2\n"u8, ExpositionFormat.Text, snapshot);

        Assert.Equal(
            "# TYPE a untyped\na{engine_name=\"e\\\"1\",model_name=\"own\",z=\"1\"} 1.0\n# TYPE b untyped\nb{engine_name=\"e\\\"1\",model_name=\"added\"} 2.0\n",
            ExpositionText.Of(snapshot));
    }

    [Theory]
    [InlineData("le")]
    [InlineData("quantile")]
    [InlineData("a-b")]
    public void Loader_AddedLabelThatMayNotBe_IsRefused(string label) =>
        Assert.Throws<ArgumentException>(() => new ExpositionLoader(new ExpositionLoaderOptions { Labels = [(label, "1")] }));

    [Fact]
    public void Load_BadLines_AreLeftOutAndCounted()
    {
        var loader = new ExpositionLoader();
        var snapshot = new MetricSnapshot();

        var result = loader.Load("a 1\nb x\nc{ 1\na 2\nd 4\n"u8, ExpositionFormat.Text, snapshot);

        Assert.Equal(new ExpositionLoadResult(true, new ExpositionError(ExpositionErrorReason.InvalidValue, 2, 3), 2, 3), result);
        Assert.Equal(1, loader.SkippedTotal(ExpositionErrorReason.DuplicateSeries));
        Assert.Equal("# TYPE a untyped\na 1.0\n# TYPE d untyped\nd 4.0\n", ExpositionText.Of(snapshot));
    }

    [Theory]
    [InlineData("a 1\na 2\n", ExpositionErrorReason.DuplicateSeries, 2)]
    [InlineData("a{x=\"1\",y=\"2\"} 1\na{y=\"2\",x=\"1\"} 2\n", ExpositionErrorReason.DuplicateSeries, 2)]
    [InlineData("a{x=\"1\"} 1\nb 1\na{x=\"2\"} 2\n", ExpositionErrorReason.InterleavedFamily, 3)]
    [InlineData("a 1\n# TYPE a gauge\n", ExpositionErrorReason.MisplacedMetadata, 2)]
    [InlineData("# TYPE a gauge\n# TYPE a gauge\n", ExpositionErrorReason.MisplacedMetadata, 2)]
    [InlineData("# HELP a x\n# HELP a y\n", ExpositionErrorReason.MisplacedMetadata, 2)]
    public void Load_Strict_FailsWithTheFirstError(string body, ExpositionErrorReason reason, int line)
    {
        var snapshot = new MetricSnapshot();
        var result = new ExpositionLoader(new ExpositionLoaderOptions { Strict = true }).Load(Encoding.UTF8.GetBytes(body), ExpositionFormat.Text, snapshot);

        Assert.False(result.Succeeded);
        Assert.Equal((reason, line), (result.Error.Reason, result.Error.Line));
        Assert.Equal(0, snapshot.SampleCount);
    }

    [Fact]
    public void Load_LimitBreached_FailsTheWholeBody()
    {
        var snapshot = new MetricSnapshot();
        var loader = new ExpositionLoader(new ExpositionLoaderOptions { Limits = new ExpositionLimits { Samples = 1 } });

        var result = loader.Load("a 1\nb 1\n"u8, ExpositionFormat.Text, snapshot);

        Assert.Equal((false, ExpositionErrorReason.SampleLimit, 0), (result.Succeeded, result.Error.Reason, snapshot.SampleCount));
    }

    /// <summary>As Prometheus: the name, the sample's own labels and the target's, each once; one that steps aside counts beside the one it made room for.</summary>
    [Theory]
    [InlineData("a 1\n", false, 3)]
    [InlineData("a{b=\"1\"} 1\n", false, 4)]
    [InlineData("a{job=\"own\"} 1\n", false, 4)]
    [InlineData("a{job=\"own\"} 1\n", true, 3)]
    public void Load_LabelLimit_CountsAddedLabels(string body, bool honorLabels, int labels)
    {
        foreach (var (limit, good) in new[] { (labels, true), (labels - 1, false) })
        {
            var loader = new ExpositionLoader(new ExpositionLoaderOptions
            {
                Labels = [("job", "j"), ("instance", "i")],
                HonorLabels = honorLabels,
                Limits = ExpositionLimits.None with { Labels = limit },
            });

            // Twice: what was refused once must not be known as good.
            for (var i = 0; i < 2; i++)
            {
                var result = loader.Load(Encoding.UTF8.GetBytes(body), ExpositionFormat.Text, new MetricSnapshot());
                Assert.Equal((good, good ? ExpositionErrorReason.None : ExpositionErrorReason.LabelLimit), (result.Succeeded, result.Error.Reason));
            }
        }
    }

    [Fact]
    public void Load_InterleavedFamily_IsJoinedByTheMerge()
    {
        var snapshot = new MetricSnapshot();
        new ExpositionLoader().Load("# TYPE h histogram\nh_bucket{le=\"+Inf\"} 1\nb 1\nh_count 1\nh_sum 2\n"u8, ExpositionFormat.Text, snapshot);
        var merge = new FamilyMerge();
        merge.Add(snapshot, new MergeSource("s", "s"));
        var merged = new MetricSnapshot();
        merge.Build(merged);

        Assert.Equal("# TYPE h histogram\nh_bucket{le=\"+Inf\"} 1.0\nh_count 1.0\nh_sum 2.0\n# TYPE b untyped\nb 1.0\n", ExpositionText.Of(merged));
    }

    [Fact]
    public void Load_MetadataChanges_AreFollowed()
    {
        var loader = new ExpositionLoader();
        var snapshot = new MetricSnapshot();
        loader.Load("# HELP a one\n# TYPE a gauge\na 1\n"u8, ExpositionFormat.Text, snapshot);
        loader.Load("# HELP a two \\\\ \\n \\\" x\n# TYPE a counter\na 1 5\n"u8, ExpositionFormat.Text, snapshot);

        Assert.Equal("# HELP a two \\\\ \\n \\\\\" x\n# TYPE a counter\na 1.0 5\n", ExpositionText.Of(snapshot));
        loader.Load("a 1\n"u8, ExpositionFormat.Text, snapshot);
        Assert.Equal("# TYPE a untyped\na 1.0\n", ExpositionText.Of(snapshot));
    }

    [Fact]
    public void Load_OpenMetricsCreated_BecomesGaugeFamiliesInText()
    {
        var snapshot = new MetricSnapshot();
        var body = "# HELP a Says.\n# TYPE a counter\na_total{x=\"1\"} 1 1.5\na_created{x=\"1\"} 2\n# EOF\n";
        var result = new ExpositionLoader().Load(Encoding.UTF8.GetBytes(body), ExpositionFormat.OpenMetrics, snapshot);

        Assert.Equal(0, result.SkippedLines);
        Assert.Equal("# HELP a_total Says.\n# TYPE a_total counter\na_total{x=\"1\"} 1.0 1500\n# HELP a_created Says.\n# TYPE a_created gauge\na_created{x=\"1\"} 2.0\n", ExpositionText.Of(snapshot));
        Assert.Equal(body.Replace(" 1 1.5", " 1.0 1.5", StringComparison.Ordinal).Replace("} 2\n", "} 2.0\n", StringComparison.Ordinal), ExpositionText.Of(snapshot, ExpositionFormat.OpenMetrics));
    }

    [Fact]
    public void Load_QuotedNames_AreWrittenWithUnderscores()
    {
        var snapshot = new MetricSnapshot();
        new ExpositionLoader().Load("# TYPE \"a.b\" gauge\n{\"a.b\",\"c-d\"=\"e\"} 1\n"u8, ExpositionFormat.Text, snapshot);

        Assert.Equal("# TYPE a_b gauge\na_b{c_d=\"e\"} 1.0\n", ExpositionText.Of(snapshot));
    }

    [Fact]
    public void Load_Warm_AllocatesNothing()
    {
        var body = File.ReadAllBytes(Path.Combine(RepositoryPaths.Fixtures, "vllm-metrics", "full-dp4-t1.txt"));
        var loader = new ExpositionLoader(new ExpositionLoaderOptions { Labels = [("engine_name", "e")] });
        var snapshot = new MetricSnapshot();
        var merge = new FamilyMerge();
        var source = new MergeSource("a", "a");
        var merged = new MetricSnapshot();
        var output = new ArrayBufferWriter<byte>(4 << 20);
        Once();

        Assert.Equal(0, Allocations.InSteadyState(() =>
        {
            Once();
            Once();
        }));

        void Once()
        {
            loader.Load(body, ExpositionFormat.Text, snapshot);
            merge.Clear();
            merge.Add(snapshot, source);
            merge.Build(merged);
            output.ResetWrittenCount();
            ExpositionWriter.Write(merged, ExpositionFormat.Text, output);
        }
    }
}
