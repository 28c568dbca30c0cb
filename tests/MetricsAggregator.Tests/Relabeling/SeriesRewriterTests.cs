using System.Text;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Parsing;
using DynamoAspire.Metrics.Writing;
using DynamoAspire.MetricsAggregator.Relabeling;
using DynamoAspire.Testing;

namespace DynamoAspire.MetricsAggregator.Tests.Relabeling;

public sealed class SeriesRewriterTests
{
    private const string Body = "# TYPE h histogram\nh_bucket{le=\"1.0\"} 1\nh_bucket{le=\"+Inf\"} 2\nh_sum 3\nh_count 2\n# HELP g Text.\n# TYPE g gauge\ng{job=\"own\",esc=\"a\\\\b\\\"c\\nd\"} 1 5000\n# TYPE c_total counter\nc_total 4\n";

    [Fact]
    public void Rewrite_LabelsOfBoth_TheTargetsStandAndTheOthersStepAside()
    {
        var text = Rewrite(new SeriesRewriter([("job", "j")], new RelabelRules([]), honorLabels: false, honorTimestamps: true));
        Assert.Contains("g{esc=\"a\\\\b\\\"c\\nd\",exported_job=\"own\",job=\"j\"} 1.0 5000\n", text, StringComparison.Ordinal);
        Assert.Contains("h_bucket{job=\"j\",le=\"1.0\"} 1.0\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Rewrite_HonorLabels_TheSeriesOwnStand()
    {
        var text = Rewrite(new SeriesRewriter([("job", "j")], new RelabelRules([]), honorLabels: true, honorTimestamps: false));
        Assert.Contains("job=\"own\"} 1.0\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("exported_job", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Rewrite_RenamedHistogram_StaysOneFamilyOfItsType()
    {
        var text = Rewrite(new SeriesRewriter([], new RelabelRules([new RelabelOptions { SourceLabels = ["__name__"], Regex = "h(_.*)?", TargetLabel = "__name__", Replacement = "new$1" }]), true, true));
        Assert.Contains("# TYPE new histogram\nnew_bucket{le=\"1.0\"} 1.0\nnew_bucket{le=\"+Inf\"} 2.0\nnew_sum 3.0\nnew_count 2.0\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("h_bucket", text.Replace("new_bucket", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Rewrite_DroppedAndFiltered_LeaveNoHeader()
    {
        var rules = new RelabelRules([new RelabelOptions { SourceLabels = ["__name__"], Regex = "g", Action = RelabelAction.Drop }]);
        Assert.Equal("# TYPE c_total counter\nc_total 4.0\n", Rewrite(new SeriesRewriter([], rules, true, true), new PrefixFilter([], ["h"])));
        Assert.Equal("# TYPE c_total counter\nc_total 4.0\n", Rewrite(new SeriesRewriter([], rules, true, true), new PrefixFilter(["c", "g"], [])));
    }

    /// <summary>Name, le, job and instance are four; as in Prometheus they are counted after the rules, and rules may drop what is too much.</summary>
    [Fact]
    public void Rewrite_LimitsOfLabels_HoldForWhatTheRulesMake()
    {
        (string, string)[] labels = [("job", "j"), ("instance", "here")];
        var drop = new RelabelRules([new RelabelOptions { Regex = "esc|job", Action = RelabelAction.LabelDrop }]);
        var none = new RelabelRules([]);

        Assert.Equal(ExpositionErrorReason.LabelLimit, Breach(none, ExpositionLimits.None with { Labels = 4 }));
        Assert.Equal(ExpositionErrorReason.None, Breach(none, ExpositionLimits.None with { Labels = 5 }));
        Assert.Equal(ExpositionErrorReason.None, Breach(drop, ExpositionLimits.None with { Labels = 4 }));
        Assert.Equal(ExpositionErrorReason.LabelNameLengthLimit, Breach(none, ExpositionLimits.None with { LabelNameLength = 7 }));
        Assert.Equal(ExpositionErrorReason.LabelValueLengthLimit, Breach(none, ExpositionLimits.None with { LabelValueLength = 6 }));
        Assert.Equal(ExpositionErrorReason.None, Breach(drop, ExpositionLimits.None with { LabelNameLength = 12, LabelValueLength = 8 }));

        ExpositionErrorReason Breach(RelabelRules rules, ExpositionLimits limits)
        {
            var (source, destination) = (Load(), new MetricSnapshot());
            var rewriter = new SeriesRewriter(labels, rules, honorLabels: false, honorTimestamps: true, limits);
            var first = rewriter.Rewrite(source, destination, PrefixFilter.All);
            Assert.Equal(first, rewriter.Rewrite(source, destination, PrefixFilter.All));
            Assert.Equal(first == ExpositionErrorReason.None, destination.SampleCount > 0);
            return first;
        }
    }

    [Fact]
    public void Rewrite_TheSameBodyAgain_AllocatesNothing()
    {
        var (source, destination) = (Load(), new MetricSnapshot());
        var rewriter = new SeriesRewriter([("job", "j")], new RelabelRules([]), false, true);
        rewriter.Rewrite(source, destination, PrefixFilter.All);

        Assert.Equal(0, Allocations.InSteadyState(() => rewriter.Rewrite(source, destination, PrefixFilter.All)));
    }

    [Theory]
    [InlineData("dynamo_component:", "dynamo_component_requests", true)]
    [InlineData("vllm:", "vllm:x", true)]
    [InlineData("vllm:", "lmcache:x", false)]
    public void Filter_Prefixes_AreTakenAsMeant(string prefix, string name, bool passes) => Assert.Equal(passes, new PrefixFilter([prefix], []).Passes(Encoding.UTF8.GetBytes(name)));

    private static MetricSnapshot Load()
    {
        var snapshot = new MetricSnapshot();
        Assert.True(new ExpositionLoader().Load(Encoding.UTF8.GetBytes(Body), ExpositionFormat.Text, snapshot).Succeeded);
        return snapshot;
    }

    private static string Rewrite(SeriesRewriter rewriter, PrefixFilter? filter = null)
    {
        var destination = new MetricSnapshot();
        rewriter.Rewrite(Load(), destination, filter ?? PrefixFilter.All);
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        ExpositionWriter.Write(destination, ExpositionFormat.Text, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
