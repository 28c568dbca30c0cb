namespace DynamoAspire.KvEvents.Conversion;

/// <summary>Why an event is not for a router of prefix caches; it takes no event id. <see cref="KvFilterReasons.Label"/> gives the metric label.</summary>
public enum KvFilterReason
{
    /// <summary>Not filtered.</summary>
    None = 0,

    /// <summary>Stored by an attention kind that holds no whole prefix.</summary>
    NonMainAttentionKind,

    /// <summary>Stored by an attention kind that is not known.</summary>
    UnknownKind,

    /// <summary>Of a KV-cache group that was seen to hold no whole prefix.</summary>
    NonMainAttentionGroup,

    /// <summary>Of a KV-cache group other than 0 of which nothing is known yet.</summary>
    UnlearnedGroupIdx,

    /// <summary>Held elsewhere, or the locality is not known.</summary>
    RemoteLocality,

    /// <summary>Of another medium than the device (host memory, disk, a store).</summary>
    OtherMedium,
}

/// <summary>Stable names of the reasons.</summary>
public static class KvFilterReasons
{
    /// <summary>Number of reasons, for arrays indexed by reason.</summary>
    public const int Count = (int)KvFilterReason.OtherMedium + 1;

    /// <summary>Name used as a metric label.</summary>
    public static string Label(KvFilterReason reason) => reason switch
    {
        KvFilterReason.None => "none",
        KvFilterReason.NonMainAttentionKind => "non_main_attention_kind",
        KvFilterReason.UnknownKind => "unknown_kind",
        KvFilterReason.NonMainAttentionGroup => "non_main_attention_group",
        KvFilterReason.UnlearnedGroupIdx => "unlearned_group_idx",
        KvFilterReason.RemoteLocality => "remote_locality",
        KvFilterReason.OtherMedium => "other_medium",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "No such reason."),
    };
}
