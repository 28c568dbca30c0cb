namespace DynamoAspire.KvEvents.Wire;

/// <summary>Fields of one generation, in the order they are written.</summary>
internal sealed class KvEventLayout
{
    private static readonly KvField[] s_required = [KvField.BlockHashes, KvField.ParentBlockHash, KvField.TokenIds, KvField.BlockSize, KvField.LoraId];
    private static readonly KvField[] s_seventh = [KvField.Medium, KvField.LoraName, KvField.ExtraKeys, KvField.GroupIndex, KvField.SpecKind, KvField.SlidingWindow];
    private static readonly KvField[] s_owned = [KvField.Locality, KvField.Ownership, KvField.SessionId];
    private static readonly KvField[] s_skipped = [KvField.SkippedParentBlockHash, KvField.SkippedTokenIds, KvField.SkippedExtraKeys];

    private static readonly KvEventLayout[] s_layouts = BuildAll();

    private KvEventLayout(bool isMap, bool hasRank, int storedRequired, KvField[] storedTail, int removedRequired, params KvField[] removedTail)
    {
        IsMap = isMap;
        HasRank = hasRank;
        StoredRequired = storedRequired;
        Stored = [.. s_required, .. storedTail];
        RemovedRequired = removedRequired;
        Removed = [KvField.BlockHashes, .. removedTail];
    }

    internal bool IsMap { get; }

    internal bool HasRank { get; }

    /// <summary>Map form: how many leading fields are written even when they are nil.</summary>
    internal int StoredRequired { get; }

    internal KvField[] Stored { get; }

    internal int RemovedRequired { get; }

    internal KvField[] Removed { get; }

    internal static KvEventLayout Of(KvEventSchema schema)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)schema, (uint)s_layouts.Length, nameof(schema));
        return s_layouts[(int)schema];
    }

    private static KvEventLayout[] BuildAll()
    {
        KvEventLayout Array(int tail, params KvField[] removed) => new(isMap: false, hasRank: true, 0, s_seventh[..tail], 0, removed);
        var layouts = new KvEventLayout[(int)KvEventSchema.T1 + 1];
        layouts[(int)KvEventSchema.A1] = new(isMap: false, hasRank: false, 0, [], 0);
        layouts[(int)KvEventSchema.A2] = Array(0);
        layouts[(int)KvEventSchema.A3] = Array(1, KvField.Medium);
        layouts[(int)KvEventSchema.A4] = Array(2, KvField.Medium);
        layouts[(int)KvEventSchema.A5] = Array(3, KvField.Medium);
        layouts[(int)KvEventSchema.A6] = Array(4, KvField.Medium, KvField.GroupIndex);
        layouts[(int)KvEventSchema.A7] = Array(6, KvField.Medium, KvField.GroupIndex);
        layouts[(int)KvEventSchema.M1] = new(isMap: true, hasRank: true, 7, s_seventh, 2, KvField.Medium, KvField.GroupIndex);
        layouts[(int)KvEventSchema.M2] = new(isMap: true, hasRank: true, 7, [.. s_seventh, .. s_owned], 2, KvField.Medium, KvField.GroupIndex, KvField.Locality, KvField.Ownership);
        layouts[(int)KvEventSchema.M3] = new(isMap: true, hasRank: true, 7, [.. s_seventh, .. s_owned, .. s_skipped], 2, KvField.Medium, KvField.GroupIndex, KvField.Locality, KvField.Ownership);
        layouts[(int)KvEventSchema.S1] = Array(1, KvField.Medium);
        layouts[(int)KvEventSchema.S2] = new(isMap: true, hasRank: true, 5, [KvField.Medium, KvField.CacheSalt, KvField.SessionId], 1, KvField.Medium);
        layouts[(int)KvEventSchema.T1] = new(isMap: true, hasRank: true, 7, [.. s_seventh, KvField.Locality], 2, KvField.Medium, KvField.GroupIndex, KvField.Locality);
        return layouts;
    }
}
