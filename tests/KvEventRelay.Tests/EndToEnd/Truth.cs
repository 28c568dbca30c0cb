using System.Globalization;
using System.Text.Json;
using DynamoAspire.KvEvents.Hashing;

namespace DynamoAspire.KvEventRelay.Tests.EndToEnd;

/// <summary>What <c>fake_vllm_zmq.py</c> says it did, turned into the router events that must come of it, written independently of the relay's code.</summary>
internal sealed class Truth
{
    private readonly List<(uint Rank, ulong Sequence, JsonElement Events)> _batches;

    private Truth(List<(uint, ulong, JsonElement)> batches) => _batches = batches;

    public static Truth Read(string file) => new(
        [.. File.ReadLines(file).Select(l => JsonDocument.Parse(l).RootElement).Select(b => (b.GetProperty("rank").GetUInt32(), b.GetProperty("seq").GetUInt64(), b.GetProperty("events")))]);

    /// <summary>Events of one rank, <c>cleared</c> at the start and at each restart included, numbered from 1.</summary>
    public IReadOnlyList<string> Expected(ulong worker, uint rank, int blockSize)
    {
        var expected = new List<string> { Wrap(worker, rank, 1, "\"cleared\"") };
        var isFirst = true;
        foreach (var batch in _batches.Where(b => b.Rank == rank))
        {
            if (batch.Sequence == 0 && !isFirst)
            {
                expected.Add(Wrap(worker, rank, expected.Count + 1, "\"cleared\""));
            }

            isFirst = false;
            foreach (var e in batch.Events.EnumerateArray())
            {
                expected.Add(Wrap(worker, rank, expected.Count + 1, Data(e, blockSize)));
            }
        }

        return expected;
    }

    /// <summary>The last chain of the truth that starts a sequence and is still held: its tokens.</summary>
    public uint[] LastRootTokens(uint rank)
    {
        var held = new Dictionary<ulong, uint[]>();
        foreach (var e in _batches.Where(b => b.Rank == rank).SelectMany(b => b.Events.EnumerateArray()))
        {
            switch (e.GetProperty("type").GetString())
            {
                case "BlockStored" when e.GetProperty("parent_block_hash").ValueKind == JsonValueKind.Null:
                    held[Hash(e.GetProperty("block_hashes")[0])] = [.. e.GetProperty("token_ids").EnumerateArray().Take(e.GetProperty("block_size").GetInt32()).Select(t => t.GetUInt32())];
                    break;
                case "BlockRemoved":
                    foreach (var hash in e.GetProperty("block_hashes").EnumerateArray())
                    {
                        held.Remove(Hash(hash));
                    }

                    break;
                case "AllBlocksCleared":
                    held.Clear();
                    break;
            }
        }

        return held.Values.Last();
    }

    private static string Data(JsonElement e, int blockSize)
    {
        switch (e.GetProperty("type").GetString())
        {
            case "AllBlocksCleared":
                return "\"cleared\"";
            case "BlockRemoved":
                return "{\"removed\":{\"block_hashes\":[" + string.Join(',', e.GetProperty("block_hashes").EnumerateArray().Select(Hash)) + "]}}";
            default:
                var tokens = e.GetProperty("token_ids").EnumerateArray().Select(t => t.GetUInt32()).ToArray();
                var blocks = e.GetProperty("block_hashes").EnumerateArray().Select((h, i) =>
                    "{\"block_hash\":" + Hash(h) + ",\"tokens_hash\":" + BlockHasher.TokensHash(tokens.AsSpan(i * blockSize, blockSize)) + ",\"mm_extra_info\":null}");
                var parent = e.GetProperty("parent_block_hash");
                return "{\"stored\":{\"parent_hash\":" + (parent.ValueKind == JsonValueKind.Null ? "null" : Hash(parent)) + ",\"blocks\":[" + string.Join(',', blocks) + "]}}";
        }
    }

    private static string Wrap(ulong worker, uint rank, int id, string data) =>
        string.Create(CultureInfo.InvariantCulture, $"{{\"worker_id\":{worker},\"event\":{{\"event_id\":{id},\"data\":{data},\"dp_rank\":{rank}}}}}");

    private static ulong Hash(JsonElement hash) => hash.ValueKind == JsonValueKind.Object
        ? Convert.ToUInt64(hash.GetProperty("$bytes").GetString()![^16..], 16)
        : hash.GetUInt64();
}
