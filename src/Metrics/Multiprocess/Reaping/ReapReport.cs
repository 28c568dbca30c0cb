namespace DynamoAspire.Metrics.Multiprocess.Reaping;

/// <summary>What a run of the reaper did.</summary>
/// <param name="Status">How it went.</param>
/// <param name="IsDryRun">Whether it only looked.</param>
/// <param name="Files">Every file of the directory, in order of name, as far as the run came.</param>
/// <param name="Message">For people: what went wrong, or what was finished of an earlier run; empty otherwise.</param>
public sealed record ReapReport(ReapStatus Status, bool IsDryRun, IReadOnlyList<ReapedFile> Files, string Message = "")
{
    /// <summary>Bytes of disk set free, before what the archive takes.</summary>
    public long BytesFreed => Files.Where(f => f.Outcome is ReapOutcome.Folded or ReapOutcome.Removed).Sum(f => f.Bytes);

    /// <summary>Number of files of an outcome.</summary>
    public int Count(ReapOutcome outcome) => Files.Count(f => f.Outcome == outcome);
}
