using System.Buffers;
using DynamoAspire.KvEvents.Conversion;
using DynamoAspire.KvEvents.Wire;

namespace DynamoAspire.KvEvents.Tests.Conversion;

public sealed class KvEventFilterTests
{
    private readonly KvEventFilter _filter = new();

    [Theory]
    [InlineData("full_attention", KvFilterReason.None)]
    [InlineData("mla_attention", KvFilterReason.None)]
    [InlineData("sink_full_attention", KvFilterReason.None)]
    [InlineData("sliding_window", KvFilterReason.NonMainAttentionKind)]
    [InlineData("mamba", KvFilterReason.NonMainAttentionKind)]
    [InlineData("quantum", KvFilterReason.UnknownKind)]
    [InlineData("unknown", KvFilterReason.UnknownKind)]
    public void Check_StoredKind_Decides(string kind, KvFilterReason expected) => Assert.Equal(expected, Stored(new() { SpecKind = kind, GroupIndex = 2 }));

    [Fact]
    public void Check_RemovalOfAGroup_GoesByWhatStoresSaid()
    {
        Assert.Equal(KvFilterReason.None, Removed(new() { GroupIndex = 0 }));
        Assert.Equal(KvFilterReason.UnlearnedGroupIdx, Removed(new() { GroupIndex = 1 }));
        Stored(new() { SpecKind = "full_attention", GroupIndex = 1 });
        Stored(new() { SpecKind = "sliding_window", GroupIndex = 0 });
        Assert.Equal(KvFilterReason.None, Removed(new() { GroupIndex = 1 }));
        Assert.Equal(KvFilterReason.NonMainAttentionGroup, Removed(new() { GroupIndex = 0 }));
        Assert.Equal(KvFilterReason.None, Removed(new()));
        _filter.Reset();
        Assert.Equal(KvFilterReason.None, Removed(new() { GroupIndex = 0 }));
    }

    [Theory]
    [InlineData(null, null, KvFilterReason.None)]
    [InlineData("GPU", "LOCAL", KvFilterReason.None)]
    [InlineData("CPU", null, KvFilterReason.OtherMedium)]
    [InlineData("DISK", "LOCAL", KvFilterReason.OtherMedium)]
    [InlineData("GPU", "REMOTE", KvFilterReason.RemoteLocality)]
    [InlineData("GPU", "NEARBY", KvFilterReason.RemoteLocality)]
    public void Check_MediumAndLocality_Decide(string? medium, string? locality, KvFilterReason expected) =>
        Assert.Equal(expected, Removed(new() { Medium = medium, Locality = locality }));

    [Fact]
    public void Check_AllMedia_LetsThemPass()
    {
        var filter = new KvEventFilter(KvMediumRule.All);
        Assert.Equal(KvFilterReason.None, filter.Check(Decode(e => e.AddRemoved(new() { Medium = "CPU" }))[0]));
        Assert.Equal(KvFilterReason.RemoteLocality, filter.Check(Decode(e => e.AddRemoved(new() { Medium = "CPU", Locality = "REMOTE" }))[0]));
    }

    [Fact]
    public void Check_Cleared_AlwaysPasses() => Assert.Equal(KvFilterReason.None, _filter.Check(Decode(e => e.AddCleared())[0]));

    [Fact]
    public void Labels_OfReasonsAndIssues_AreDistinct()
    {
        Assert.Equal(KvFilterReasons.Count, Enum.GetValues<KvFilterReason>().Select(KvFilterReasons.Label).Distinct().Count());
        Assert.Equal(KvConversionIssues.Count, Enum.GetValues<KvConversionIssue>().Select(KvConversionIssues.Label).Distinct().Count());
    }

    private KvFilterReason Stored(KvStoredFields fields)
    {
        var encoder = new KvBatchEncoder(KvEventSchema.M2);
        encoder.AddStored(fields);
        return _filter.Check(Decode(encoder)[0]);
    }

    private KvFilterReason Removed(KvRemovedFields fields)
    {
        var encoder = new KvBatchEncoder(KvEventSchema.M2);
        encoder.AddRemoved(fields);
        return _filter.Check(Decode(encoder)[0]);
    }

    private static KvEventBatch Decode(Action<KvBatchEncoder> add)
    {
        var encoder = new KvBatchEncoder(KvEventSchema.M2);
        add(encoder);
        return Decode(encoder);
    }

    private static KvEventBatch Decode(KvBatchEncoder encoder)
    {
        var output = new ArrayBufferWriter<byte>();
        encoder.Complete(0, 0, output);
        var batch = new KvEventBatch();
        Assert.Equal(KvBatchStatus.Ok, new KvBatchDecoder().Decode(output.WrittenMemory.ToArray(), batch));
        return batch;
    }
}
