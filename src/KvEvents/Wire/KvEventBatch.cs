namespace DynamoAspire.KvEvents.Wire;

/// <summary>
/// A decoded batch. The caller owns it and decodes into it again and again (<see cref="KvBatchDecoder"/>): its buffers grow to the
/// largest batch seen and nothing is allocated after that. What it hands out points into those buffers and into the payload, so it is
/// valid until the next decode and only while the payload is. Not thread-safe.
/// </summary>
public sealed class KvEventBatch
{
    internal KvEventRecord[] Records = new KvEventRecord[16];
    internal ulong[] HashBuffer = new ulong[64];
    internal uint[] TokenBuffer = new uint[1024];
    internal KvEventSkip[] SkipBuffer = new KvEventSkip[4];
    internal int RecordCount;
    internal int HashCount;
    internal int TokenCount;
    internal int SkipCount;

    /// <summary>Wall clock of the engine, Unix seconds; NaN where it is missing.</summary>
    public double Timestamp { get; internal set; }

    /// <summary>Data-parallel rank as sent, or null.</summary>
    public int? DataParallelRank { get; internal set; }

    /// <summary>Whether the batch itself was a map.</summary>
    public bool IsMap { get; internal set; }

    /// <summary>Bytes after the batch, which no engine sends.</summary>
    public int TrailingBytes { get; internal set; }

    /// <summary>What was decoded.</summary>
    public ReadOnlyMemory<byte> Payload { get; internal set; }

    /// <summary>Number of decoded events.</summary>
    public int Count => RecordCount;

    /// <summary>Events that were left out.</summary>
    public ReadOnlySpan<KvEventSkip> Skipped => SkipBuffer.AsSpan(0, SkipCount);

    /// <summary>A decoded event.</summary>
    public KvEventView this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)RecordCount, nameof(index));
            return new KvEventView(this, ref Records[index]);
        }
    }

    internal void Start(ReadOnlyMemory<byte> payload)
    {
        Payload = payload;
        Timestamp = double.NaN;
        DataParallelRank = null;
        IsMap = false;
        TrailingBytes = 0;
        RecordCount = HashCount = TokenCount = SkipCount = 0;
    }

    internal void Skip(int index, KvSkipReason reason, KvField field)
    {
        Grow(ref SkipBuffer, SkipCount + 1);
        SkipBuffer[SkipCount++] = new KvEventSkip(index, reason, KvFieldNames.TextOf(field));
    }

    internal static void Grow<T>(ref T[] buffer, int needed)
    {
        if (buffer.Length < needed)
        {
            Array.Resize(ref buffer, Math.Max(needed, buffer.Length * 2));
        }
    }
}
