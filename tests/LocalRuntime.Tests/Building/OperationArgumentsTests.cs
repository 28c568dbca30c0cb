using Aspire.Hosting;
using DynamoAspire.LocalRuntime.Building;

namespace DynamoAspire.LocalRuntime.Tests.Building;

public sealed class OperationArgumentsTests
{
    [Theory]
    [InlineData("--publisher manifest --output-path x.json")]
    [InlineData("--operation publish --publisher manifest --output-path x.json")]
    [InlineData("--operation publish --step publish-manifest --output-path x.json")]
    [InlineData("--publisher=manifest --output-path=x.json")]
    public void Publish_InEachOfAspiresSpellings_IsUnderstood(string arguments)
    {
        var operation = OperationArguments.Parse(arguments.Split(' '));

        Assert.True(operation.Publish);
        Assert.Equal("x.json", operation.OutputPath);
    }

    [Theory]
    [InlineData("")]
    [InlineData("--Ports:Prometheus=0")]
    [InlineData("--operation run")]
    public void Run_WithoutPublisher_IsUnderstood(string arguments) => Assert.False(OperationArguments.Parse(arguments.Split(' ')).Publish);

    [Theory]
    [InlineData("--publisher docker-compose --output-path x", "full package profile")]
    [InlineData("--operation publish --output-path x", "full package profile")]
    [InlineData("--publisher manifest", "--output-path")]
    [InlineData("--publisher", "needs a value")]
    public void Anything_Else_IsRefusedWithTheFix(string arguments, string expected)
    {
        var refused = Assert.Throws<DistributedApplicationException>(() => OperationArguments.Parse(arguments.Split(' ')));

        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }
}
