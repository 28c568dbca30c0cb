using System.Text;
using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Multiprocess.Reaping;

/// <summary>Names of the reaper's files. The archives look like files of a process with the identifier <c>reaped</c>, so that every collector reads them; the others are hidden from all.</summary>
internal static class ReaperFiles
{
    internal const string Journal = ".dynamo-aspire-reaper.journal";
    internal const string JournalDraft = ".dynamo-aspire-reaper.journal.tmp";
    internal const string Lock = ".dynamo-aspire-reaper.lock";
    internal const string Draft = ".dynamo-aspire-reaper.archive.tmp";

    /// <summary>Types whose values are sums.</summary>
    internal static IReadOnlyList<MetricType> FoldedTypes { get; } = [MetricType.Counter, MetricType.Histogram, MetricType.Summary];

    internal static string Archive(MetricType type) => $"{Encoding.ASCII.GetString(MetricTypeNames.Text(type))}_reaped.db";

    internal static bool IsArchive(string name) => FoldedTypes.Any(t => name == Archive(t));
}
