namespace DynamoAspire.MetricsAggregator.Targets;

/// <summary>How one collection of one target went.</summary>
/// <param name="Up">Whether its metrics are in the merge.</param>
/// <param name="Failure">Why not: a short word that is also a label value; empty if up.</param>
/// <param name="Detail">The same for people, or what was left out although it is up.</param>
internal sealed record TargetResult(bool Up, string Failure = "", string Detail = "")
{
    public static TargetResult NotYet { get; } = new(false, "not_collected", "not collected yet");

    /// <summary>Samples it gave.</summary>
    public int Samples { get; init; }

    /// <summary>Samples that were left of them after relabeling and filters.</summary>
    public int Kept { get; init; }

    /// <summary>Bytes it gave, uncompressed.</summary>
    public long Bytes { get; init; }

    /// <summary>Time it took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset At { get; init; }
}
