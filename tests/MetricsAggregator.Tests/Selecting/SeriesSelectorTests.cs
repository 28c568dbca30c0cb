using DynamoAspire.Metrics.Model;
using DynamoAspire.MetricsAggregator.Selecting;

namespace DynamoAspire.MetricsAggregator.Tests.Selecting;

public sealed class SeriesSelectorTests
{
    private static readonly Series s_series = Series.Create("vllm:x_total", [new("a", "1"), new("b", "two \"x\""), new("c", "")]);

    [Theory]
    [InlineData("vllm:x_total", true)]
    [InlineData("vllm:x", false)]
    [InlineData("vllm:x_total{}", true)]
    [InlineData("{__name__=\"vllm:x_total\"}", true)]
    [InlineData("{\"vllm:x_total\"}", true)]
    [InlineData("{__name__=~\"vllm:.*\"}", true)]
    [InlineData("{__name__=~\"vllm\"}", false)]
    [InlineData("vllm:x_total{a=\"1\"}", true)]
    [InlineData("vllm:x_total{a='1',}", true)]
    [InlineData("vllm:x_total{ a = `1` , b=~\"t.*\" }", true)]
    [InlineData("vllm:x_total{a!=\"1\"}", false)]
    [InlineData("vllm:x_total{a=~\"2|1\"}", true)]
    [InlineData("vllm:x_total{a!~\"2|1\"}", false)]
    [InlineData("vllm:x_total{nope=\"\"}", true)]
    [InlineData("vllm:x_total{nope!=\"\"}", false)]
    [InlineData("{nope=~\".+\"}", false)]
    [InlineData("{b=\"two \\\"x\\\"\"}", true)]
    [InlineData("{b='two \"x\"'}", true)]
    [InlineData("{b=\"\\x74wo \\u0022x\\u0022\"}", true)]
    [InlineData("{\"a\"=\"1\"}", true)]
    [InlineData("{a=\"1\",a=\"2\"}", false)]
    public void Matches_Selector_FollowsPromQl(string text, bool matches)
    {
        Assert.True(SeriesSelector.TryParse(text, out var selector, out var problem), problem);
        Assert.Equal(matches, selector.Matches(s_series));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("{}", "at least one")]
    [InlineData("{a=\"\"}", "at least one")]
    [InlineData("{a=~\".*\"}", "at least one")]
    [InlineData("{a!=\"x\"}", "at least one")]
    [InlineData("x{a=1}", "'1' at character 5")]
    [InlineData("x{a=\"1\"", "the end at character 8")]
    [InlineData("x{a=\"1\"} y", "'y' at character 10")]
    [InlineData("x{a=~\"(\"}", "not a regular expression")]
    [InlineData("x{a\"1\"}", "where =, !=")]
    [InlineData("x{a=\"1}", "does not end")]
    [InlineData("x{a=\"\\q\"}", "unknown escape")]
    [InlineData("1x", "not the name")]
    public void TryParse_Nonsense_IsRefusedWithTheReason(string text, string reason)
    {
        Assert.False(SeriesSelector.TryParse(text, out _, out var problem));
        Assert.Contains(reason, problem, StringComparison.Ordinal);
    }
}
