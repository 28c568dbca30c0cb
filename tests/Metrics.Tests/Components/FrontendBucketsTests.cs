using DynamoAspire.Metrics.Components;

namespace DynamoAspire.Metrics.Tests.Components;

public sealed class FrontendBucketsTests
{
    [Fact]
    public void Default_AllFamilies_AreUpstreamsBounds()
    {
        var buckets = FrontendBuckets.Default;

        Assert.Equal([0, 2, 4, 8, 16, 32, 64, 130, 260, 510], buckets.RequestDuration);
        Assert.Equal([0, 100, 210, 430, 870, 1800, 3600, 7400, 15000, 31000, 63000, 130000], buckets.InputSequence);
        Assert.Equal([0, 100, 210, 430, 880, 1800, 3700, 7600, 16000, 32000], buckets.OutputSequence);
        Assert.Equal([0, .0022, .0047, .01, .022, .047, .1, .22, .47, 1, 2.2, 4.7, 10, 22, 48, 100, 220, 480], buckets.TimeToFirstToken);
        Assert.Equal([0, .0019, .0035, .0067, .013, .024, .045, .084, .16, .3, .56, 1.1, 2], buckets.InterToken);
        Assert.Equal([0, .002, .0041, .0084, .017, .035, .07, .14, .29, .59, 1.2, 2.4, 4.9, 10], buckets.EmbeddingLatency);
        Assert.Equal([.5, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512], FrontendBuckets.TokenizerMilliseconds);
        Assert.Equal((4, 65536, 15), (FrontendBuckets.ImageTokens[0], FrontendBuckets.ImageTokens[^1], FrontendBuckets.ImageTokens.Count));
    }

    [Theory]
    [InlineData("1", "100", "3", "0,10,100", 0)]
    [InlineData("1", "100", "1", "0", 0)]
    [InlineData("1", "100", "0", "", 0)]
    [InlineData("1", "1.1", "100", "0,1,1.1", 1)]
    public void FromEnvironment_Settings_MakeTheBounds(string minimum, string maximum, string count, string bounds, int warnings)
    {
        var buckets = Read(new() { ["DYN_METRICS_TTFT_MIN"] = minimum, ["DYN_METRICS_TTFT_MAX"] = maximum, ["DYN_METRICS_TTFT_COUNT"] = count }, out var told);

        Assert.Equal(bounds, string.Join(',', buckets.TimeToFirstToken.Select(b => b.ToString(System.Globalization.CultureInfo.InvariantCulture))));
        Assert.Equal(warnings, told.Count);
        Assert.Equal(FrontendBuckets.Default.InterToken, buckets.InterToken);
    }

    [Theory]
    [InlineData("MIN", "0")]
    [InlineData("MIN", "-1")]
    [InlineData("MIN", "480")]
    [InlineData("MIN", "NaN")]
    [InlineData("MAX", "Infinity")]
    [InlineData("MAX", "long")]
    [InlineData("COUNT", "513")]
    [InlineData("COUNT", "-1")]
    [InlineData("COUNT", "2.5")]
    public void FromEnvironment_NotValid_WarnsAndTakesTheDefaults(string part, string value)
    {
        var buckets = Read(new() { ["DYN_METRICS_TTFT_" + part] = value }, out var told);

        Assert.Equal(FrontendBuckets.Default.TimeToFirstToken, buckets.TimeToFirstToken);
        Assert.Contains("DYN_METRICS_TTFT_", Assert.Single(told), StringComparison.Ordinal);
    }

    [Fact]
    public void FromEnvironment_LegacyNames_AreReadWithAWarning()
    {
        var buckets = Read(new() { ["DYN_HISTOGRAM_REQUEST_DURATION_COUNT"] = "2", ["DYN_METRICS_ITL_COUNT"] = "1", ["DYN_HISTOGRAM_ITL_COUNT"] = "9" }, out var told);

        Assert.Equal([0, 510], buckets.RequestDuration);
        Assert.Equal([0], buckets.InterToken);
        Assert.Contains("DYN_METRICS_REQUEST_DURATION_COUNT", Assert.Single(told), StringComparison.Ordinal);
    }

    private static FrontendBuckets Read(Dictionary<string, string> environment, out IReadOnlyList<string> warnings) =>
        FrontendBuckets.FromEnvironment(environment.GetValueOrDefault, out warnings);
}
