using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Cli.Watch;

/// <summary>What is watched.</summary>
internal interface IWatchSource
{
    /// <summary>Clears the snapshot and fills it; a text says why not, and what to do about it.</summary>
    Task<string?> ReadAsync(MetricSnapshot destination, CancellationToken cancellationToken);
}
