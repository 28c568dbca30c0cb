using System.Text;

namespace DynamoAspire.KvEvents.Wire;

/// <summary>Names of the fields and tags on the wire.</summary>
internal static class KvFieldNames
{
    private static readonly string[] s_texts = [.. Enum.GetValues<KvField>().Select(f => Encoding.UTF8.GetString(NameOf(f)))];

    internal static ReadOnlySpan<byte> Stored => "BlockStored"u8;

    internal static ReadOnlySpan<byte> Removed => "BlockRemoved"u8;

    internal static ReadOnlySpan<byte> Cleared => "AllBlocksCleared"u8;

    internal static ReadOnlySpan<byte> NameOf(KvField field) => field switch
    {
        KvField.Tag => "type"u8,
        KvField.BlockHashes => "block_hashes"u8,
        KvField.ParentBlockHash => "parent_block_hash"u8,
        KvField.TokenIds => "token_ids"u8,
        KvField.BlockSize => "block_size"u8,
        KvField.LoraId => "lora_id"u8,
        KvField.Medium => "medium"u8,
        KvField.LoraName => "lora_name"u8,
        KvField.ExtraKeys => "extra_keys"u8,
        KvField.GroupIndex => "group_idx"u8,
        KvField.SpecKind => "kv_cache_spec_kind"u8,
        KvField.SlidingWindow => "kv_cache_spec_sliding_window"u8,
        KvField.Locality => "locality"u8,
        KvField.Ownership => "ownership"u8,
        KvField.SessionId => "session_id"u8,
        KvField.CacheSalt => "cache_salt"u8,
        KvField.SkippedParentBlockHash => "skipped_parent_block_hash"u8,
        KvField.SkippedTokenIds => "skipped_token_ids"u8,
        KvField.SkippedExtraKeys => "skipped_extra_keys"u8,
        KvField.BlockMmInfos => "block_mm_infos"u8,
        _ => default,
    };

    /// <summary>Finds a field by its name. The length decides almost alone, so that a look-up is one or two comparisons.</summary>
    internal static KvField FieldOf(ReadOnlySpan<byte> name) => name.Length switch
    {
        4 => Is(name, KvField.Tag),
        6 => Is(name, KvField.Medium),
        7 => Is(name, KvField.LoraId),
        8 => Is(name, KvField.Locality),
        9 => Is(name, KvField.TokenIds, KvField.LoraName, KvField.GroupIndex, KvField.Ownership),
        10 => Is(name, KvField.BlockSize, KvField.ExtraKeys, KvField.SessionId, KvField.CacheSalt),
        12 => Is(name, KvField.BlockHashes),
        14 => Is(name, KvField.BlockMmInfos),
        17 => Is(name, KvField.ParentBlockHash, KvField.SkippedTokenIds),
        18 => Is(name, KvField.SpecKind, KvField.SkippedExtraKeys),
        25 => Is(name, KvField.SkippedParentBlockHash),
        28 => Is(name, KvField.SlidingWindow),
        _ => KvField.Unknown,
    };

    /// <summary>Name as text; empty for no field. Interned, so that naming a bad field allocates nothing.</summary>
    internal static string TextOf(KvField field) => s_texts[(int)field];

    private static KvField Is(ReadOnlySpan<byte> name, KvField field) => name.SequenceEqual(NameOf(field)) ? field : KvField.Unknown;

    private static KvField Is(ReadOnlySpan<byte> name, KvField first, KvField second) => Is(name, first) is var field and not KvField.Unknown ? field : Is(name, second);

    private static KvField Is(ReadOnlySpan<byte> name, KvField first, KvField second, KvField third, KvField fourth) =>
        Is(name, first, second) is var field and not KvField.Unknown ? field : Is(name, third, fourth);
}
