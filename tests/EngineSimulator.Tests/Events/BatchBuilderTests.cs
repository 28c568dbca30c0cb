using System.Buffers;
using System.Text.Json;
using DynamoAspire.EngineSimulator.Events;
using DynamoAspire.EngineSimulator.Pool;
using DynamoAspire.KvEvents.MessagePack;
using DynamoAspire.KvEvents.Wire;
using DynamoAspire.Testing;

namespace DynamoAspire.EngineSimulator.Tests.Events;

public sealed class BatchBuilderTests
{
    // Content a simulated engine cannot have: hashes that are not numbers, skipped blocks, a batch that is a map, a null hash form of old versions.
    private static readonly string[] s_inexpressible = ["a1_signed_hashes", "a3_bytes_hashes", "m1_bytes", "m1_map_batch", "m3_skipped"];

    public static TheoryData<string> Fixtures => [.. Names];

    private static IEnumerable<string> Names => Directory.EnumerateFiles(Path.Combine(RepositoryPaths.Fixtures, "kv-events"), "*.hex")
        .Select(f => Path.GetFileNameWithoutExtension(f))
        .Where(n => !n.StartsWith("x_", StringComparison.Ordinal) && !s_inexpressible.Contains(n))
        .Order(StringComparer.Ordinal);

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Batch_OfAFixturesContent_HasItsBytes(string name)
    {
        var path = Path.Combine(RepositoryPaths.Fixtures, "kv-events", name);
        using var document = JsonDocument.Parse(File.ReadAllText(path + ".json"));
        var expected = document.RootElement.GetProperty("expected");
        var schema = Enum.Parse<KvEventSchema>(expected.GetProperty("schema").GetString()!, ignoreCase: true);
        var events = expected.GetProperty("events").EnumerateArray().ToArray();
        var blockSize = events.Where(e => e.TryGetProperty("block_size", out _)).Select(e => e.GetProperty("block_size").GetInt32()).FirstOrDefault(16);
        var builder = new BatchBuilder(schema, KvHashForm.UInt64, blockSize);
        foreach (var e in events)
        {
            Tell(builder, e);
        }

        var rank = expected.GetProperty("data_parallel_rank");
        var bytes = builder.Complete(expected.GetProperty("ts").GetDouble(), rank.ValueKind is JsonValueKind.Null ? null : rank.GetInt32());
        Assert.Equal(File.ReadAllText(path + ".hex").Trim().ToUpperInvariant(), Convert.ToHexString(bytes));
        Assert.True(builder.IsEmpty);
    }

    [Fact]
    public void Fixtures_CoverEverySchemaThatAnyHas()
    {
        var schemas = Names.Select(n => n.Split('_')[0]).ToHashSet();
        Assert.Superset(new HashSet<string> { "a1", "a2", "a3", "a4", "a5", "a6", "a7", "m1", "m2", "m3", "sglang" }, schemas);
    }

    [Theory]
    [InlineData(KvEventSchema.A1)]
    [InlineData(KvEventSchema.A7)]
    [InlineData(KvEventSchema.M1)]
    [InlineData(KvEventSchema.S2)]
    [InlineData(KvEventSchema.T1)]
    public void Batch_InEveryHashForm_DecodesToTheSameHashes(KvEventSchema schema)
    {
        foreach (var form in Enum.GetValues<KvHashForm>())
        {
            var builder = new BatchBuilder(schema, form, 2);
            builder.Stored([0xFFFF_FFFF_FFFF_FFFE, 7], 9, [1, 2, 3, 4]);
            builder.Removed(7);
            builder.Cleared();
            var batch = new KvEventBatch();
            Assert.Equal(KvBatchStatus.Ok, new KvBatchDecoder().Decode(builder.Complete(1, 0), batch));
            Assert.Equal(3, batch.Count);
            Assert.Equal([0xFFFF_FFFF_FFFF_FFFE, 7], batch[0].BlockHashes.ToArray());
            Assert.Equal(9UL, batch[0].ParentBlockHash);
            Assert.Equal([1u, 2, 3, 4], batch[0].TokenIds.ToArray());
            Assert.Equal([7UL], batch[1].BlockHashes.ToArray());
            Assert.Equal(KvEventKind.Cleared, batch[2].Kind);
        }
    }

    [Fact]
    public void Digest_EndsInTheHash()
    {
        var digest = new byte[32];
        BlockHash.WriteDigest(0x0102030405060708, digest);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], digest[24..]);
    }

    private static void Tell(BatchBuilder builder, JsonElement e)
    {
        builder.Form = new EventForm
        {
            Medium = Text(e, "medium"),
            LoraId = Number(e, "lora_id"),
            LoraName = Text(e, "lora_name"),
            ExtraKeys = e.TryGetProperty("extra_keys", out var keys) ? IsPlain(keys) ? default(ReadOnlyMemory<byte>?) : Pack(keys) : ReadOnlyMemory<byte>.Empty,
            GroupIndex = Number(e, "group_idx"),
            SpecKind = Text(e, "kv_cache_spec_kind"),
            SlidingWindow = Number(e, "kv_cache_spec_sliding_window"),
            Locality = Text(e, "locality"),
            Ownership = Text(e, "ownership"),
            SessionId = Text(e, "session_id"),
            CacheSalt = Text(e, "cache_salt"),
        };
        var hashes = e.TryGetProperty("block_hashes", out var list) ? list.EnumerateArray().Select(h => h.GetUInt64()).ToArray() : [];
        switch (e.GetProperty("type").GetString())
        {
            case "BlockStored":
                var parent = e.GetProperty("parent_block_hash");
                builder.Stored(hashes, parent.ValueKind is JsonValueKind.Null ? null : parent.GetUInt64(), e.GetProperty("token_ids").EnumerateArray().Select(t => t.GetUInt32()).ToArray());
                break;
            case "BlockRemoved":
                builder.Removed(hashes);
                break;
            default:
                builder.Cleared();
                break;
        }
    }

    private static bool IsPlain(JsonElement keys) => keys.EnumerateArray().All(k => k.ValueKind is JsonValueKind.Null);

    private static string? Text(JsonElement e, string name) => e.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static long? Number(JsonElement e, string name) => e.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number ? value.GetInt64() : null;

    private static byte[] Pack(JsonElement value)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        Write(ref writer, value);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    private static void Write(ref MessagePackWriter writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Null:
                writer.WriteNil();
                break;
            case JsonValueKind.Number:
                writer.WriteInt64(value.GetInt64());
                break;
            case JsonValueKind.String:
                writer.WriteString(System.Text.Encoding.UTF8.GetBytes(value.GetString()!));
                break;
            default:
                writer.WriteArrayHeader(value.GetArrayLength());
                foreach (var item in value.EnumerateArray())
                {
                    Write(ref writer, item);
                }

                break;
        }
    }
}
