namespace DynamoAspire.KvEvents.Wire;

/// <summary>Content of a BlockRemoved to write. A field that the schema does not have is left out.</summary>
public ref struct KvRemovedFields
{
    /// <summary>Hashes of the blocks, for <see cref="KvHashForm.UInt64"/> and <see cref="KvHashForm.Int64"/>.</summary>
    public ReadOnlySpan<ulong> BlockHashes { get; set; }

    /// <summary>Digests of the blocks, 32 bytes each, one after another, for <see cref="KvHashForm.Digest"/>.</summary>
    public ReadOnlySpan<byte> BlockDigests { get; set; }

    /// <summary>Medium, such as <c>GPU</c>.</summary>
    public string? Medium { get; set; }

    /// <summary>KV-cache group of hybrid models.</summary>
    public long? GroupIndex { get; set; }

    /// <summary><c>LOCAL</c> or <c>REMOTE</c>.</summary>
    public string? Locality { get; set; }

    /// <summary>Owner of the block in a shared tier.</summary>
    public string? Ownership { get; set; }
}
