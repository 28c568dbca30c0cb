using System.Buffers;
using System.Text.Json;
using DynamoAspire.KvEvents.MessagePack;
using DynamoAspire.KvEvents.Wire;
using DynamoAspire.Testing;

namespace DynamoAspire.KvEvents.Tests.Wire;

public sealed class KvBatchEncoderTests
{
    public static TheoryData<string> Fixtures => KvFixture.Regular;

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Complete_ContentOfFixture_GivesItsBytes(string name)
    {
        var fixture = KvFixture.Load(name);
        Assert.Equal(Convert.ToHexString(fixture.Payload), Convert.ToHexString(Encode(fixture.Expected)));
    }

    [Fact]
    public void Fixtures_CoverEverySchema()
    {
        var covered = KvFixture.Names.Where(n => KvFixture.Load(n).IsRegular).Select(n => KvFixture.Load(n).Expected.GetProperty("schema").GetString()!.ToUpperInvariant()).ToHashSet();
        // No recording of TensorRT-LLM exists; its layout is M1's with the locality.
        Assert.Equal(Enum.GetNames<KvEventSchema>().Where(n => n != nameof(KvEventSchema.T1)).Order(), covered.Order());
    }

    [Fact]
    public void Complete_ArrayFormOfTheSpecification_GivesItsBytes()
    {
        var encoder = new KvBatchEncoder(KvEventSchema.A3);
        encoder.AddRemoved(new KvRemovedFields { BlockHashes = [5] });
        var output = new ArrayBufferWriter<byte>();
        encoder.Complete(1.5, null, output);
        Assert.Equal("93CB3FF80000000000009193AC426C6F636B52656D6F7665649105C0C0", Convert.ToHexString(output.WrittenSpan));
    }

    [Fact]
    public void Encoder_AfterComplete_StartsAnew()
    {
        var encoder = new KvBatchEncoder(KvEventSchema.M1);
        encoder.AddCleared();
        Assert.Equal(1, encoder.Count);
        encoder.Complete(1, 0, new ArrayBufferWriter<byte>());
        Assert.Equal(0, encoder.Count);
        var output = new ArrayBufferWriter<byte>();
        encoder.Complete(0, 2, output);
        Assert.Equal("93CB00000000000000009002", Convert.ToHexString(output.WrittenSpan));
    }

    [Fact]
    public void Encoder_DigestsOfAnotherLength_AreRefused()
    {
        var encoder = new KvBatchEncoder(KvEventSchema.A3, KvHashForm.Digest);
        Assert.Throws<ArgumentException>(() => encoder.AddRemoved(new KvRemovedFields { BlockDigests = new byte[33] }));
    }

    [Fact]
    public void Encoder_Warm_AllocatesNothing()
    {
        var encoder = new KvBatchEncoder(KvEventSchema.M1);
        var output = new ArrayBufferWriter<byte>(4096);
        var hashes = new ulong[] { 1, 2 };
        var tokens = new uint[32];
        void Round()
        {
            output.ResetWrittenCount();
            encoder.AddStored(new KvStoredFields { BlockHashes = hashes, TokenIds = tokens, BlockSize = 16, Medium = "GPU" });
            encoder.AddRemoved(new KvRemovedFields { BlockHashes = hashes, Medium = "GPU" });
            encoder.Complete(1, 0, output);
        }

        Round();
        Assert.Equal(0, Allocations.InSteadyState(() =>
        {
            for (var i = 0; i < 100; i++)
            {
                Round();
            }
        }));
    }

    internal static byte[] Encode(JsonElement expected)
    {
        var schema = Enum.Parse<KvEventSchema>(expected.GetProperty("schema").GetString()!, ignoreCase: true);
        var encoder = new KvBatchEncoder(schema, FormOf(expected));
        foreach (var e in expected.GetProperty("events").EnumerateArray())
        {
            switch (e.GetProperty("type").GetString())
            {
                case "BlockStored":
                    encoder.AddStored(Stored(e));
                    break;
                case "BlockRemoved":
                    encoder.AddRemoved(new KvRemovedFields
                    {
                        BlockHashes = Hashes(e),
                        BlockDigests = Digests(e),
                        Medium = Text(e, "medium"),
                        GroupIndex = Number(e, "group_idx"),
                        Locality = Text(e, "locality"),
                        Ownership = Text(e, "ownership"),
                    });
                    break;
                default:
                    encoder.AddCleared();
                    break;
            }
        }

        var output = new ArrayBufferWriter<byte>();
        encoder.Complete(expected.GetProperty("ts").GetDouble(), (int?)Number(expected, "data_parallel_rank"), output, expected.GetProperty("batch_form").GetString() == "map");
        return output.WrittenSpan.ToArray();
    }

    private static KvStoredFields Stored(JsonElement e) => new()
    {
        BlockHashes = Hashes(e),
        BlockDigests = Digests(e),
        ParentBlockHash = Parent(e, "parent_block_hash"),
        ParentDigest = e.GetProperty("parent_block_hash").ValueKind == JsonValueKind.Object ? Digest(e.GetProperty("parent_block_hash")) : default,
        TokenIds = Tokens(e, "token_ids"),
        BlockSize = e.GetProperty("block_size").GetInt32(),
        LoraId = Number(e, "lora_id"),
        Medium = Text(e, "medium"),
        LoraName = Text(e, "lora_name"),
        ExtraKeys = Raw(e, "extra_keys"),
        GroupIndex = Number(e, "group_idx"),
        SpecKind = Text(e, "kv_cache_spec_kind"),
        SlidingWindow = Number(e, "kv_cache_spec_sliding_window"),
        Locality = Text(e, "locality"),
        Ownership = Text(e, "ownership"),
        SessionId = Text(e, "session_id"),
        CacheSalt = Text(e, "cache_salt"),
        SkippedParentBlockHash = Parent(e, "skipped_parent_block_hash"),
        SkippedTokenIds = Tokens(e, "skipped_token_ids"),
        SkippedExtraKeys = Raw(e, "skipped_extra_keys"),
    };

    private static KvHashForm FormOf(JsonElement expected)
    {
        var first = expected.GetProperty("events").EnumerateArray().FirstOrDefault(e => e.TryGetProperty("block_hashes", out _));
        if (first.ValueKind == JsonValueKind.Undefined)
        {
            return KvHashForm.UInt64;
        }

        var hash = first.GetProperty("block_hashes")[0];
        return hash.ValueKind == JsonValueKind.Object ? KvHashForm.Digest : hash.GetRawText().StartsWith('-') ? KvHashForm.Int64 : KvHashForm.UInt64;
    }

    private static ulong[] Hashes(JsonElement e) =>
        [.. e.GetProperty("block_hashes").EnumerateArray().Where(h => h.ValueKind == JsonValueKind.Number).Select(Bits)];

    private static byte[] Digests(JsonElement e) =>
        [.. e.GetProperty("block_hashes").EnumerateArray().Where(h => h.ValueKind == JsonValueKind.Object).SelectMany(Digest)];

    private static byte[] Digest(JsonElement e) => Convert.FromHexString(e.GetProperty("$bytes").GetString()!);

    private static ulong Bits(JsonElement number) => number.TryGetUInt64(out var value) ? value : unchecked((ulong)number.GetInt64());

    private static ulong? Parent(JsonElement e, string name) =>
        e.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? Bits(value) : null;

    private static uint[] Tokens(JsonElement e, string name) =>
        e.TryGetProperty(name, out var value) ? [.. value.EnumerateArray().Select(t => t.GetUInt32())] : [];

    private static string? Text(JsonElement e, string name) => e.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static long? Number(JsonElement e, string name) =>
        e.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : null;

    private static byte[] Raw(JsonElement e, string name)
    {
        if (!e.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return [];
        }

        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        WriteValue(ref writer, value);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    private static void WriteValue(ref MessagePackWriter writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Array:
                writer.WriteArrayHeader(value.GetArrayLength());
                foreach (var item in value.EnumerateArray())
                {
                    WriteValue(ref writer, item);
                }

                break;
            case JsonValueKind.Object:
                writer.WriteBinary(Digest(value));
                break;
            case JsonValueKind.String:
                writer.WriteString(value.GetString());
                break;
            case JsonValueKind.Number:
                writer.WriteInt64(value.GetInt64());
                break;
            default:
                writer.WriteNil();
                break;
        }
    }
}
