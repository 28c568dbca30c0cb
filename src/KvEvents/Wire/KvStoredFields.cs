namespace DynamoAspire.KvEvents.Wire;

/// <summary>Content of a BlockStored to write. A field that the schema does not have is left out; text is null where not set.</summary>
public ref struct KvStoredFields
{
    /// <summary>Hashes of the blocks, for <see cref="KvHashForm.UInt64"/> and <see cref="KvHashForm.Int64"/>.</summary>
    public ReadOnlySpan<ulong> BlockHashes { get; set; }

    /// <summary>Digests of the blocks, 32 bytes each, one after another, for <see cref="KvHashForm.Digest"/>.</summary>
    public ReadOnlySpan<byte> BlockDigests { get; set; }

    /// <summary>Hash of the block before the first, or null at the start of a sequence.</summary>
    public ulong? ParentBlockHash { get; set; }

    /// <summary>Digest of the block before the first, or empty at the start of a sequence.</summary>
    public ReadOnlySpan<byte> ParentDigest { get; set; }

    /// <summary>Tokens of all blocks.</summary>
    public ReadOnlySpan<uint> TokenIds { get; set; }

    /// <summary>Tokens per block.</summary>
    public int BlockSize { get; set; }

    /// <summary>Adapter by number (deprecated by vLLM).</summary>
    public long? LoraId { get; set; }

    /// <summary>Medium, such as <c>GPU</c>.</summary>
    public string? Medium { get; set; }

    /// <summary>Adapter by name.</summary>
    public string? LoraName { get; set; }

    /// <summary>Extra keys, MessagePack already: an array with nil or an array per block; empty means none.</summary>
    public ReadOnlySpan<byte> ExtraKeys { get; set; }

    /// <summary>KV-cache group of hybrid models.</summary>
    public long? GroupIndex { get; set; }

    /// <summary>Attention kind, such as <c>full_attention</c>.</summary>
    public string? SpecKind { get; set; }

    /// <summary>Window of a sliding-window group, in tokens.</summary>
    public long? SlidingWindow { get; set; }

    /// <summary><c>LOCAL</c> or <c>REMOTE</c>.</summary>
    public string? Locality { get; set; }

    /// <summary>Owner of the block in a shared tier.</summary>
    public string? Ownership { get; set; }

    /// <summary>Session.</summary>
    public string? SessionId { get; set; }

    /// <summary>Cache salt (SGLang's map form).</summary>
    public string? CacheSalt { get; set; }

    /// <summary>Hash before the skipped blocks.</summary>
    public ulong? SkippedParentBlockHash { get; set; }

    /// <summary>Tokens of skipped blocks; empty means none.</summary>
    public ReadOnlySpan<uint> SkippedTokenIds { get; set; }

    /// <summary>Extra keys of skipped blocks, as <see cref="ExtraKeys"/>.</summary>
    public ReadOnlySpan<byte> SkippedExtraKeys { get; set; }
}
