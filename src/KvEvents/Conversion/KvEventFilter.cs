using DynamoAspire.KvEvents.Wire;

namespace DynamoAspire.KvEvents.Conversion;

/// <summary>
/// Tells events that describe whole, local prefixes from the others. Learns from stored events which KV-cache groups of a hybrid model
/// hold whole prefixes, since removals name only the group. One instance per (engine, rank): not thread-safe.
/// </summary>
public sealed class KvEventFilter
{
    /// <summary>Groups remembered; a model has a handful, so more are noise and count as not learned.</summary>
    private const int MaxGroups = 256;

    private readonly Dictionary<long, bool> _isMain = [];
    private readonly KvMediumRule _mediumRule;

    /// <summary>Makes a filter.</summary>
    public KvEventFilter(KvMediumRule mediumRule = KvMediumRule.DeviceOnly) => _mediumRule = mediumRule;

    /// <summary>Decides over one event.</summary>
    public KvFilterReason Check(in KvEventView view)
    {
        if (view.Kind == KvEventKind.Cleared)
        {
            return KvFilterReason.None;
        }

        if (!view.Locality.IsEmpty && !view.Locality.SequenceEqual("LOCAL"u8))
        {
            return KvFilterReason.RemoteLocality;
        }

        var group = CheckGroup(view);
        return group != KvFilterReason.None ? group
            : _mediumRule == KvMediumRule.All || view.Medium.IsEmpty || view.Medium.SequenceEqual("GPU"u8) ? KvFilterReason.None
            : KvFilterReason.OtherMedium;
    }

    /// <summary>Forgets what was learned, as a restarted engine may number its groups differently.</summary>
    public void Reset() => _isMain.Clear();

    private KvFilterReason CheckGroup(in KvEventView view)
    {
        if (view.Kind == KvEventKind.Stored && !view.SpecKind.IsEmpty)
        {
            var isMain = IsMainKind(view.SpecKind);
            if (view.GroupIndex is { } learned && (_isMain.Count < MaxGroups || _isMain.ContainsKey(learned)))
            {
                _isMain[learned] = isMain;
            }

            return isMain ? KvFilterReason.None : IsOtherKind(view.SpecKind) ? KvFilterReason.NonMainAttentionKind : KvFilterReason.UnknownKind;
        }

        if (view.GroupIndex is not { } group)
        {
            return KvFilterReason.None;
        }

        return _isMain.TryGetValue(group, out var known)
            ? known ? KvFilterReason.None : KvFilterReason.NonMainAttentionGroup
            : group == 0 ? KvFilterReason.None : KvFilterReason.UnlearnedGroupIdx;
    }

    private static bool IsMainKind(ReadOnlySpan<byte> kind) =>
        kind.SequenceEqual("full_attention"u8) || kind.SequenceEqual("mla_attention"u8) || kind.SequenceEqual("sink_full_attention"u8);

    private static bool IsOtherKind(ReadOnlySpan<byte> kind) =>
        kind.SequenceEqual("sliding_window"u8) || kind.SequenceEqual("sliding_window_mla"u8) || kind.SequenceEqual("mamba"u8)
        || kind.SequenceEqual("chunked_local_attention"u8) || kind.SequenceEqual("encoder_only_attention"u8) || kind.SequenceEqual("cross_attention"u8);
}
