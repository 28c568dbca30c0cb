using System.Text;
using DynamoAspire.Metrics.Merging;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Parsing;
using DynamoAspire.Metrics.Writing;

namespace DynamoAspire.Metrics.Tests.Merging;

public sealed class FamilyMergeTests
{
    private static readonly MergeSource s_engineMemory = new("scrape e1", "e1");
    private static readonly MergeSource s_engineFiles = new("files e1", "e1", MetricSourceKind.FileBacked);
    private static readonly MergeSource s_otherEngine = new("scrape e2", "e2");

    [Fact]
    public void Merge_SameFamilyOfTwoSources_HasOneHeader()
    {
        var (text, _) = Merge(
            (s_engineMemory, "# HELP a h\n# TYPE a gauge\na{e=\"1\"} 1\nb 1\n"),
            (s_otherEngine, "# HELP a h\n# TYPE a gauge\na{e=\"2\"} 2\n"));

        Assert.Equal("# HELP a h\n# TYPE a gauge\na{e=\"1\"} 1.0\na{e=\"2\"} 2.0\n# TYPE b untyped\nb 1.0\n", text);
    }

    [Fact]
    public void Merge_SameSeriesOfTwoSources_KeepsTheFirstAndCounts()
    {
        var (text, merge) = Merge((s_engineMemory, "a{e=\"1\"} 1\n"), (s_otherEngine, "a{e=\"1\"} 2\na{e=\"2\"} 3\n"));

        Assert.Equal("# TYPE a untyped\na{e=\"1\"} 1.0\na{e=\"2\"} 3.0\n", text);
        Assert.Equal(1, merge.DuplicateSamples);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Merge_FilesAndMemoryOfOneOrigin_FilesWinWhateverComesFirst(bool filesFirst)
    {
        (MergeSource, string)[] sources =
        [
            (s_engineFiles, "# TYPE vllm:x counter\nvllm:x{engine=\"0\"} 5\n"),
            (s_engineMemory, "# TYPE vllm:x counter\nvllm:x{engine=\"1\"} 1\nvllm:only_memory 7\n"),
        ];
        var (text, merge) = Merge(filesFirst ? sources : [.. sources.Reverse()]);

        Assert.Equal(
            ["# TYPE vllm:only_memory untyped", "# TYPE vllm:x counter", "vllm:only_memory 7.0", "vllm:x{engine=\"0\"} 5.0"],
            text.TrimEnd().Split('\n').Order(StringComparer.Ordinal));
        Assert.Equal(1, merge.ShadowedSamples);
    }

    [Fact]
    public void Merge_FilesOfOneOrigin_DoNotHideAnotherOrigin()
    {
        var (text, merge) = Merge((s_engineFiles, "a{e=\"1\"} 1\n"), (s_otherEngine, "a{e=\"2\"} 2\n"));

        Assert.Equal("# TYPE a untyped\na{e=\"1\"} 1.0\na{e=\"2\"} 2.0\n", text);
        Assert.Equal(0, merge.ShadowedSamples);
    }

    [Fact]
    public void Merge_TypesThatDiffer_DropTheLaterFamilyAndNameIt()
    {
        var (text, merge) = Merge((s_engineMemory, "# TYPE a gauge\na 1\n"), (s_otherEngine, "# TYPE a counter\na{x=\"1\"} 2\nb 1\n"));

        Assert.Equal("# TYPE a gauge\na 1.0\n# TYPE b untyped\nb 1.0\n", text);
        Assert.Equal(new FamilyConflict("a", FamilyConflictKind.Type, "Gauge of scrape e1", "Counter of scrape e2"), Assert.Single(merge.Conflicts));
        Assert.Equal(1, merge.ClashingSamples);
    }

    [Theory]
    [InlineData("# TYPE a_total gauge\na_total 1\n", "# TYPE a_total counter\na_total{x=\"1\"} 2\n")]
    [InlineData("# TYPE a_total counter\na_total 1\n", "# TYPE a_total gauge\na_total{x=\"1\"} 2\n")]
    [InlineData("# TYPE a gauge\na 1\n", "# TYPE a_total counter\na_total 2\n")]
    public void Merge_NamesThatMeetInOneFormat_AreOneBlock(string first, string second)
    {
        var (text, merge) = Merge((s_engineMemory, first), (s_otherEngine, second));

        Assert.Equal(2, text.TrimEnd().Split('\n').Length);
        Assert.Equal(FamilyConflictKind.Type, Assert.Single(merge.Conflicts).Kind);
    }

    [Fact]
    public void Merge_HelpThatDiffers_PrintsTheFirstAndKeepsAllSamples()
    {
        var (text, merge) = Merge((s_engineMemory, "# HELP a one\na 1\n"), (s_otherEngine, "# HELP a two\na{x=\"1\"} 2\n"));

        Assert.Equal("# HELP a one\n# TYPE a untyped\na 1.0\na{x=\"1\"} 2.0\n", text);
        Assert.Equal(FamilyConflictKind.Help, Assert.Single(merge.Conflicts).Kind);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Merge_StartTimesAsGaugeFamily_JoinTheirFamilyAndArePrintedOnce(bool gaugeFirst)
    {
        const string Gauge = "# HELP a_created h\n# TYPE a_created gauge\na_created{x=\"1\"} 5\na_created{x=\"2\"} 6\n";
        const string Counter = "# HELP a_total h\n# TYPE a_total counter\na_total{x=\"1\"} 1\na_total{x=\"2\"} 2\n";
        var (_, merge) = Merge((s_engineMemory, gaugeFirst ? Gauge + Counter : Counter + Gauge), (s_otherEngine, "# TYPE a_created gauge\na_created{x=\"1\"} 7\na_created{x=\"3\"} 8\n"));
        var merged = new MetricSnapshot();
        merge.Build(merged);

        Assert.Equal(
            "# HELP a_total h\n# TYPE a_total counter\na_total{x=\"1\"} 1.0\na_total{x=\"2\"} 2.0\n# HELP a_created h\n# TYPE a_created gauge\na_created{x=\"1\"} 5.0\na_created{x=\"2\"} 6.0\na_created{x=\"3\"} 8.0\n",
            ExpositionText.Of(merged));
        Assert.Equal(
            "# HELP a h\n# TYPE a counter\na_total{x=\"1\"} 1.0\na_created{x=\"1\"} 5.0\na_total{x=\"2\"} 2.0\na_created{x=\"2\"} 6.0\na_created{x=\"3\"} 8.0\n# EOF\n",
            ExpositionText.Of(merged, ExpositionFormat.OpenMetrics));
        Assert.Empty(merge.Conflicts);
    }

    [Theory]
    [InlineData("# TYPE h histogram\nh_bucket{le=\"+Inf\"} 1\nh_count 1\nh_sum 1\n", "# TYPE h_count gauge\nh_count 7\n", "h_count 1.0")]
    [InlineData("# TYPE h_count gauge\nh_count 7\n", "# TYPE h histogram\nh_bucket{le=\"+Inf\"} 1\nh_count 1\nh_sum 1\n", "h_count 7.0")]
    public void Merge_FamilyNamedLikeASampleOfAnother_DropsTheLater(string first, string second, string kept)
    {
        var (text, merge) = Merge((s_engineMemory, first), (s_otherEngine, second));

        Assert.Equal(kept, Assert.Single(text.Split('\n'), l => l.StartsWith("h_count", StringComparison.Ordinal)));
        Assert.Equal(FamilyConflictKind.Type, Assert.Single(merge.Conflicts).Kind);
    }

    [Fact]
    public void Merge_RandomSources_EqualTheObviousReference()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var sources = RandomSources(new Random(seed));
            var (text, _) = Merge(sources);
            Assert.True(Reference(sources) == text, $"seed {seed}:\n{Reference(sources)}\n---\n{text}");
        }
    }

    /// <summary>What the reference must catch: a merge that ignores that files win.</summary>
    [Fact]
    public void Reference_AgainstAMergeWithoutOrigins_Differs()
    {
        var differs = Enumerable.Range(0, 300).Any(seed =>
        {
            var sources = RandomSources(new Random(seed));
            var (text, _) = Merge([.. sources.Select(s => (s.Item1 with { Origin = s.Item1.Name }, s.Item2))]);
            return Reference(sources) != text;
        });
        Assert.True(differs);
    }

    private static (MergeSource, string)[] RandomSources(Random random)
    {
        string[] types = ["gauge", "counter"];
        return
        [
            .. Enumerable.Range(0, random.Next(1, 6)).Select(i =>
            {
                var text = new StringBuilder();
                foreach (var family in Enumerable.Range(0, 5).Where(_ => random.Next(2) == 0))
                {
                    text.Append($"# HELP f{family} h{random.Next(2)}\n# TYPE f{family} {types[random.Next(5) == 0 ? 1 : 0]}\n");
                    foreach (var label in Enumerable.Range(0, 4).Where(_ => random.Next(2) == 0).Append(9))
                    {
                        text.Append($"f{family}{{l=\"{label}\"}} {i}.0\n");
                    }
                }

                return (new MergeSource($"s{i}", $"o{random.Next(3)}", random.Next(2) == 0 ? MetricSourceKind.FileBacked : MetricSourceKind.InMemory), text.ToString());
            }),
        ];
    }

    /// <summary>The rules once more, slow and over strings.</summary>
    private static string Reference((MergeSource Source, string Text)[] sources)
    {
        var parts = sources.SelectMany(s => s.Text.Split("# HELP ", StringSplitOptions.RemoveEmptyEntries).Select(block =>
        {
            var lines = block.TrimEnd().Split('\n');
            return (s.Source, Name: lines[0].Split(' ')[0], Help: lines[0], Type: lines[1], Samples: lines[2..]);
        })).ToList();
        var text = new StringBuilder();
        foreach (var name in parts.Select(p => p.Name).Distinct())
        {
            var all = parts.Where(p => p.Name == name).ToList();
            var kept = all.Where(p => p.Source.Kind == MetricSourceKind.FileBacked || !all.Any(o => o.Source.Origin == p.Source.Origin && o.Source.Kind == MetricSourceKind.FileBacked)).ToList();
            text.Append($"# HELP {kept[0].Help}\n{kept[0].Type}\n");
            var seen = new HashSet<string>();
            foreach (var line in kept.Where(p => p.Type == kept[0].Type).SelectMany(p => p.Samples).Where(l => seen.Add(l.Split(' ')[0])))
            {
                text.Append(line).Append('\n');
            }
        }

        return text.ToString();
    }

    private static (string Text, FamilyMerge Merge) Merge(params (MergeSource Source, string Text)[] sources)
    {
        var merge = new FamilyMerge();
        foreach (var (source, text) in sources)
        {
            var snapshot = new MetricSnapshot();
            Assert.True(new ExpositionLoader().Load(Encoding.UTF8.GetBytes(text), ExpositionFormat.Text, snapshot).Succeeded);
            merge.Add(snapshot, source);
        }

        var merged = new MetricSnapshot();
        merge.Build(merged);
        return (ExpositionText.Of(merged), merge);
    }
}
