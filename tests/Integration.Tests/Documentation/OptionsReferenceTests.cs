using DynamoAspire.Engines;
using DynamoAspire.EngineSimulator;
using DynamoAspire.KvEventRelay;
using DynamoAspire.MetricsAggregator.Options;
using DynamoAspire.StatPublisher;
using DynamoAspire.Testing;

namespace DynamoAspire.Integration.Tests.Documentation;

/// <summary><c>docs/operations.md</c> names every option that there is.</summary>
public sealed class OptionsReferenceTests
{
    [Theory]
    [InlineData(typeof(EngineOptions), "Engines:0")]
    [InlineData(typeof(AggregatorOptions), "Aggregator")]
    [InlineData(typeof(RelayOptions), "Relay")]
    [InlineData(typeof(StatPublisherOptions), "StatPublisher")]
    [InlineData(typeof(SimulatorOptions), "Simulator")]
    public async Task Operations_EveryOption_IsListed(Type options, string section)
    {
        ArgumentNullException.ThrowIfNull(options);
        var text = await File.ReadAllTextAsync(Path.Combine(RepositoryPaths.Root, "docs", "operations.md"));
        var settable = options.GetProperties().Where(p => p.SetMethod is { IsPublic: true } && p.PropertyType != typeof(TimeProvider)).ToList();

        Assert.NotEmpty(settable);
        Assert.Empty(settable.Where(p => !text.Contains($"| `{section}:{p.Name}` |", StringComparison.Ordinal)).Select(p => p.Name));
    }
}
