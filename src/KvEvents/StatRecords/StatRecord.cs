namespace DynamoAspire.KvEvents.StatRecords;

/// <summary>
/// What an engine's scheduler reports after a step, for one rank (docs/stat-record.md). Lives on the stack: after a read, its text
/// points into the bytes it was read from.
/// </summary>
public ref struct StatRecord
{
    /// <summary>Version of the record that this code writes and the only one it reads.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Name of the engine as configured (UTF-8).</summary>
    public ReadOnlySpan<byte> Engine { get; set; }

    /// <summary>Data-parallel rank.</summary>
    public uint Rank { get; set; }

    /// <summary>Wall clock of the sender, in Unix seconds.</summary>
    public double Timestamp { get; set; }

    /// <summary>KV blocks on the device; null while the engine is not initialised.</summary>
    public ulong? Blocks { get; set; }

    /// <summary>Share of the blocks in use, nominally 0 to 1, as the engine says: may be negative, above 1 or NaN.</summary>
    public double? Usage { get; set; }

    /// <summary>Requests running.</summary>
    public ulong? Running { get; set; }

    /// <summary>Requests waiting.</summary>
    public ulong? Waiting { get; set; }

    /// <summary>Tokens looked up in the prefix cache since the sender started.</summary>
    public ulong? PrefixQueries { get; set; }

    /// <summary>Tokens found in the prefix cache since the sender started.</summary>
    public ulong? PrefixHits { get; set; }

    /// <summary>Speculative decoding since the sender started, or null where it is off.</summary>
    public SpeculativeDecoding? Speculative { get; set; }

    /// <summary>Records the sender could not hand over since it started.</summary>
    public ulong? Dropped { get; set; }

    /// <summary>Who counts (UTF-8), empty where not said: several front ends of one engine have counters of their own.</summary>
    public ReadOnlySpan<byte> Sender { get; set; }

    /// <summary>Known fields that held something else than documented and were taken as absent; set by a read.</summary>
    public int IgnoredFields { get; set; }
}
