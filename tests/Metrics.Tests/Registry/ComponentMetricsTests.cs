using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.Metrics.Tests.Registry;

public sealed class ComponentMetricsTests
{
    [Fact]
    public void Levels_Registered_GetPrefixAndAutoLabels()
    {
        var runtime = ComponentMetrics.Runtime();
        runtime.Registry.Gauge("uptime_seconds", "Up.").Set(1);
        var endpoint = runtime.Namespace("@@123").Component("back-end").Endpoint("generate");
        endpoint.Registry.Counter("123metric", "Requests.").Inc();
        endpoint.Registry.GaugeVector("total_blocks", "Blocks.", "dp_rank").With("0").Set(8);

        Assert.Equal(
            """
            # HELP dynamo_component__123metric Requests.
            # TYPE dynamo_component__123metric counter
            dynamo_component__123metric{dynamo_component="back_end",dynamo_endpoint="generate",dynamo_namespace="_123"} 1.0
            # HELP dynamo_component_total_blocks Blocks.
            # TYPE dynamo_component_total_blocks gauge
            dynamo_component_total_blocks{dp_rank="0",dynamo_component="back_end",dynamo_endpoint="generate",dynamo_namespace="_123"} 8.0
            # HELP dynamo_component_uptime_seconds Up.
            # TYPE dynamo_component_uptime_seconds gauge
            dynamo_component_uptime_seconds 1.0

            """,
            ExpositionText.Of(runtime.Registry));
    }

    [Fact]
    public void Levels_SameName_AreTheSame()
    {
        var runtime = ComponentMetrics.Runtime();

        Assert.Same(runtime.Namespace("a").Component("b"), runtime.Namespace("a").Component("b"));
        Assert.Throws<InvalidOperationException>(() => runtime.Component("b"));
    }

    [Fact]
    public void Levels_EmptyName_AddsNoLabel()
    {
        var endpoint = ComponentMetrics.Runtime().Namespace("").Component("c").Endpoint("e").Registry;
        endpoint.Gauge("g", "help");

        Assert.Contains("g{dynamo_component=\"c\",dynamo_endpoint=\"e\"}", ExpositionText.Of(endpoint), StringComparison.Ordinal);
    }

    [Fact]
    public void Register_AutoLabel_CannotBeOverridden()
    {
        var endpoint = ComponentMetrics.Runtime().Namespace("n").Component("c").Endpoint("e").Registry;

        Assert.Throws<ArgumentException>(() => endpoint.Counter("x", "help", ("dynamo_namespace", "other")));
    }
}
