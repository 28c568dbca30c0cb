using DynamoAspire.Metrics.Multiprocess;
using DynamoAspire.Metrics.Writing;

namespace DynamoAspire.Cli.Collect;

/// <summary>What was asked for on the command line.</summary>
/// <param name="Path">The directory.</param>
/// <param name="Format">Format to print.</param>
/// <param name="Prefixes">Beginnings of the families to print; none prints all.</param>
/// <param name="Labels">Labels to add.</param>
/// <param name="GaugeModes">Modes to read gauges in.</param>
/// <param name="IsStrict">Whether leaving anything out is a failure.</param>
/// <param name="WithStatistics">Whether to say how much was read.</param>
internal sealed record CollectRequest(
    string Path,
    ExpositionFormat Format,
    IReadOnlyList<string> Prefixes,
    IReadOnlyList<(string Name, string Value)> Labels,
    IReadOnlyDictionary<string, GaugeMode> GaugeModes,
    bool IsStrict,
    bool WithStatistics);
