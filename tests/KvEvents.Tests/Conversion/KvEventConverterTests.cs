using System.Buffers;
using DynamoAspire.KvEvents.Conversion;
using DynamoAspire.KvEvents.Hashing;
using DynamoAspire.KvEvents.MessagePack;
using DynamoAspire.KvEvents.RouterEvents;
using DynamoAspire.KvEvents.Wire;
using DynamoAspire.Testing;

namespace DynamoAspire.KvEvents.Tests.Conversion;

public sealed class KvEventConverterTests
{
    private readonly KvBatchDecoder _decoder = new();
    private readonly KvEventBatch _batch = new();
    private readonly RouterEvent _event = new() { WorkerId = 5, EventId = 6, DpRank = 7 };

    [Fact]
    public void Convert_PublishedBatch_GivesThePublishedEvent()
    {
        var payload = Convert.FromHexString("93cb00000000000000009199ab426c6f636b53746f726564912ac0940001020304c0c0c0c001");
        Assert.Equal(KvBatchStatus.Ok, _decoder.Decode(payload, _batch));
        Assert.Equal(1, _batch.DataParallelRank);
        Assert.Equal(KvConversionIssue.None, new KvEventConverter(4).Convert(_batch[0], _event));
        Assert.Equal(RouterEventKind.Stored, _event.Kind);
        Assert.Null(_event.ParentHash);
        Assert.Equal([new RouterBlock(42, 9143094415614847814)], _event.Blocks.ToArray());
        Assert.Equal((5UL, 6UL, 7u), (_event.WorkerId, _event.EventId, _event.DpRank));
    }

    [Fact]
    public void Convert_TooFewTokens_KeepsTheWholeBlocks()
    {
        Stored([1, 2], [1, 2, 3, 4, 5, 6, 7], 4, parent: 9);
        Assert.Equal(KvConversionIssue.TooFewTokens, new KvEventConverter(4).Convert(_batch[0], _event));
        Assert.Equal([new RouterBlock(1, 14643705804678351452)], _event.Blocks.ToArray());
        Assert.Equal(9UL, _event.ParentHash);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(0)]
    public void Convert_OtherBlockSize_GivesNoBlock(int sent)
    {
        Stored([1], [1, 2, 3, 4], sent);
        Assert.Equal(KvConversionIssue.BlockSizeMismatch, new KvEventConverter(4).Convert(_batch[0], _event));
        Assert.Equal(RouterEventKind.Stored, _event.Kind);
        Assert.True(_event.Blocks.IsEmpty);
    }

    [Fact]
    public void Convert_NoConfiguredSize_TakesTheEvents()
    {
        Stored([1], [1, 2, 3, 4], 4);
        Assert.Equal(KvConversionIssue.None, new KvEventConverter(0).Convert(_batch[0], _event));
        Assert.Equal(14643705804678351452UL, _event.Blocks[0].TokensHash);
    }

    [Fact]
    public void Convert_TokenPairs_HashOneTokenMorePerBlock()
    {
        _decoder.Decode(KvFixture.Load("x_sglang_bigram_tokens").Payload, _batch);
        Assert.Equal(KvConversionIssue.None, new KvEventConverter(2).Convert(_batch[0], _event));
        Assert.Equal([new RouterBlock(123, BlockHasher.TokensHash([1, 2, 3]))], _event.Blocks.ToArray());
    }

    [Fact]
    public void Convert_Media_EnterHashAndEvent()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(3);
        writer.WriteDouble(0);
        writer.WriteArrayHeader(1);
        writer.WriteMapHeader(5);
        writer.WriteString("type"u8);
        writer.WriteString("BlockStored"u8);
        writer.WriteString("block_hashes"u8);
        writer.WriteArrayHeader(2);
        writer.WriteUInt64(1);
        writer.WriteUInt64(2);
        writer.WriteString("token_ids"u8);
        writer.WriteArrayHeader(8);
        for (var i = 1; i <= 8; i++)
        {
            writer.WriteInt64(i);
        }

        writer.WriteString("block_size"u8);
        writer.WriteInt64(4);
        writer.WriteString("block_mm_infos"u8);
        writer.WriteArrayHeader(2);
        writer.WriteMapHeader(1);
        writer.WriteString("mm_objects"u8);
        writer.WriteArrayHeader(2);
        foreach (var hash in new ulong[] { 42, 7 })
        {
            writer.WriteMapHeader(2);
            writer.WriteString("mm_hash"u8);
            writer.WriteUInt64(hash);
            writer.WriteString("offsets"u8);
            writer.WriteArrayHeader(1);
            writer.WriteArrayHeader(2);
            writer.WriteUInt64(0);
            writer.WriteUInt64(hash);
        }

        writer.WriteNil();
        writer.WriteNil();
        writer.Flush();
        Assert.Equal(KvBatchStatus.Ok, _decoder.Decode(output.WrittenMemory.ToArray(), _batch));
        Assert.Equal(KvConversionIssue.None, new KvEventConverter(4).Convert(_batch[0], _event));
        Assert.Equal(6295130183325757331UL, _event.Blocks[0].TokensHash);
        Assert.Equal(16777012769546811212UL, _event.Blocks[1].TokensHash);
        Assert.Equal(2, _event.Blocks[0].MediaCount);
        Assert.Equal(-1, _event.Blocks[1].MediaCount);
        Assert.Equal([new MediaObject(42, 0, 1), new MediaObject(7, 1, 1)], _event.MediaObjects.ToArray());
        Assert.Equal(new MediaOffset(0, 7), _event.MediaOffsets[1]);
    }

    [Fact]
    public void Convert_RemovedAndCleared_AreTakenOver()
    {
        _decoder.Decode(KvFixture.Load("a3_gpu").Payload, _batch);
        var converter = new KvEventConverter(16);
        converter.Convert(_batch[2], _event);
        Assert.Equal(RouterEventKind.Removed, _event.Kind);
        Assert.Equal([9460568785227603120UL], _event.RemovedHashes.ToArray());
        converter.Convert(_batch[3], _event);
        Assert.Equal(RouterEventKind.Cleared, _event.Kind);
        Assert.True(_event.RemovedHashes.IsEmpty);
    }

    [Fact]
    public void Convert_Warm_AllocatesNothing()
    {
        _decoder.Decode(KvFixture.Load("big_tokens").Payload, _batch);
        var converter = new KvEventConverter(0);
        converter.Convert(_batch[0], _event);
        Assert.Equal(0, Allocations.InSteadyState(() =>
        {
            for (var i = 0; i < 20; i++)
            {
                converter.Convert(_batch[0], _event);
            }
        }));
    }

    private void Stored(ulong[] hashes, uint[] tokens, int blockSize, ulong? parent = null)
    {
        var encoder = new KvBatchEncoder(KvEventSchema.A3);
        encoder.AddStored(new KvStoredFields { BlockHashes = hashes, TokenIds = tokens, BlockSize = blockSize, ParentBlockHash = parent });
        var output = new ArrayBufferWriter<byte>();
        encoder.Complete(0, 0, output);
        _decoder.Decode(output.WrittenMemory.ToArray(), _batch);
    }
}
