namespace DynamoAspire.KvEvents.Wire;

/// <summary>One decoded event, as a view of its batch: valid until the batch is decoded into again. Text is UTF-8 and empty where not sent.</summary>
public readonly ref struct KvEventView
{
    private readonly KvEventBatch _batch;
    private readonly ref readonly KvEventRecord _record;

    internal KvEventView(KvEventBatch batch, ref KvEventRecord record)
    {
        _batch = batch;
        _record = ref record;
    }

    /// <summary>Kind.</summary>
    public KvEventKind Kind => _record.Kind;

    /// <summary>Whether the event was a map.</summary>
    public bool IsMap => _record.IsMap;

    /// <summary>Position in the batch as sent, skipped events counted.</summary>
    public int Index => _record.Index;

    /// <summary>Block hashes as keys: signed and unsigned integers by their bits, digests by their last eight bytes read big-endian.</summary>
    public ReadOnlySpan<ulong> BlockHashes => _batch.HashBuffer.AsSpan(_record.Hashes.Start, _record.Hashes.Length);

    /// <summary>Key of the block before the first, or null at the start of a sequence.</summary>
    public ulong? ParentBlockHash => _record.HasParent ? _record.Parent : null;

    /// <summary>Tokens of all blocks. Of pairs: the first of each and the second of the last (<see cref="TokensArePairs"/>).</summary>
    public ReadOnlySpan<uint> TokenIds => _batch.TokenBuffer.AsSpan(_record.Tokens.Start, _record.Tokens.Length);

    /// <summary>Whether the tokens came as pairs of neighbours (EAGLE): a block then covers block size + 1 tokens, the last shared with the next block.</summary>
    public bool TokensArePairs => _record.TokensArePairs;

    /// <summary>Tokens per block; 0 in placeholders of storage tiers.</summary>
    public long BlockSize => _record.BlockSize;

    /// <summary>Adapter by number, or null.</summary>
    public long? LoraId => _record.LoraId;

    /// <summary>Adapter by name.</summary>
    public ReadOnlySpan<byte> LoraName => Text(_record.LoraName);

    /// <summary>Medium, such as <c>GPU</c>; empty means the device.</summary>
    public ReadOnlySpan<byte> Medium => Text(_record.Medium);

    /// <summary>KV-cache group, or null.</summary>
    public long? GroupIndex => _record.GroupIndex;

    /// <summary>Attention kind.</summary>
    public ReadOnlySpan<byte> SpecKind => Text(_record.SpecKind);

    /// <summary>Window of a sliding-window group, or null.</summary>
    public long? SlidingWindow => _record.SlidingWindow;

    /// <summary><c>LOCAL</c> or <c>REMOTE</c>.</summary>
    public ReadOnlySpan<byte> Locality => Text(_record.Locality);

    /// <summary>Owner in a shared tier.</summary>
    public ReadOnlySpan<byte> Ownership => Text(_record.Ownership);

    /// <summary>Session.</summary>
    public ReadOnlySpan<byte> SessionId => Text(_record.SessionId);

    /// <summary>Cache salt (SGLang).</summary>
    public ReadOnlySpan<byte> CacheSalt => Text(_record.CacheSalt);

    /// <summary>Extra keys as MessagePack, one element per block; empty where not sent.</summary>
    public ReadOnlySpan<byte> ExtraKeys => Text(_record.ExtraKeys);

    /// <summary>Multimodal information as MessagePack, one element per block; empty where not sent.</summary>
    public ReadOnlySpan<byte> BlockMmInfos => Text(_record.BlockMmInfos);

    internal ref readonly KvEventRecord Record => ref _record;

    internal ReadOnlySpan<byte> Raw(KvSlice slice) => Text(slice);

    private ReadOnlySpan<byte> Text(KvSlice slice) => _batch.Payload.Span.Slice(slice.Start, slice.Length);
}
