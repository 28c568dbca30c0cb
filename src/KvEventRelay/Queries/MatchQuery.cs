using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using DynamoAspire.KvEventRelay.Lanes;
using DynamoAspire.KvEventRelay.Telemetry;
using DynamoAspire.KvEvents.Hashing;
using DynamoAspire.KvEvents.Index;
using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.KvEventRelay.Queries;

/// <summary>Answers who holds a prefix.</summary>
internal sealed class MatchQuery
{
    private readonly IKvIndex _index;
    private readonly LaneSet _lanes;
    private readonly TimeProvider _time;
    private readonly int[] _sizes;
    private readonly int? _blockSize;
    private readonly Histogram _duration;

    public MatchQuery(IKvIndex index, LaneSet lanes, MetricRegistry registry, TimeProvider time)
    {
        _index = index;
        _lanes = lanes;
        _time = time;
        _sizes = [.. lanes.Lanes.Select(l => l.Rank.Engine.Options.BlockSize).Distinct().Order()];
        _blockSize = _sizes.Length == 1 ? _sizes[0] : null;
        _duration = registry.Histogram(RelayMetrics.KvIndexLookupSeconds);
    }

    /// <summary>Writes {"matches":[…],"blocks_total":…,"complete":…,"lanes_missing":[…]}; false with the reason when the query cannot be answered.</summary>
    public bool TryAnswer(MatchRequest request, Utf8JsonWriter json, out string? problem)
    {
        problem = null;
        ulong[] hashes;
        if (request.Tokens is { } tokens)
        {
            if ((request.BlockSize ?? _blockSize) is not { } blockSize)
            {
                problem = "block_size is needed: the engines have different ones.";
                return false;
            }

            if (_sizes.Length > 0 && !_sizes.Contains(blockSize))
            {
                problem = $"No engine has blocks of {blockSize.ToString(CultureInfo.InvariantCulture)} tokens; block_size is one of: {string.Join(", ", _sizes)}.";
                return false;
            }

            hashes = new ulong[tokens.Count / blockSize];
            BlockHasher.TokensHashes(CollectionsMarshal.AsSpan(tokens), blockSize, hashes);
        }
        else
        {
            hashes = [.. request.Hashes!];
        }

        var matches = new KvMatches();
        var started = _time.GetTimestamp();
        _index.FindMatches(hashes, matches);
        _duration.Observe(_time.GetElapsedTime(started));
        matches.SortByBlocks();
        Write(matches, hashes.Length, json);
        return true;
    }

    private void Write(KvMatches matches, int total, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartArray("matches"u8);
        foreach (var match in matches.Items)
        {
            json.WriteStartObject();
            json.WriteNumber("worker_id"u8, match.Worker.WorkerId);
            json.WriteNumber("dp_rank"u8, match.Worker.DpRank);
            json.WriteNumber("blocks"u8, match.Blocks);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("blocks_total"u8, total);
        // A lane without a connection may hold what its engine gave up meanwhile.
        string[] missing = [.. _lanes.Lanes.Where(l => !l.IsComplete || !l.IsConnected).Select(l => l.Rank.ToString())];
        json.WriteBoolean("complete"u8, missing.Length == 0);
        json.WriteStartArray("lanes_missing"u8);
        foreach (var lane in missing)
        {
            json.WriteStringValue(lane);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
