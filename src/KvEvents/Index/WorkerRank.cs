namespace DynamoAspire.KvEvents.Index;

/// <summary>One data-parallel rank of one worker: the unit that holds a KV cache.</summary>
/// <param name="WorkerId">Worker.</param>
/// <param name="DpRank">Rank.</param>
public readonly record struct WorkerRank(ulong WorkerId, uint DpRank) : IComparable<WorkerRank>
{
    /// <inheritdoc/>
    public int CompareTo(WorkerRank other) => WorkerId != other.WorkerId ? WorkerId.CompareTo(other.WorkerId) : DpRank.CompareTo(other.DpRank);

    /// <summary>Order by worker, then rank.</summary>
    public static bool operator <(WorkerRank left, WorkerRank right) => left.CompareTo(right) < 0;

    /// <summary>Order by worker, then rank.</summary>
    public static bool operator >(WorkerRank left, WorkerRank right) => left.CompareTo(right) > 0;

    /// <summary>Order by worker, then rank.</summary>
    public static bool operator <=(WorkerRank left, WorkerRank right) => left.CompareTo(right) <= 0;

    /// <summary>Order by worker, then rank.</summary>
    public static bool operator >=(WorkerRank left, WorkerRank right) => left.CompareTo(right) >= 0;
}
