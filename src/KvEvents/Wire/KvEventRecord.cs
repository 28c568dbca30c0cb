namespace DynamoAspire.KvEvents.Wire;

/// <summary>A part of the payload or of a buffer.</summary>
internal readonly record struct KvSlice(int Start, int Length);

/// <summary>One decoded event: numbers as values, everything else as slices of the batch's payload and buffers.</summary>
internal struct KvEventRecord
{
    internal KvEventKind Kind;
    internal bool IsMap;
    internal int Index;
    internal KvSlice Hashes;
    internal KvSlice Tokens;
    internal bool TokensArePairs;
    internal bool HasParent;
    internal ulong Parent;
    internal long BlockSize;
    internal long? LoraId;
    internal long? GroupIndex;
    internal long? SlidingWindow;
    internal KvSlice RawHashes;
    internal KvSlice RawParent;
    internal KvSlice RawTokens;
    internal KvSlice RawSkippedParent;
    internal KvSlice RawSkippedTokens;
    internal KvSlice RawSkippedExtraKeys;
    internal KvSlice ExtraKeys;
    internal KvSlice BlockMmInfos;
    internal KvSlice Medium;
    internal KvSlice LoraName;
    internal KvSlice SpecKind;
    internal KvSlice Locality;
    internal KvSlice Ownership;
    internal KvSlice SessionId;
    internal KvSlice CacheSalt;

    /// <summary>Bits of <see cref="KvField"/> that were present and not nil.</summary>
    internal uint Present;

    /// <summary>Bits of <see cref="KvField"/> that were present, nil included.</summary>
    internal uint Seen;

    internal readonly bool Has(KvField field) => (Present & (1u << (int)field)) != 0;

    internal readonly bool WasSeen(KvField field) => (Seen & (1u << (int)field)) != 0;
}
