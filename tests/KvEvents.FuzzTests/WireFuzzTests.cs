using System.Buffers;
using System.Text;
using System.Text.Json;
using DynamoAspire.KvEvents.Conversion;
using DynamoAspire.KvEvents.EventPlane;
using DynamoAspire.KvEvents.Index;
using DynamoAspire.KvEvents.LoadEvents;
using DynamoAspire.KvEvents.MessagePack;
using DynamoAspire.KvEvents.Queries;
using DynamoAspire.KvEvents.RouterEvents;
using DynamoAspire.KvEvents.StatRecords;
using DynamoAspire.KvEvents.Wire;
using DynamoAspire.Testing;

namespace DynamoAspire.KvEvents.FuzzTests;

/// <summary>Damaged and arbitrary bytes: errors are fine; exceptions, endless loops and unbounded memory are not.</summary>
public sealed class WireFuzzTests
{
    /// <summary>Cases of each kind; the full form is <c>KV_FUZZ_CASES=200000 dotnet test tests/KvEvents.FuzzTests</c>.</summary>
    private static int Rounds => int.TryParse(Environment.GetEnvironmentVariable("KV_FUZZ_CASES"), out var cases) ? cases : 20_000;

    private static readonly byte[][] s_batches =
        [.. Directory.GetFiles(Path.Combine(RepositoryPaths.Fixtures, "kv-events"), "*.hex").Order(StringComparer.Ordinal).Select(f => Convert.FromHexString(File.ReadAllText(f).Trim())).Where(b => b.Length < 4096)];

    [Fact]
    public void Decode_DamagedBatches_CountsEveryEventOnceAndNeverThrows()
    {
        var decoder = new KvBatchDecoder();
        var batch = new KvEventBatch();
        var output = new ArrayBufferWriter<byte>(64 * 1024);
        var decoded = 0;
        for (var seed = 0; seed < Rounds; seed++)
        {
            var random = new Random(seed);
            var payload = Damaged(random, s_batches[random.Next(s_batches.Length)]);
            var status = decoder.Decode(payload, batch);
            Assert.True(batch.Count + batch.Skipped.Length <= payload.Length, $"seed {seed}");
            long sum = 0;
            for (var i = 0; i < batch.Count; i++)
            {
                var view = batch[i];
                sum += view.BlockHashes.Length + view.TokenIds.Length + view.Medium.Length + view.LoraName.Length + view.ExtraKeys.Length + view.SpecKind.Length + view.Locality.Length;
            }

            Assert.True(sum <= 4L * payload.Length, $"seed {seed}");
            if (status != KvBatchStatus.Ok)
            {
                continue;
            }

            decoded++;
            Assert.True(EventsSent(payload) == batch.Count + batch.Skipped.Length, $"seed {seed}: {batch.Count} decoded, {batch.Skipped.Length} skipped of {EventsSent(payload)}");
            output.ResetWrittenCount();
            using var json = new Utf8JsonWriter(output);
            KvBatchJson.Write(batch, json);
        }

        // Both sides must be met, or the comparison above proves nothing.
        Assert.InRange(decoded, Rounds / 20, Rounds - (Rounds / 20));
    }

    [Fact]
    public void Lane_DamagedBatches_NeverThrowAndLeaveASoundIndex()
    {
        var decoder = new KvBatchDecoder();
        var batch = new KvEventBatch();
        var filter = new KvEventFilter();
        var converters = new[] { new KvEventConverter(16), new KvEventConverter(4), new KvEventConverter(0) };
        var routerEvent = new RouterEvent();
        var index = new PrefixIndex(new KvIndexOptions { MaxBlocks = 500, Eviction = KvEvictionPolicy.OldestFirst });
        var indexer = new LocalIndexer(new WorkerRank(1, 0), index, 16);
        var output = new ArrayBufferWriter<byte>();
        var stored = 0;
        for (var seed = 0; seed < Rounds; seed++)
        {
            var random = new Random(seed);
            var payload = Damaged(random, s_batches[random.Next(s_batches.Length)]);
            decoder.Decode(payload, batch);
            for (var i = 0; i < batch.Count; i++)
            {
                if (filter.Check(batch[i]) != KvFilterReason.None)
                {
                    continue;
                }

                converters[seed % 3].Convert(batch[i], routerEvent);
                routerEvent.WorkerId = 1;
                routerEvent.EventId++;
                stored += index.Apply(routerEvent) == KvIndexStatus.Ok && routerEvent.Kind == RouterEventKind.Stored ? 1 : 0;
                indexer.Record(routerEvent);
            }

            Assert.InRange(index.BlockCount, 0, 500);
            if (seed % 500 == 0)
            {
                output.ResetWrittenCount();
                indexer.Answer(new KvQueryRequest(1, routerEvent.EventId), default, output);
                indexer.Answer(new KvQueryRequest(1), default, output);
            }
        }

        Assert.True(stored > Rounds / 20);
        index.RemoveWorker(1);
        Assert.Equal((0L, 0L), (index.BlockCount, index.NodeCount));
    }

    [Fact]
    public void Decode_DamagedBatches_EqualAFreshDecoder()
    {
        // What an earlier batch left in the buffers must never show in a later one.
        var used = new KvEventBatch();
        var decoder = new KvBatchDecoder();
        for (var seed = 0; seed < 3_000; seed++)
        {
            var random = new Random(seed);
            var payload = Damaged(random, s_batches[random.Next(s_batches.Length)]);
            var fresh = new KvEventBatch();
            var status = decoder.Decode(payload, used);
            Assert.Equal(new KvBatchDecoder().Decode(payload, fresh), status);
            Assert.Equal(Json(fresh), Json(used));
            Assert.Equal(fresh.Skipped.ToArray(), used.Skipped.ToArray());
        }
    }

    [Fact]
    public void OtherWires_DamagedMessages_NeverThrow()
    {
        var messages = Messages();
        var routerEvent = new RouterEvent();
        var envelopes = new EventEnvelopeReader();
        var read = 0;
        for (var seed = 0; seed < Rounds; seed++)
        {
            var random = new Random(seed);
            var message = Damaged(random, messages[random.Next(messages.Count)]);
            read += RouterEventCodec.TryRead(message, routerEvent) ? 1 : 0;
            read += LoadEventCodec.TryRead(message, out _) ? 1 : 0;
            read += LoadEventCodec.TryReadWithdrawal(message, out _) ? 1 : 0;
            read += StatRecordCodec.TryRead(message, out _) == StatRecordStatus.Ok ? 1 : 0;
            read += envelopes.TryRead(message, out var envelope) && envelope.Payload.Length <= message.Length ? 1 : 0;
            read += EventPlaneFrame.TryRead(message, out _) == EventPlaneFrameStatus.Ok ? 1 : 0;
        }

        Assert.True(read > Rounds / 20);
    }

    [Fact]
    public void Decode_ClaimsOfHugeCounts_TakeNoMemory()
    {
        var decoder = new KvBatchDecoder();
        var batch = new KvEventBatch();
        byte[][] claims =
        [
            Convert.FromHexString("92cb0000000000000000dd7fffffff"),
            Convert.FromHexString("92cb000000000000000091" + "93ab426c6f636b53746f726564dd3fffffff"),
            Convert.FromHexString("92cb000000000000000091" + "95ab426c6f636b53746f7265649101c0dd3fffffff01"),
            Convert.FromHexString("df7fffffff"),
            Convert.FromHexString("c67fffffff"),
        ];
        foreach (var claim in claims)
        {
            decoder.Decode(claim, batch);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.NotEqual(KvBatchStatus.Ok, decoder.Decode(claim, batch));
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 4096);
        }
    }

    private static byte[] Damaged(Random random, byte[] original)
    {
        var bytes = (byte[])original.Clone();
        for (var damage = random.Next(4); damage > 0 && bytes.Length > 0; damage--)
        {
            var at = random.Next(bytes.Length);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes = [.. bytes.AsSpan(0, at), .. bytes.AsSpan(at + 1)];
                    break;
                case 3:
                    bytes = [.. bytes.AsSpan(0, at), (byte)(0xc0 + random.Next(0x20)), .. bytes.AsSpan(at)];
                    break;
                default:
                    var end = random.Next(at, bytes.Length);
                    bytes = random.Next(4) == 0 ? bytes[..at] : [.. bytes.AsSpan(0, end), .. bytes.AsSpan(at, end - at), .. bytes.AsSpan(end)];
                    break;
            }
        }

        return bytes;
    }

    /// <summary>Length of the events array, found without the decoder under test.</summary>
    private static int EventsSent(byte[] payload)
    {
        var reader = new MessagePackReader(payload);
        int count;
        if (reader.TryReadArrayHeader(out _))
        {
            Assert.True(reader.TrySkip());
            Assert.True(reader.TryReadArrayHeader(out count));
            return count;
        }

        Assert.True(reader.TryReadMapHeader(out var entries));
        for (var i = 0; i < entries; i++)
        {
            if (reader.TryReadString(out var key) && key.SequenceEqual("events"u8))
            {
                Assert.True(reader.TryReadArrayHeader(out count));
                return count;
            }

            if (key.IsEmpty && reader.Error != MessagePackError.None && reader.NextType != MessagePackType.String)
            {
                reader.TrySkip();
            }

            reader.TrySkip();
        }

        return -1;
    }

    private static string Json(KvEventBatch batch)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            KvBatchJson.Write(batch, json);
        }

        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static List<byte[]> Messages()
    {
        var messages = new List<byte[]>();
        void Add(Action<ArrayBufferWriter<byte>> write)
        {
            var output = new ArrayBufferWriter<byte>();
            write(output);
            messages.Add(output.WrittenSpan.ToArray());
        }

        var routerEvent = new RouterEvent { WorkerId = ulong.MaxValue, EventId = 7, DpRank = 3 };
        routerEvent.Reset(RouterEventKind.Stored);
        routerEvent.ParentHash = 4;
        routerEvent.AddMediaOffset(1, 2);
        routerEvent.AddMedia(9, 0);
        routerEvent.AddBlock(1, 2, hasMedia: true);
        routerEvent.AddBlock(3, 4);
        Add(o => RouterEventCodec.WriteJson(routerEvent, o));
        Add(o => RouterEventCodec.WriteMessagePack(routerEvent, o));
        Add(o => LoadEventCodec.WriteJson(new ActiveLoad(1, 2) { KvUsedBlocks = 3 }, o));
        Add(o => LoadEventCodec.WriteMessagePack(new ActiveLoad(1, 2) { KvUsedBlocks = 3 }, o));
        Add(o => StatRecordCodec.Write(new StatRecord { Engine = "e"u8, Blocks = 5, Usage = 0.5, Speculative = new SpeculativeDecoding { Drafts = 1 } }, o));
        Add(o => EventEnvelopeCodec.Write(new EventEnvelope { Topic = "t"u8, Payload = messages[1] }, o));
        Add(o => EventPlaneFrame.Write(messages[5], o));
        Add(o => o.Write("""{"publisher_id":1,"sequence":2,"published_at":3,"payload":[1,2,255],"topic":"x"}"""u8));
        return messages;
    }
}
