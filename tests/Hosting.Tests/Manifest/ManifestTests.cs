using System.Text.Json.Nodes;
using DynamoAspire.Testing;

namespace DynamoAspire.Hosting.Tests.Manifest;

/// <summary>
/// The AppHost's manifest against the committed one, in whichever profile this was built. Set UPDATE_LISTINGS=1 to write the file.
/// What differs between releases of Aspire, and is not compared: <c>$schema</c> (13.1 writes it, 13.2 does not) and two variables
/// <c>OTEL_DOTNET_EXPERIMENTAL_OTLP_EMIT_*_LOG_ATTRIBUTES</c> of projects (13.1 only).
/// </summary>
public sealed class ManifestTests
{
    private static readonly string s_committed = Path.Combine(RepositoryPaths.Root, "tests", "Hosting.Tests", "Manifest", "manifest.json");
    private static readonly Lazy<Task<JsonObject>> s_manifest = new(PublishAsync);

    [Fact]
    public async Task Manifest_IsTheCommittedOne()
    {
        var actual = Comparable(await s_manifest.Value);
        if (Environment.GetEnvironmentVariable("UPDATE_LISTINGS") == "1")
        {
            await File.WriteAllTextAsync(s_committed, actual.ToJsonString(new() { WriteIndented = true }) + "\n");
        }

        Assert.Equal(
            JsonNode.Parse(await File.ReadAllTextAsync(s_committed))!.ToJsonString(new() { WriteIndented = true }), actual.ToJsonString(new() { WriteIndented = true }));
    }

    [Theory]
    [InlineData("--operation publish --publisher manifest")]
    [InlineData("--operation publish --step publish-manifest")]
    public async Task Manifest_ByAnotherSpelling_IsTheSame(string arguments) =>
        Assert.Equal(Comparable(await s_manifest.Value).ToJsonString(), Comparable(await PublishAsync(arguments.Split(' '))).ToJsonString());

    /// <summary>Host folders do not exist where the application is deployed, so configuration travels in images.</summary>
    [Fact]
    public async Task Manifest_HasNoBindMounts()
    {
        foreach (var (name, resource) in (await s_manifest.Value)["resources"]!.AsObject())
        {
            Assert.False(resource!.AsObject().ContainsKey("bindMounts"), name);
        }
    }

    [Theory]
    [InlineData("prometheus", "prometheus/prometheus.yml")]
    [InlineData("prometheus", "prometheus/entrypoint.sh")]
    [InlineData("grafana", "grafana/provisioning")]
    [InlineData("grafana", "grafana/dashboards")]
    public async Task Image_CopiesItsConfiguration(string resource, string source)
    {
        var build = (await s_manifest.Value)["resources"]![resource]!["build"]!;
        Assert.Equal("container.v1", (await s_manifest.Value)["resources"]![resource]!["type"]!.GetValue<string>());
        var context = Path.Combine(RepositoryPaths.Root, "deploy", "observability");
        Assert.EndsWith("deploy/observability", build["context"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.EndsWith($"deploy/observability/{resource}/Dockerfile", build["dockerfile"]!.GetValue<string>(), StringComparison.Ordinal);

        var copies = File.ReadLines(Path.Combine(context, resource, "Dockerfile")).Where(l => l.StartsWith("COPY ", StringComparison.Ordinal)).Select(l => l.Split(' ')[1]);

        Assert.Contains(source, copies);
        Assert.True(Path.Exists(Path.Combine(context, source)));
    }

    /// <summary>Rules that Prometheus reads on a developer's machine are in its image too.</summary>
    [Fact]
    public void Image_OfPrometheus_CopiesTheRulesIfThereAreAny()
    {
        var context = Path.Combine(RepositoryPaths.Root, "deploy", "observability");
        var dockerfile = File.ReadAllText(Path.Combine(context, "prometheus", "Dockerfile"));
        var configuration = File.ReadAllText(Path.Combine(context, "prometheus", "prometheus.yml"));

        Assert.Equal(Directory.Exists(Path.Combine(context, "rules")), dockerfile.Contains("COPY rules", StringComparison.Ordinal));
        Assert.Equal(Directory.Exists(Path.Combine(context, "rules")), configuration.Contains("rule_files", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Secrets_AreParametersAndNeverText()
    {
        var text = (await s_manifest.Value).ToJsonString();

        Assert.Contains("{nats-password.value}", text, StringComparison.Ordinal);
        Assert.Contains("{grafana-password.value}", text, StringComparison.Ordinal);
        foreach (var name in new[] { "nats-password", "grafana-password" })
        {
            Assert.True((await s_manifest.Value)["resources"]![name]!["inputs"]!["value"]!["secret"]!.GetValue<bool>());
        }
    }

    private static JsonObject Comparable(JsonObject manifest)
    {
        var copy = manifest.DeepClone().AsObject();
        copy.Remove("$schema");
        foreach (var (_, resource) in copy["resources"]!.AsObject())
        {
            if (resource!["env"] is JsonObject variables)
            {
                variables.Remove("OTEL_DOTNET_EXPERIMENTAL_OTLP_EMIT_EXCEPTION_LOG_ATTRIBUTES");
                variables.Remove("OTEL_DOTNET_EXPERIMENTAL_OTLP_EMIT_EVENT_LOG_ATTRIBUTES");
            }
        }

        return copy;
    }

    private static Task<JsonObject> PublishAsync() => PublishAsync(["--publisher", "manifest"]);

    private static async Task<JsonObject> PublishAsync(string[] arguments)
    {
        // In the checkout, so that the paths in it are the same on every machine.
        var folder = Directory.CreateDirectory(Path.Combine(RepositoryPaths.Root, "artifacts", "manifest-" + Guid.NewGuid().ToString("N")));
        try
        {
            await using var process = ChildProcess.StartProject("AppHost", [.. arguments, "--output-path", folder.FullName]);
            var exit = await process.WaitForExitAsync(TimeSpan.FromSeconds(60));
            Assert.True(exit == 0, process.Output);
            return JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder.FullName, "aspire-manifest.json")))!.AsObject();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
