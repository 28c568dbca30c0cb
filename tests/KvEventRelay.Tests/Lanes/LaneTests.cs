using System.Text.Json;
using DynamoAspire.KvEventRelay.Lanes;
using DynamoAspire.KvEvents.Hashing;
using DynamoAspire.KvEvents.Index;
using DynamoAspire.KvEvents.Wire;

namespace DynamoAspire.KvEventRelay.Tests.Lanes;

public sealed class LaneTests
{
    [Fact]
    public async Task Live_InOrder_IsPublishedNumberedFromOneAfterCleared()
    {
        await using var lane = new LaneHarness();
        for (var sequence = 0UL; sequence < 5; sequence++)
        {
            lane.Engine.Stored(sequence, 10 + sequence);
            lane.Engine.Publish(sequence);
        }

        Assert.Equal("x +10 +11 +12 +13 +14", await lane.PublishedAsync(6));
        Assert.Equal(
            Enumerable.Range(1, 6).Select(i => (ulong)i),
            lane.Output.Taken.Select(t => JsonDocument.Parse(t.Json).RootElement.GetProperty("event").GetProperty("event_id").GetUInt64()));
        Assert.Empty(lane.Engine.Requests);
        Assert.Equal(5, lane.Index.BlockCount);
        Assert.True(lane.Lane.IsComplete);
        var status = lane.Lane.Status();
        Assert.Equal((4UL, 6UL, 5), (status.Sequence!.Value, status.EventId, status.Blocks));
    }

    [Fact]
    public async Task MessageIds_AreTheEventsIdentity()
    {
        await using var lane = new LaneHarness();
        lane.Engine.Batch(0, e =>
        {
            e.AddCleared();
            e.AddRemoved(new KvRemovedFields { BlockHashes = [1] });
        });
        lane.Engine.Publish(0);
        await lane.PublishedAsync(3);
        var epoch = lane.Lane.Status().Epoch;
        Assert.Equal((ulong)lane.Clock.GetUtcNow().ToUnixTimeMilliseconds(), epoch);
        Assert.Equal([$"9-0-{epoch}-0-lane", $"9-0-{epoch}-0-0", $"9-0-{epoch}-0-1"], lane.Output.Taken.Select(t => t.Id));
    }

    [Fact]
    public async Task Gap_WithReplay_IsRecoveredInOrder()
    {
        await using var lane = new LaneHarness();
        for (var sequence = 0UL; sequence < 8; sequence++)
        {
            lane.Engine.Stored(sequence, 10 + sequence);
        }

        foreach (var sequence in (ulong[])[0, 1, 5, 7])
        {
            lane.Engine.Publish(sequence);
        }

        Assert.Equal("x +10 +11 +12 +13 +14 +15 +16 +17", await lane.PublishedAsync(9));
        await lane.UntilAsync("the held batches are recognised", () => lane.Metric("duplicate_batches_total") == 2);

        // Asked from the last batch itself, so that the engine proves to be the same; the later live batches had come by then.
        Assert.Equal([1UL], lane.Engine.Requests);
        Assert.Equal(1, lane.Metric("sequence_gaps_total"));
        Assert.Equal(1, lane.Metric("replays_total", ("result", "caught_up")));
        Assert.Equal(6, lane.Metric("recovered_batches_total"));
        Assert.Equal(0, lane.Metric("lost_batches_total"));
        Assert.True(lane.Lane.IsComplete);
    }

    [Fact]
    public async Task Gap_WithoutReplay_EndsInClearedAndPartial()
    {
        await using var lane = new LaneHarness(engine: new ScriptedEngine { HasReplay = false });
        foreach (var sequence in (ulong[])[0, 1, 4, 5])
        {
            lane.Engine.Stored(sequence, 10 + sequence);
            lane.Engine.Publish(sequence);
        }

        Assert.Equal("x +10 +11 x +14 +15", await lane.PublishedAsync(6));
        Assert.Equal(4UL, lane.Lane.Status().PartialSince);
        Assert.False(lane.Lane.IsComplete);
        Assert.Equal(2, lane.Metric("lost_batches_total"));
        Assert.Equal(2, lane.Counter("kv_publisher_engines_dropped_events_total"));
        Assert.Equal(2, lane.Index.BlockCount);
        Assert.Equal("9-0-" + lane.Lane.Status().Epoch + "-4-lane", lane.Output.Taken[3].Id);
    }

    [Fact]
    public async Task Gap_BufferNoLongerReachesBack_EndsInClearedThenWhatThereIs()
    {
        await using var lane = new LaneHarness();
        lane.Engine.Stored(0, 10);
        lane.Engine.Publish(0);
        await lane.PublishedAsync(2);
        lane.Engine.Buffer.Clear();
        for (var sequence = 5UL; sequence < 8; sequence++)
        {
            lane.Engine.Stored(sequence, 10 + sequence);
        }

        lane.Engine.Publish(7);
        Assert.Equal("x +10 x +15 +16 +17", await lane.PublishedAsync(6));
        Assert.Equal(5UL, lane.Lane.Status().PartialSince);
        Assert.Equal(1, lane.Metric("replays_total", ("result", "hole")));
        Assert.Equal(4, lane.Metric("lost_batches_total"));
        Assert.Equal(3, lane.Index.BlockCount);
    }

    [Fact]
    public async Task Gap_BufferJustLetGoOfTheLastBatch_LosesNothing()
    {
        await using var lane = new LaneHarness();
        lane.Engine.Stored(0, 10);
        lane.Engine.Publish(0);
        await lane.PublishedAsync(2);
        lane.Engine.Buffer.Clear();
        lane.Engine.Stored(1, 11);
        lane.Engine.Stored(2, 12);
        lane.Engine.Publish(2);
        Assert.Equal("x +10 +11 +12", await lane.PublishedAsync(4));
        Assert.True(lane.Lane.IsComplete);
    }

    [Fact]
    public async Task Gap_ReplayIsSilent_EndsInClearedAndIsNotAskedAgainForAWhile()
    {
        await using var lane = new LaneHarness(new RelayOptions { ReplayCooldown = TimeSpan.FromSeconds(5) }, new ScriptedEngine { ReplayIsSilent = true });
        foreach (var sequence in (ulong[])[0, 2, 4])
        {
            lane.Engine.Stored(sequence, 10 + sequence);
            lane.Engine.Publish(sequence);
        }

        Assert.Equal("x +10 x +12 x +14", await lane.PublishedAsync(6));
        Assert.Equal([0UL], lane.Engine.Requests);
        lane.Clock.Advance(TimeSpan.FromSeconds(6));
        lane.Engine.ReplayIsSilent = false;
        lane.Engine.Stored(5, 15);
        lane.Engine.Stored(6, 16);
        lane.Engine.Publish(6);
        Assert.Equal("x +10 x +12 x +14 +15 +16", await lane.PublishedAsync(8));
        Assert.Equal([0UL, 4UL], lane.Engine.Requests);
        Assert.Equal(1, lane.Metric("replays_total", ("result", "timed_out")));
    }

    [Fact]
    public async Task Live_RepeatedAndLate_IsTakenOnce()
    {
        await using var lane = new LaneHarness();
        for (var sequence = 0UL; sequence < 4; sequence++)
        {
            lane.Engine.Stored(sequence, 10 + sequence);
        }

        foreach (var sequence in (ulong[])[0, 0, 2, 1, 2, 3])
        {
            lane.Engine.Publish(sequence);
        }

        Assert.Equal("x +10 +11 +12 +13", await lane.PublishedAsync(5));
        await lane.UntilAsync("the repetitions are recognised", () => lane.Metric("duplicate_batches_total") >= 3);
        await lane.IdleAsync();
        Assert.Equal(5, lane.Output.Taken.Count);
        Assert.Equal(0, lane.Metric("epochs_total", ("cause", "engine_restart")));
    }

    [Fact]
    public async Task EngineRestart_CountsFromZero_ClearsAndBeginsAnEpoch()
    {
        await using var lane = new LaneHarness();
        lane.Engine.Stored(0, 10);
        lane.Engine.Stored(1, 11);
        lane.Engine.Publish(0);
        lane.Engine.Publish(1);
        await lane.PublishedAsync(3);
        var first = lane.Lane.Status().Epoch;
        lane.Engine.Restart();
        lane.Engine.Stored(0, 20);
        lane.Engine.Publish(0);
        Assert.Equal("x +10 +11 x +20", await lane.PublishedAsync(5));
        Assert.True(lane.Lane.Status().Epoch > first, "the clock stands still, the epoch must not");
        Assert.Equal([1UL, 2, 3, 4, 5], lane.Output.Taken.Select(t => JsonDocument.Parse(t.Json).RootElement.GetProperty("event").GetProperty("event_id").GetUInt64()));
        Assert.Equal(1, lane.Index.BlockCount);
        Assert.Equal(1, lane.Metric("epochs_total", ("cause", "engine_restart")));
        Assert.True(lane.Lane.IsComplete);
    }

    [Fact]
    public async Task EngineRestart_FirstBatchesMissed_AreReplayed()
    {
        await using var lane = new LaneHarness();
        for (var sequence = 0UL; sequence < 4; sequence++)
        {
            lane.Engine.Stored(sequence, 10 + sequence);
            lane.Engine.Publish(sequence);
        }

        await lane.PublishedAsync(5);
        lane.Engine.Restart();
        lane.Engine.Stored(0, 20);
        lane.Engine.Stored(1, 21);
        lane.Engine.Stored(2, 22);
        lane.Engine.Publish(2);
        Assert.Equal("x +10 +11 +12 +13 x +20 +21 +22", await lane.PublishedAsync(9));
        Assert.Equal([0UL], lane.Engine.Requests);
        Assert.True(lane.Lane.IsComplete);
    }

    [Fact]
    public async Task EngineRestart_OvertakesTheOldCount_IsFoundByTheLastBatch()
    {
        await using var lane = new LaneHarness();
        lane.Engine.Stored(0, 10);
        lane.Engine.Stored(1, 11);
        lane.Engine.Publish(0);
        lane.Engine.Publish(1);
        await lane.PublishedAsync(3);

        // The old engine's last words are still in the socket when the new one answers.
        lane.Engine.Stored(3, 99);
        var old = lane.Engine.Buffer[3];
        lane.Engine.Restart();
        for (var sequence = 0UL; sequence < 6; sequence++)
        {
            lane.Engine.Stored(sequence, 20 + sequence);
        }

        lane.Engine.Publish(3, old);
        lane.Engine.OnReplay = () =>
        {
            lane.Engine.OnReplay = null;
            lane.Engine.Publish(4, old);
            lane.Engine.Publish(5);
        };
        await lane.PublishedAsync(10);
        lane.Engine.Stored(6, 26);
        lane.Engine.Publish(6);
        Assert.Equal("x +10 +11 x +20 +21 +22 +23 +24 +25 +26", await lane.PublishedAsync(11));
        Assert.Equal([1UL, 0UL], lane.Engine.Requests);
        Assert.Equal(6 + 1, lane.Index.BlockCount);
        Assert.Equal(1, lane.Metric("replays_total", ("result", "engine_restarted")));
    }

    [Fact]
    public async Task Reconnect_SameEngine_FillsInWhatWasMissed()
    {
        await using var lane = new LaneHarness();
        lane.Engine.Stored(0, 10);
        lane.Engine.Link!.Connect();
        Assert.Equal("x +10", await lane.PublishedAsync(2));
        Assert.True(lane.Lane.IsComplete);
        lane.Engine.Stored(1, 11);
        lane.Engine.Link.Connect();
        Assert.Equal("x +10 +11", await lane.PublishedAsync(3));
        Assert.Equal([0UL, 0UL], lane.Engine.Requests);
        Assert.Equal(0, lane.Metric("sequence_gaps_total"));
    }

    [Fact]
    public async Task Reconnect_NewEngineWithoutAWord_IsARestart()
    {
        await using var lane = new LaneHarness();
        lane.Engine.Stored(0, 10);
        lane.Engine.Link!.Connect();
        await lane.PublishedAsync(2);
        lane.Engine.Restart();
        lane.Engine.Link.Connect();
        Assert.Equal("x +10 x", await lane.PublishedAsync(3));
        Assert.Equal(0, lane.Index.BlockCount);
        Assert.True(lane.Lane.IsComplete);
    }

    [Fact]
    public async Task Reconnect_LastBatchHasLeftTheBuffer_IsAHole()
    {
        // Whether it is the same engine cannot be told any more, although the numbers fit.
        await using var lane = new LaneHarness();
        lane.Engine.Stored(0, 10);
        lane.Engine.Link!.Connect();
        await lane.PublishedAsync(2);
        lane.Engine.Buffer.Clear();
        lane.Engine.Stored(1, 11);
        lane.Engine.Link.Connect();
        Assert.Equal("x +10 x +11", await lane.PublishedAsync(4));
        Assert.Equal(1UL, lane.Lane.Status().PartialSince);
    }

    [Fact]
    public async Task LateStart_WithReplay_KnowsEverything()
    {
        var engine = new ScriptedEngine();
        for (var sequence = 0UL; sequence < 3; sequence++)
        {
            engine.Stored(sequence, 10 + sequence);
        }

        await using var lane = new LaneHarness(engine: engine);
        Assert.False(lane.Lane.IsComplete);
        engine.Publish(2);
        Assert.Equal("x +10 +11 +12", await lane.PublishedAsync(4));
        Assert.True(lane.Lane.IsComplete);
    }

    [Fact]
    public async Task LateStart_WithoutReplay_IsPartialUntilTheEngineClears()
    {
        await using var lane = new LaneHarness(engine: new ScriptedEngine { HasReplay = false });
        lane.Engine.Stored(7, 17);
        lane.Engine.Publish(7);
        Assert.Equal("x +17", await lane.PublishedAsync(2));
        Assert.Equal(7UL, lane.Lane.Status().PartialSince);
        Assert.Equal(0, lane.Metric("lost_batches_total"));
        lane.Engine.Batch(8, e => e.AddCleared());
        lane.Engine.Publish(8);
        await lane.PublishedAsync(3);
        await lane.UntilAsync("the lane is complete", () => lane.Lane.IsComplete);
        Assert.Null(lane.Lane.Status().PartialSince);
    }

    [Fact]
    public async Task Undecodable_IsAHole()
    {
        await using var lane = new LaneHarness();
        lane.Engine.Stored(0, 10);
        lane.Engine.Buffer[1] = [0xa1, 0x78];
        lane.Engine.Stored(2, 12);
        lane.Engine.Publish(0);
        lane.Engine.Publish(1);
        lane.Engine.Publish(2);
        Assert.Equal("x +10 x +12", await lane.PublishedAsync(4));
        Assert.Equal(2UL, lane.Lane.Status().PartialSince);
        Assert.Equal(1, lane.Metric("undecodable_batches_total", ("reason", "not_a_batch")));
    }

    [Fact]
    public async Task OutputFull_TheLaneWaitsAndLosesNothing()
    {
        await using var lane = new LaneHarness();
        lane.Output.Bound = 3;
        for (var sequence = 0UL; sequence < 10; sequence++)
        {
            lane.Engine.Stored(sequence, 10 + sequence);
            lane.Engine.Publish(sequence);
        }

        await lane.UntilAsync("the lane is blocked", () => lane.Lane.State == LaneState.Blocked);
        Assert.Equal(1, lane.Metric("lane_blocked"));
        Assert.Equal(7, lane.Engine.Link!.Pending);
        lane.Output.Bound = int.MaxValue;
        Assert.Equal("x +10 +11 +12 +13 +14 +15 +16 +17 +18 +19", await lane.PublishedAsync(11));
        Assert.Equal(0, lane.Metric("lane_blocked"));
    }

    [Fact]
    public async Task OutputGaveAMessageUp_TheLaneStartsOver()
    {
        await using var lane = new LaneHarness();
        lane.Engine.Stored(0, 10);
        lane.Engine.Stored(1, 11);
        lane.Engine.Publish(0);
        await lane.PublishedAsync(2);
        lane.Output.Undeliverable = 1;
        lane.Engine.Publish(1);
        Assert.Equal("x +10 x +11", await lane.PublishedAsync(4));
        Assert.False(lane.Lane.IsComplete);
    }

    [Fact]
    public async Task LargeEvent_IsPublishedInParts()
    {
        await using var lane = new LaneHarness(new RelayOptions { MaxBlocksPerMessage = 2 });
        lane.Engine.Batch(0, e => e.AddStored(new KvStoredFields { BlockHashes = [1, 2, 3, 4, 5], ParentBlockHash = null, TokenIds = [1, 2, 3, 4, 5], BlockSize = 1 }));
        lane.Engine.Batch(1, e => e.AddRemoved(new KvRemovedFields { BlockHashes = [5, 4, 3] }));
        lane.Engine.Publish(0);
        lane.Engine.Publish(1);
        Assert.Equal("x +1,2 +3,4 +5 -5,4 -3", await lane.PublishedAsync(6));
        var parents = lane.Output.Taken.Skip(1).Take(3).Select(t => JsonDocument.Parse(t.Json).RootElement.GetProperty("event").GetProperty("data").GetProperty("stored").GetProperty("parent_hash").ToString());
        Assert.Equal(["", "2", "4"], parents);
        Assert.Equal(["0", "0.1", "0.2"], lane.Output.Taken.Skip(1).Take(3).Select(t => t.Id.Split('-')[^1]));
        var matches = new KvMatches();
        lane.Index.FindMatches([BlockHasher.TokensHash([1]), BlockHasher.TokensHash([2]), BlockHasher.TokensHash([3])], matches);
        Assert.Equal(2, matches.Items[0].Blocks);
    }

    [Fact]
    public async Task Counters_TellWhatBecameOfEvents()
    {
        await using var lane = new LaneHarness(blockSize: 4);
        lane.Engine.Batch(0, e =>
        {
            e.AddStored(new KvStoredFields { BlockHashes = [1], TokenIds = [1, 2, 3, 4], BlockSize = 4 });
            e.AddStored(new KvStoredFields { BlockHashes = [2], TokenIds = [1], BlockSize = 1 });
            e.AddRemoved(new KvRemovedFields { BlockHashes = [3], Medium = "CPU" });
            e.AddRemoved(new KvRemovedFields { BlockHashes = [77] });
            e.AddCleared();
        });
        lane.Engine.Publish(0);
        Assert.Equal("x +1 + -77 x", await lane.PublishedAsync(5));
        Assert.Equal(2, lane.Counter("kv_publisher_zmq_events_total", ("stage", "received"), ("event_type", "stored")));
        Assert.Equal(2, lane.Counter("kv_publisher_zmq_events_total", ("stage", "received"), ("event_type", "removed")));
        Assert.Equal(1, lane.Counter("kv_publisher_zmq_events_total", ("stage", "accepted"), ("event_type", "removed")));
        Assert.Equal(1, lane.Counter("kv_publisher_zmq_filtered_events_total", ("event_type", "removed"), ("reason", "other_medium")));
        Assert.Equal(1, lane.Counter("kv_publisher_zmq_conversion_issues_total", ("event_type", "stored"), ("reason", "block_size_mismatch")));
        Assert.Equal(1, lane.Counter("kv_publisher_zmq_suspicious_events_total", ("event_type", "stored"), ("reason", "no_blocks")));
        Assert.Equal(1, lane.Counter("kv_cache_events_applied", ("event_type", "removed"), ("status", "block_not_found")));
        Assert.Equal(0, lane.Counter("kv_publisher_engines_dropped_events_total"));
    }
}
