using System.Globalization;
using System.Text;
using DynamoAspire.KvEventRelay.Telemetry;
using DynamoAspire.Metrics.Components;
using DynamoAspire.Metrics.Registry;
using DynamoAspire.MetricsAggregator;
using DynamoAspire.ServiceDefaults.Exposition;
using DynamoAspire.StatPublisher;

namespace DynamoAspire.Integration.Tests.Documentation;

/// <summary>Makes <c>docs/metrics.md</c> of the declarations in the code and of the prose in <c>docs/templates/metrics.md</c>.</summary>
internal static class MetricsReference
{
    internal static IReadOnlyList<MetricTable> Services { get; } =
    [
        ServiceMetricDefinitions.Table,
        AggregatorMetrics.Table,
        AggregatorMetrics.Frontend,
        RelayMetrics.Table,
        RelayMetrics.Lanes,
        RelayMetrics.Components,
        StatPublisherMetrics.Table,
        StatPublisherMetrics.Components,
    ];

    internal static string Render(string template) =>
        template
            .Replace("{{services}}", Tables(Services), StringComparison.Ordinal)
            .Replace("{{library}}", Tables(DynamoMetricTables.All), StringComparison.Ordinal);

    private static string Tables(IReadOnlyList<MetricTable> tables)
    {
        var text = new StringBuilder();
        foreach (var section in tables.GroupBy(t => t.Title))
        {
            text.Append("## ").Append(section.Key).Append("\n\n| name | type | labels | unit | bound | meaning |\n| --- | --- | --- | --- | --- | --- |\n");
            foreach (var (name, row) in section.SelectMany(t => t.Definitions.Select(d => (Name: t.Prefix + d.Name, Row: Row(t, d)))).OrderBy(r => r.Name, StringComparer.Ordinal))
            {
                text.Append("| `").Append(name).Append("` | ").Append(row).Append(" |\n");
            }

            text.Append('\n');
        }

        return text.ToString().TrimEnd('\n');
    }

    private static string Row(MetricTable table, MetricDefinition definition)
    {
        var labels = table.CommonLabels.Concat(definition.FixedLabels).Concat(definition.Labels).Order(StringComparer.Ordinal).Select(l => $"`{l}`").ToList();
        var meaning = definition.Help.Replace("|", "\\|", StringComparison.Ordinal) + (definition.Since.Length > 0 ? $" ({definition.Since})" : "");
        if (definition.Buckets is { } buckets)
        {
            meaning += $" Buckets: {string.Join(", ", buckets.Select(b => b.ToString(CultureInfo.InvariantCulture)))}.";
        }

        return $"{definition.Type.ToString().ToLowerInvariant()} | {(labels.Count > 0 ? string.Join(", ", labels) : "–")} | {definition.Unit} | {definition.Bound} | {meaning}";
    }
}
