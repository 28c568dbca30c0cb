using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using DynamoAspire.LocalRuntime.Building;
using DynamoAspire.LocalRuntime.Running;

namespace DynamoAspire.LocalRuntime.Tests.Building;

/// <summary>Variables in run mode, as Aspire injects them.</summary>
public sealed class ResourceEnvironmentTests
{
    private readonly ApplicationBuilder _builder = new(["--Parameters:nats_password=p w", "--OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4317"], null);

    [Fact]
    public async Task Project_WithReferences_GetsAspiresVariables()
    {
        var nats = _builder.AddNats("nats", port: 14222);
        var web = _builder.AddProject<SomeProject>("web-api", launchProfileName: null).WithHttpEndpoint(port: 15000, name: "http");
        var service = _builder.AddProject<SomeProject>("service", launchProfileName: null)
            .WithHttpEndpoint(port: 15001, name: "http")
            .WithReference(nats)
            .WithReference(web.GetEndpoint("http"))
            .WithEnvironment("PLAIN", "text")
            .WithEnvironment("URL", ReferenceExpression.Create($"{web.GetEndpoint("http")}/path"));
        AssignPorts();

        var variables = await VariablesAsync(service.Resource);

        Assert.Equal("nats://nats:p%20w@localhost:14222", variables["ConnectionStrings__nats"]);
        Assert.Equal("localhost", variables["NATS_HOST"]);
        Assert.Equal("14222", variables["NATS_PORT"]);
        Assert.Equal("nats", variables["NATS_USERNAME"]);
        Assert.Equal("p w", variables["NATS_PASSWORD"]);
        Assert.Equal("nats://nats:p%20w@localhost:14222", variables["NATS_URI"]);
        Assert.Equal("http://localhost:15000", variables["services__web-api__http__0"]);
        Assert.Equal("http://localhost:15000", variables["WEB_API_HTTP"]);
        Assert.Equal("http://localhost:15001", variables["ASPNETCORE_URLS"]);
        Assert.Equal("text", variables["PLAIN"]);
        Assert.Equal("http://localhost:15000/path", variables["URL"]);
        Assert.Equal("http://collector:4317", variables["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        Assert.Equal("service", variables["OTEL_SERVICE_NAME"]);
        Assert.DoesNotContain("HTTP_PORTS", variables.Keys);
    }

    [Fact]
    public async Task Reference_ToOneEndpoint_TellsThatOneOnly()
    {
        var web = _builder.AddProject<SomeProject>("web", launchProfileName: null).WithHttpEndpoint(port: 15002, name: "http").WithEndpoint(port: 15003, name: "raw");
        var other = _builder.AddProject<SomeProject>("other", launchProfileName: null).WithReference(web.GetEndpoint("raw"));
        AssignPorts();

        var variables = await VariablesAsync(other.Resource);

        Assert.Equal("tcp://localhost:15003", variables["services__web__raw__0"]);
        Assert.DoesNotContain("services__web__http__0", variables.Keys);
    }

    [Fact]
    public async Task Endpoint_WithVariable_TellsThePort()
    {
        var program = _builder.AddResource(new ExecutableResource("program", "sh", ".")).WithHttpEndpoint(env: "PORT");
        AssignPorts();

        var variables = await VariablesAsync(program.Resource);

        Assert.Equal(program.GetEndpoint("http").Port, int.Parse(variables["PORT"]));
        Assert.InRange(program.GetEndpoint("http").Port, 1024, 65535);
    }

    [Fact]
    public async Task Password_WithoutConfiguration_IsGeneratedOnce()
    {
        var one = ParameterResourceBuilderExtensions.CreateDefaultPasswordParameter(_builder, "other-password", special: false);

        var value = await one.GetValueAsync(CancellationToken.None);

        Assert.Equal(22, value!.Length);
        Assert.All(value, c => Assert.True(char.IsAsciiLetterOrDigit(c)));
        Assert.Equal(value, await one.GetValueAsync(CancellationToken.None));
    }

    [Fact]
    public void Resource_WithANameTaken_IsRefused()
    {
        _builder.AddProject<SomeProject>("web", launchProfileName: null);

        var refused = Assert.Throws<DistributedApplicationException>(() => _builder.AddProject<SomeProject>("WEB", launchProfileName: null));
        Assert.Contains("already a resource named 'WEB'", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1x")]
    [InlineData("a--b")]
    [InlineData("a-")]
    [InlineData("a_b")]
    [InlineData("")]
    public void Resource_WithAnInvalidName_IsRefused(string name) => Assert.Throws<ArgumentException>(() => new ExecutableResource(name, "sh", "."));

    [Fact]
    public void Endpoint_WithANameTaken_IsRefused()
    {
        var web = _builder.AddProject<SomeProject>("web", launchProfileName: null).WithHttpEndpoint();

        Assert.Throws<DistributedApplicationException>(() => web.WithHttpEndpoint(name: "HTTP"));
    }

    private void AssignPorts() => PortAssignment.Assign(_builder.Resources);

    private async Task<Dictionary<string, string>> VariablesAsync(IResource resource)
    {
        var variables = new Dictionary<string, string>();
        foreach (var (name, value) in await ResourceValues.EnvironmentAsync(resource, _builder.ExecutionContext, CancellationToken.None))
        {
            variables[name] = await ResourceValues.TextAsync(value, CancellationToken.None);
        }

        return variables;
    }

    private sealed class SomeProject : IProjectMetadata
    {
        public string ProjectPath => Path.GetFullPath("some/some.csproj");
    }
}
