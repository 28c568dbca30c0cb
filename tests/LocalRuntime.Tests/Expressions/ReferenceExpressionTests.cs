using Aspire.Hosting.ApplicationModel;

namespace DynamoAspire.LocalRuntime.Tests.Expressions;

public sealed class ReferenceExpressionTests
{
    private readonly ParameterResource _password = new("pw", _ => "p@ss/word {1}", secret: true);

    [Fact]
    public async Task Value_WithUriFormat_IsEncoded()
    {
        var expression = ReferenceExpression.Create($"nats://{"us er":uri}:{_password:uri}@host");

        Assert.Equal("nats://us%20er:p%40ss%2Fword%20%7B1%7D@host", await expression.GetValueAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Value_WithBracesInTextAndValue_KeepsThem()
    {
        var expression = ReferenceExpression.Create($"{{a}} {"{b}"} {_password}");

        Assert.Equal("{a} {b} p@ss/word {1}", await expression.GetValueAsync(CancellationToken.None));
        Assert.Equal("{a} {b} {pw.value}", expression.ValueExpression);
    }

    [Fact]
    public async Task Value_OfAnExpressionInAnExpression_IsInserted()
    {
        var inner = ReferenceExpression.Create($"<{_password}>");
        var outer = ReferenceExpression.Create($"[{inner}]");

        Assert.Equal("[<p@ss/word {1}>]", await outer.GetValueAsync(CancellationToken.None));
        Assert.Equal("[<{pw.value}>]", outer.ValueExpression);
    }

    [Fact]
    public void Endpoint_BeforePortsAreAssigned_SaysSo()
    {
        var resource = new ExecutableResource("x", "sh", ".");
        var endpoint = new EndpointReference(resource, "http");

        var missing = Assert.Throws<InvalidOperationException>(() => endpoint.Url);
        Assert.Contains("no endpoint 'http'", missing.Message, StringComparison.Ordinal);
    }
}
