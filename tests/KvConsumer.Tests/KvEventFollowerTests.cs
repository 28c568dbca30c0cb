using DynamoAspire.KvEvents.Index;
using DynamoAspire.Testing;

namespace DynamoAspire.KvConsumer.Tests;

public sealed class KvEventFollowerTests : IAsyncDisposable
{
    private readonly ScriptedSource _source = new();
    private readonly PrefixIndex _index = new();

    [Fact]
    public async Task Run_EventsInOrder_KeepsTheIndex()
    {
        _source.Stored(1, 1, 10);
        _source.Stored(1, 2, 11, parent: 10);
        _source.Stored(2, 1, 10);
        _source.Stored(1, 3, 99, parent: 55);
        var follower = await RunAsync(4);
        var matches = new KvMatches();
        _index.FindMatches([10, 11], matches);
        matches.SortByBlocks();
        Assert.Equal([(1UL, 2), (2UL, 1)], matches.Items.ToArray().Select(m => (m.Worker.WorkerId, m.Blocks)));
        Assert.Equal((0, 0), (follower.Gaps, follower.Missing));
        Assert.Equal((3, 1), (follower.Outcomes(KvIndexStatus.Ok), follower.Outcomes(KvIndexStatus.ParentBlockNotFound)));
    }

    [Fact]
    public async Task Run_IdsThatJump_AreCountedPerWorker()
    {
        _source.Stored(1, 5, 10);
        _source.Stored(2, 9, 10);
        _source.Stored(1, 8, 11);
        _source.Stored(2, 10, 11);
        var follower = await RunAsync(4);
        Assert.Equal((1, 2), (follower.Gaps, follower.Missing));
    }

    [Fact]
    public async Task Run_SharedLowerAndRestartedIds_AreNoGaps()
    {
        _source.Stored(1, 7, 10);
        _source.Stored(1, 7, 11);
        _source.Stored(1, 3, 12);
        _source.Stored(1, 8, 13);
        _source.Cleared(1, 1);
        _source.Stored(1, 2, 14);
        var follower = await RunAsync(6);
        Assert.Equal(0, follower.Gaps);
        Assert.Equal(1, _index.BlockCount);
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async Task<KvEventFollower> RunAsync(int events)
    {
        var seen = 0;
        var follower = new KvEventFollower(_source, _index, _ => seen++);
        using var stop = new CancellationTokenSource();
        var running = follower.RunAsync(stop.Token);
        await Eventually.TrueAsync("all are applied", () => follower.Events == events || running.IsFaulted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(events, seen);
        return follower;
    }
}
