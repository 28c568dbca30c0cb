using DynamoAspire.Metrics.Naming;

namespace DynamoAspire.Metrics.Tests.Naming;

public sealed class MetricNamesTests
{
    [Theory]
    [InlineData("123test", "_123test", "_123test")]
    [InlineData("@test", "_test", "_test")]
    [InlineData("test:name", "test:name", "test_name")]
    [InlineData("__test", "__test", "test")]
    [InlineData("123.test-name@domain", "_123_test_name_domain", "_123_test_name_domain")]
    [InlineData("@@123", "__123", "_123")]
    [InlineData(":a", "_:a", "_a")]
    [InlineData("@#$%", null, null)]
    [InlineData("", null, null)]
    public void Sanitize_TableOfTheSpecification_Holds(string input, string? metric, string? label)
    {
        Assert.Equal(metric is not null, MetricNames.TrySanitizeMetricName(input, out var metricName));
        Assert.Equal(metric ?? "", metricName);
        Assert.Equal(label is not null, MetricNames.TrySanitizeLabelName(input, out var labelName));
        Assert.Equal(label ?? "", labelName);
    }

    [Theory]
    [InlineData("vllm:num_requests_running", true, false)]
    [InlineData("_a1", true, true)]
    [InlineData("__a", true, false)]
    [InlineData("1a", false, false)]
    [InlineData("", false, false)]
    [InlineData("ä", false, false)]
    public void IsValid_Names_AreJudged(string name, bool metric, bool label)
    {
        Assert.Equal(metric, MetricNames.IsValidMetricName(name));
        Assert.Equal(label, MetricNames.IsValidLabelName(name));
    }
}
