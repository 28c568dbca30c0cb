using System.Text.RegularExpressions;
using DynamoAspire.Metrics.Components;
using DynamoAspire.Testing;

namespace DynamoAspire.Integration.Tests.Documentation;

/// <summary><c>docs/metrics.md</c> says what the code declares, and the code registers what it declares.</summary>
public sealed partial class MetricsReferenceTests
{
    [Fact]
    public void Reference_Generated_IsTheOneCommitted()
    {
        var template = File.ReadAllText(Path.Combine(RepositoryPaths.Root, "docs", "templates", "metrics.md"));

        CommittedText.Verify("docs/metrics.md", MetricsReference.Render(template), "dotnet test tests/Integration.Tests --filter FullyQualifiedName~MetricsReference");
    }

    [Fact]
    public void Declarations_All_AreUniqueAndCanBeRegistered()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var table in MetricsReference.Services)
        {
            var registry = new Metrics.Registry.MetricRegistry("test", new Metrics.Registry.MetricRegistryOptions { NamePrefix = table.Prefix, Labels = [.. table.CommonLabels.Select(l => (l, "v"))] });
            foreach (var definition in table.Definitions)
            {
                Assert.True(seen.Add(table.Prefix + definition.Name), $"{definition.Name} is declared twice.");
                registry.Create(definition);
            }
        }

        Assert.All(MetricsReference.Services.Concat(DynamoMetricTables.All).SelectMany(t => t.Definitions), d => Assert.False(string.IsNullOrWhiteSpace(d.Unit) || string.IsNullOrWhiteSpace(d.Bound)));
    }

    /// <summary>A metric registered by a name of its own would not be in the reference.</summary>
    [Fact]
    public void Services_Registering_UseDeclarations()
    {
        var source = Path.Combine(RepositoryPaths.Root, "src");
        string[] services = ["ServiceDefaults", "MetricsAggregator", "KvEventRelay", "StatPublisher"];
        var files = services.SelectMany(s => Directory.EnumerateFiles(Path.Combine(source, s), "*.cs", SearchOption.AllDirectories)).ToList();
        var adHoc = files.SelectMany(f => ByName().Matches(File.ReadAllText(f)).Select(m => $"{Path.GetRelativePath(source, f)}: {m.Value}")).Order(StringComparer.Ordinal);

        Assert.True(files.Count > 50);
        Assert.Matches(ByName(), "registry.Counter(\n    \"dynamo_aspire_x_total\"");

        // Declare it in AggregatorMetrics, RelayMetrics, StatPublisherMetrics or ServiceMetricDefinitions, register it from there, and update docs/metrics.md (CONTRIBUTING).
        Assert.Empty(adHoc);
    }

    [GeneratedRegex("\\.(?:Int)?(?:Counter|Gauge|Histogram|Info)(?:Vector|Function)?\\(\\s*\"dynamo_\\w+\"")]
    private static partial Regex ByName();
}
