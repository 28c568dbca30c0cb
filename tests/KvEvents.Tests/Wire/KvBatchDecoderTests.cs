using System.Buffers;
using System.Text;
using System.Text.Json;
using DynamoAspire.KvEvents.MessagePack;
using DynamoAspire.KvEvents.Wire;
using DynamoAspire.Testing;

namespace DynamoAspire.KvEvents.Tests.Wire;

public sealed class KvBatchDecoderTests
{
    private readonly KvEventBatch _batch = new();
    private readonly KvBatchDecoder _decoder = new();

    public static TheoryData<string> Fixtures => KvFixture.Regular;

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Decode_Fixture_GivesWhatIsExpected(string name)
    {
        var fixture = KvFixture.Load(name);
        Assert.Equal(KvBatchStatus.Ok, _decoder.Decode(fixture.Payload, _batch));
        Assert.Equal(0, _batch.TrailingBytes);
        Assert.Equal(0, _batch.Skipped.Length);
        Assert.Equal(fixture.Expected.GetProperty("batch_form").GetString() == "map", _batch.IsMap);
        var shown = Show(_batch);
        Assert.Equal(fixture.Expected.GetProperty("ts").GetDouble(), shown.GetProperty("ts").GetDouble());
        AssertSame(fixture.Expected.GetProperty("data_parallel_rank"), shown.GetProperty("data_parallel_rank"), "data_parallel_rank");
        var expected = fixture.Expected.GetProperty("events");
        var events = shown.GetProperty("events");
        Assert.Equal(expected.GetArrayLength(), events.GetArrayLength());
        for (var i = 0; i < expected.GetArrayLength(); i++)
        {
            AssertSameFields(expected[i], events[i], $"{name} event {i}");
        }
    }

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Decode_FixtureKeys_AreTheBitsOfTheHashes(string name)
    {
        var fixture = KvFixture.Load(name);
        _decoder.Decode(fixture.Payload, _batch);
        var expected = fixture.Expected.GetProperty("events");
        for (var i = 0; i < _batch.Count; i++)
        {
            if (_batch[i].Kind == KvEventKind.Cleared)
            {
                continue;
            }

            Assert.Equal(expected[i].GetProperty("block_hashes").EnumerateArray().Select(Key), _batch[i].BlockHashes.ToArray());
            if (_batch[i].Kind == KvEventKind.Stored)
            {
                var parent = expected[i].GetProperty("parent_block_hash");
                Assert.Equal(parent.ValueKind == JsonValueKind.Null ? null : Key(parent), _batch[i].ParentBlockHash);
                Assert.Equal(expected[i].GetProperty("token_ids").EnumerateArray().Select(t => t.GetUInt32()), _batch[i].TokenIds.ToArray());
            }
        }
    }

    [Theory]
    [InlineData("x_not_a_batch", KvBatchStatus.NotABatch)]
    [InlineData("x_truncated", KvBatchStatus.Truncated)]
    public void Decode_IrregularPayload_IsRefused(string name, KvBatchStatus expected) =>
        Assert.Equal(expected, _decoder.Decode(KvFixture.Load(name).Payload, _batch));

    [Theory]
    [InlineData("x_unknown_event_array", KvSkipReason.UnknownType, "", 1)]
    [InlineData("x_unknown_event_map", KvSkipReason.UnknownType, "", 1)]
    [InlineData("x_missing_required_array", KvSkipReason.MissingField, "token_ids", 0)]
    public void Decode_BadEvent_IsLeftOutAlone(string name, KvSkipReason reason, string field, int others)
    {
        Assert.Equal(KvBatchStatus.Ok, _decoder.Decode(KvFixture.Load(name).Payload, _batch));
        Assert.Equal([new KvEventSkip(0, reason, field)], _batch.Skipped.ToArray());
        Assert.Equal(others, _batch.Count);
        if (others > 0)
        {
            Assert.Equal(KvEventKind.Cleared, _batch[0].Kind);
            Assert.Equal(1, _batch[0].Index);
        }
    }

    [Theory]
    [InlineData("x_extra_fields_map")]
    [InlineData("x_extra_trailing_fields_array")]
    [InlineData("x_tag_not_first_map")]
    public void Decode_MoreThanIsKnown_IsIgnored(string name)
    {
        Assert.Equal(KvBatchStatus.Ok, _decoder.Decode(KvFixture.Load(name).Payload, _batch));
        Assert.Equal(0, _batch.Skipped.Length);
        var view = _batch[0];
        Assert.Equal(KvEventKind.Removed, view.Kind);
        Assert.Equal([1UL], view.BlockHashes.ToArray());
        Assert.Equal("GPU", Encoding.UTF8.GetString(view.Medium));
        Assert.Equal(0, _batch.DataParallelRank);
    }

    [Fact]
    public void Decode_IntegerTime_IsATime()
    {
        Assert.Equal(KvBatchStatus.Ok, _decoder.Decode(KvFixture.Load("x_int_ts").Payload, _batch));
        Assert.Equal(1757500000, _batch.Timestamp);
        Assert.Equal(1, _batch.Count);
    }

    [Fact]
    public void Decode_NullTokens_IsAnEventWithoutTokens()
    {
        Assert.Equal(KvBatchStatus.Ok, _decoder.Decode(KvFixture.Load("x_null_token_ids_map").Payload, _batch));
        Assert.Equal(1, _batch.Count);
        Assert.True(_batch[0].TokenIds.IsEmpty);
        Assert.Equal(JsonValueKind.Null, Show(_batch).GetProperty("events")[0].GetProperty("token_ids").ValueKind);
    }

    [Fact]
    public void Decode_TokenPairs_AreOneRun()
    {
        Assert.Equal(KvBatchStatus.Ok, _decoder.Decode(KvFixture.Load("x_sglang_bigram_tokens").Payload, _batch));
        Assert.True(_batch[0].TokensArePairs);
        Assert.Equal([1u, 2, 3], _batch[0].TokenIds.ToArray());
        Assert.Equal("[[1,2],[2,3]]", Show(_batch).GetProperty("events")[0].GetProperty("token_ids").GetRawText().Replace(" ", "", StringComparison.Ordinal));
    }

    [Fact]
    public void Decode_MetadataInPlaceOfTheLoraName_IsRead()
    {
        Assert.Equal(KvBatchStatus.Ok, _decoder.Decode(KvFixture.Load("x_sglang_metadata_dict").Payload, _batch));
        Assert.Equal("tenant-a", Encoding.UTF8.GetString(_batch[0].CacheSalt));
        Assert.True(_batch[0].LoraName.IsEmpty);
        Assert.Null(_batch.DataParallelRank);
    }

    [Fact]
    public void Decode_ShortArrays_HaveNilAtTheEnd()
    {
        Assert.Equal(KvBatchStatus.Ok, _decoder.Decode(KvFixture.Load("x_short_arrays").Payload, _batch));
        Assert.Equal(2, _batch.Count);
        Assert.Equal([5u], _batch[0].TokenIds.ToArray());
        Assert.Equal(16, _batch[0].BlockSize);
        Assert.True(_batch[1].Medium.IsEmpty);
    }

    [Fact]
    public void Decode_BytesAfterTheBatch_AreCountedAndTheBatchStands()
    {
        Assert.Equal(KvBatchStatus.Ok, _decoder.Decode(KvFixture.Load("x_trailing_garbage").Payload, _batch));
        Assert.Equal(4, _batch.Count);
        Assert.True(_batch.TrailingBytes > 0);
    }

    [Fact]
    public void Decode_BothFormsInOneBatch_AreRead()
    {
        var payload = Convert.FromHexString(
            "93cb3ff80000000000009387a474797065ab426c6f636b53746f726564ac626c6f636b5f68617368657392ffcfffffffffffffffffb1706172656e745f626c6f636b5f68617368c0"
            + "a9746f6b656e5f6964739801020304050607 08aa626c6f636b5f73697a6504a76c6f72615f6964c0a66d656469756da347505581a474797065b0416c6c426c6f636b73436c6561726564"
                .Replace(" ", "", StringComparison.Ordinal)
            + "93ac426c6f636b52656d6f7665649105c0c0");
        Assert.Equal(KvBatchStatus.Ok, _decoder.Decode(payload, _batch));
        Assert.Equal(1.5, _batch.Timestamp);
        Assert.Null(_batch.DataParallelRank);
        Assert.Equal(3, _batch.Count);
        Assert.Equal([ulong.MaxValue, ulong.MaxValue], _batch[0].BlockHashes.ToArray());
        Assert.Equal([1u, 2, 3, 4, 5, 6, 7, 8], _batch[0].TokenIds.ToArray());
        Assert.Equal(4, _batch[0].BlockSize);
        Assert.Equal(KvEventKind.Cleared, _batch[1].Kind);
        Assert.Equal(KvEventKind.Removed, _batch[2].Kind);
        Assert.Equal([5UL], _batch[2].BlockHashes.ToArray());
    }

    [Fact]
    public void Decode_MediaByType_AreFoundInEitherPlace()
    {
        // The oldest generation of Dynamo has the media where vLLM has the LoRA name, the next one where vLLM has the extra keys.
        foreach (var place in new[] { 7, 8 })
        {
            var payload = Build((ref MessagePackWriter w) =>
            {
                w.WriteArrayHeader(place + 1);
                w.WriteString("BlockStored"u8);
                w.WriteArrayHeader(1);
                w.WriteUInt64(9);
                w.WriteNil();
                w.WriteArrayHeader(2);
                w.WriteUInt64(1);
                w.WriteUInt64(2);
                w.WriteUInt64(2);
                for (var i = 5; i < place; i++)
                {
                    w.WriteNil();
                }

                w.WriteArrayHeader(1);
                w.WriteMapHeader(1);
                w.WriteString("mm_objects"u8);
                w.WriteArrayHeader(0);
            });
            Assert.Equal(KvBatchStatus.Ok, _decoder.Decode(payload, _batch));
            Assert.False(_batch[0].BlockMmInfos.IsEmpty);
            Assert.True(_batch[0].ExtraKeys.IsEmpty);
        }
    }

    [Fact]
    public void Decode_TailWithoutExtraKeys_IsFoundByType()
    {
        var payload = Build((ref MessagePackWriter w) =>
        {
            w.WriteArrayHeader(11);
            w.WriteString("BlockStored"u8);
            w.WriteArrayHeader(0);
            w.WriteNil();
            w.WriteArrayHeader(0);
            w.WriteUInt64(16);
            w.WriteNil();
            w.WriteString("GPU"u8);
            w.WriteString("lora"u8);
            w.WriteUInt64(3);
            w.WriteString("sliding_window"u8);
            w.WriteUInt64(512);
        });
        Assert.Equal(KvBatchStatus.Ok, _decoder.Decode(payload, _batch));
        Assert.Equal(3, _batch[0].GroupIndex);
        Assert.Equal("sliding_window", Encoding.UTF8.GetString(_batch[0].SpecKind));
        Assert.Equal(512, _batch[0].SlidingWindow);
    }

    [Fact]
    public void Decode_WrongTypes_LoseTheEventOnlyWhereRequired()
    {
        var payload = Build(
            (ref MessagePackWriter w) =>
            {
                w.WriteMapHeader(3);
                w.WriteString("type"u8);
                w.WriteString("BlockRemoved"u8);
                w.WriteString("block_hashes"u8);
                w.WriteString("x"u8);
                w.WriteString("medium"u8);
                w.WriteNil();
            },
            (ref MessagePackWriter w) =>
            {
                w.WriteMapHeader(4);
                w.WriteString("type"u8);
                w.WriteString("BlockRemoved"u8);
                w.WriteString("block_hashes"u8);
                w.WriteArrayHeader(1);
                w.WriteUInt64(4);
                w.WriteString("medium"u8);
                w.WriteUInt64(7);
                w.WriteUInt64(5);
                w.WriteUInt64(5);
            },
            (ref MessagePackWriter w) => w.WriteUInt64(1),
            (ref MessagePackWriter w) => w.WriteMapHeader(0),
            (ref MessagePackWriter w) => w.WriteArrayHeader(0));
        Assert.Equal(KvBatchStatus.Ok, _decoder.Decode(payload, _batch));
        Assert.Equal(1, _batch.Count);
        Assert.Equal([4UL], _batch[0].BlockHashes.ToArray());
        Assert.True(_batch[0].Medium.IsEmpty);
        Assert.Equal(
            [
                new KvEventSkip(0, KvSkipReason.InvalidField, "block_hashes"),
                new KvEventSkip(2, KvSkipReason.NotAnEvent, ""),
                new KvEventSkip(3, KvSkipReason.MissingType, ""),
                new KvEventSkip(4, KvSkipReason.MissingType, ""),
            ],
            _batch.Skipped.ToArray());
    }

    [Fact]
    public void Decode_OverTheLimits_IsRefused()
    {
        var payload = KvFixture.Load("a3_gpu").Payload;
        Assert.Equal(KvBatchStatus.TooLarge, new KvBatchDecoder(new KvDecodeLimits { MaxEvents = 3 }).Decode(payload, _batch));
        Assert.Equal(KvBatchStatus.TooLarge, new KvBatchDecoder(new KvDecodeLimits { MaxHashes = 1 }).Decode(payload, _batch));
        Assert.Equal(KvBatchStatus.TooLarge, new KvBatchDecoder(new KvDecodeLimits { MaxTokens = 31 }).Decode(payload, _batch));
        Assert.Equal(KvBatchStatus.Ok, new KvBatchDecoder(new KvDecodeLimits { MaxEvents = 4, MaxHashes = 3, MaxTokens = 33 }).Decode(payload, _batch));
    }

    [Fact]
    public void Decode_EveryCutOfABatch_IsRefused()
    {
        foreach (var name in new[] { "a7_spec_kind", "m2_locality", "m1_map_batch", "a3_bytes_hashes" })
        {
            var whole = KvFixture.Load(name).Payload;
            for (var length = 0; length < whole.Length; length++)
            {
                Assert.True(KvBatchStatus.Ok != _decoder.Decode(whole.AsMemory(0, length), _batch), $"{name} cut to {length}");
            }
        }
    }

    [Fact]
    public void Decode_Warm_AllocatesNothing()
    {
        var payloads = KvFixture.Names.Where(n => !n.StartsWith("x_", StringComparison.Ordinal)).Select(n => KvFixture.Load(n).Payload).Append(KvFixture.Load("x_unknown_event_map").Payload).ToArray();
        foreach (var payload in payloads)
        {
            _decoder.Decode(payload, _batch);
        }

        Assert.Equal(0, Allocations.InSteadyState(() =>
        {
            foreach (var payload in payloads)
            {
                _decoder.Decode(payload, _batch);
            }
        }));
    }

    [Fact]
    public void Labels_OfReasonsAndOutcomes_AreDistinct()
    {
        Assert.Equal(KvSkipReasons.Count, Enum.GetValues<KvSkipReason>().Select(KvSkipReasons.Label).Distinct().Count());
        Assert.Equal(KvBatchStatuses.Count, Enum.GetValues<KvBatchStatus>().Select(KvBatchStatuses.Label).Distinct().Count());
    }

    internal static JsonElement Show(KvEventBatch batch)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            KvBatchJson.Write(batch, json);
        }

        return JsonDocument.Parse(output.WrittenMemory).RootElement;
    }

    /// <summary>Each field of one side is on the other, or is null there.</summary>
    private static void AssertSameFields(JsonElement expected, JsonElement actual, string where)
    {
        foreach (var name in expected.EnumerateObject().Concat(actual.EnumerateObject()).Select(p => p.Name).Distinct())
        {
            AssertSame(Field(expected, name), Field(actual, name), $"{where}: {name}");
        }
    }

    private static JsonElement? Field(JsonElement e, string name) => e.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static void AssertSame(JsonElement? expected, JsonElement? actual, string where) => Assert.True(
        expected.HasValue == actual.HasValue && (!expected.HasValue || JsonElement.DeepEquals(expected.Value, actual!.Value)),
        $"{where}: expected {expected}, got {actual}");

    private static ulong Key(JsonElement hash) => hash.ValueKind == JsonValueKind.Object
        ? Convert.ToUInt64(hash.GetProperty("$bytes").GetString()![^16..], 16)
        : hash.TryGetUInt64(out var value) ? value : unchecked((ulong)hash.GetInt64());

    private delegate void Content(ref MessagePackWriter writer);

    private static byte[] Build(params Content[] events)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(3);
        writer.WriteDouble(1);
        writer.WriteArrayHeader(events.Length);
        foreach (var e in events)
        {
            e(ref writer);
        }

        writer.WriteUInt64(0);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }
}
