using System.Text.Json.Nodes;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using DynamoAspire.LocalRuntime.Building;
using DynamoAspire.LocalRuntime.Manifest;
using DynamoAspire.LocalRuntime.Model;
using DynamoAspire.Testing;

namespace DynamoAspire.LocalRuntime.Tests.Manifest;

/// <summary>The application of tests/fixtures/aspire, written by this runtime, against what real Aspire wrote for it.</summary>
public sealed class ManifestWriterTests
{
    [Fact]
    public async Task Manifest_OfTheFixturesApplication_EqualsAspires()
    {
        using var folder = new TemporaryDirectory();
        var expected = JsonNode.Parse(File.ReadAllText(Path.Combine(RepositoryPaths.Fixtures, "aspire", "manifest-13.2.json")))!;
        // The project had a launch profile with an https address; launch profiles are not read here.
        expected["resources"]!["svc"]!["bindings"]!.AsObject().Remove("https");

        var actual = JsonNode.Parse(await WriteAsync(Path.Combine(folder.Path, "m.json"), folder.Path))!;

        // Aspire 13.1 and this runtime write it, 13.2 does not.
        Assert.StartsWith("https://json.schemastore.org/", actual["$schema"]!.GetValue<string>(), StringComparison.Ordinal);
        actual.AsObject().Remove("$schema");
        Assert.Equal(expected.ToJsonString(), actual.ToJsonString());
    }

    [Fact]
    public async Task OutputPath_ThatIsAFolder_ReceivesAspireManifestJson()
    {
        using var folder = new TemporaryDirectory();

        await WriteAsync(Path.Combine(folder.Path, "out"), folder.Path);

        Assert.True(File.Exists(folder.Combine("out", "aspire-manifest.json")));
    }

    [Fact]
    public async Task OutputPath_ThatCannotBeWritten_IsSaid()
    {
        var refused = await Assert.ThrowsAsync<DistributedApplicationException>(() => WriteAsync("/proc/none/m.json", "/"));

        Assert.Contains("/proc/none/m.json", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dockerfile_IsContainerV1WithItsBuild()
    {
        using var folder = new TemporaryDirectory();
        var builder = new ApplicationBuilder(["--publisher", "manifest", "--output-path", folder.Combine("m.json")], null);
        builder.AddDockerfile("image", folder.Combine("context"), "sub/Dockerfile").WithBuildArg("BASE", "x:1").WithVolume("data", "/data")
            .WithHttpEndpoint(targetPort: 80).WithExternalHttpEndpoints();

        await ManifestPublisher.PublishAsync(builder, CancellationToken.None);

        Assert.Equal(
            """{"type":"container.v1","build":{"context":"context","dockerfile":"context/sub/Dockerfile","args":{"BASE":"x:1"}},"volumes":[{"name":"data","target":"/data","readOnly":false}],"bindings":{"http":{"scheme":"http","protocol":"tcp","transport":"http","targetPort":80,"external":true}}}""",
            JsonNode.Parse(File.ReadAllText(folder.Combine("m.json")))!["resources"]!["image"]!.ToJsonString());
    }

    private static async Task<string> WriteAsync(string output, string root)
    {
        var builder = new ApplicationBuilder(["--publisher", "manifest", "--output-path", output], null);
        var nats = builder.AddNats("nats", port: null).WithJetStream();
        var pw = builder.AddResource(new ParameterResource("pw", _ => "", secret: true));
        var worker = builder.AddResource(new ContainerResource("worker"))
            .WithAnnotation(new ContainerImageAnnotation("docker.io", "library/worker", "1.0"))
            .WithEnvironment("MODE", "x")
            .WithEnvironment(context => context.EnvironmentVariables["PW"] = pw.Resource)
            .WithHttpEndpoint(targetPort: 8000, name: "http")
            .WithReference(nats);
        Svc.Root = root;
        builder.AddProject<Svc>("svc", launchProfileName: null).WithHttpEndpoint(name: "http").WithReference(nats).WithReference(worker.GetEndpoint("http")).WaitFor(nats);
        await ManifestPublisher.PublishAsync(builder, CancellationToken.None);
        return File.Exists(output) ? File.ReadAllText(output) : "{}";
    }

    private sealed class Svc : IProjectMetadata
    {
        public static string Root { get; set; } = "/";

        public string ProjectPath => Path.Combine(Root, "svc", "svc.csproj");
    }
}
