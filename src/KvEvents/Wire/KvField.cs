namespace DynamoAspire.KvEvents.Wire;

/// <summary>Fields of the events, over all generations.</summary>
internal enum KvField
{
    Unknown = 0,
    Tag,
    BlockHashes,
    ParentBlockHash,
    TokenIds,
    BlockSize,
    LoraId,
    Medium,
    LoraName,
    ExtraKeys,
    GroupIndex,
    SpecKind,
    SlidingWindow,
    Locality,
    Ownership,
    SessionId,
    CacheSalt,
    SkippedParentBlockHash,
    SkippedTokenIds,
    SkippedExtraKeys,
    BlockMmInfos,

    /// <summary>SGLang's map in the place of the LoRA name; no key of that name exists.</summary>
    Metadata,
}
