using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Registry;
using DynamoAspire.MetricsAggregator.Collecting;

namespace DynamoAspire.MetricsAggregator.Tests.Collecting;

public sealed class SharedCollectionTests
{
    private static readonly FamilyHeader s_header = FamilyHeader.Create("x", MetricType.Gauge, "help");
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _collections;

    [Fact]
    public async Task Collect_ManyAtOnce_RunsOnceAndGivesAllTheResult()
    {
        var shared = new SharedCollection(CollectAsync, CollectFinishedAsync, new MetricRegistry(), CancellationToken.None);
        var snapshots = Enumerable.Range(0, 8).Select(_ => new MetricSnapshot()).ToArray();
        var all = snapshots.Select(s => shared.CollectAsync(s, CancellationToken.None).AsTask()).ToArray();
        _release.SetResult();
        await Task.WhenAll(all);

        Assert.Equal(1, _collections);
        Assert.All(snapshots, s => Assert.Equal(1, Assert.Single(s[0].Samples.ToArray()).Value));
    }

    [Fact]
    public async Task Collect_AfterOneHasEnded_RunsAgain()
    {
        var shared = new SharedCollection(CollectAsync, CollectFinishedAsync, new MetricRegistry(), CancellationToken.None);
        _release.SetResult();
        var snapshot = new MetricSnapshot();
        await shared.CollectAsync(snapshot, CancellationToken.None);
        await shared.CollectAsync(snapshot, CancellationToken.None);

        Assert.Equal(2, _collections);
        Assert.Equal(2, snapshot[0].Samples[0].Value);
    }

    [Fact]
    public async Task Collect_OneGivesUp_GetsWhatThereIsAndTheOthersTheResult()
    {
        var shared = new SharedCollection(CollectAsync, CollectFinishedAsync, new MetricRegistry(), CancellationToken.None);
        using var impatient = new CancellationTokenSource();
        var part = new MetricSnapshot();
        var first = shared.CollectAsync(part, impatient.Token).AsTask();
        var snapshot = new MetricSnapshot();
        var second = shared.CollectAsync(snapshot, CancellationToken.None).AsTask();
        await impatient.CancelAsync();
        await first;
        Assert.Equal(-1, Assert.Single(part[0].Samples.ToArray()).Value);
        _release.SetResult();
        await second;

        Assert.Equal(1, snapshot.SampleCount);
    }

    [Fact]
    public async Task Collect_ThatFails_FailsAllAndTheNextRunsAnew()
    {
        var fail = true;
        var shared = new SharedCollection((s, p, t) => fail ? throw new InvalidOperationException("broken") : CollectAsync(s, p, t), CollectFinishedAsync, new MetricRegistry(), CancellationToken.None);
        await Assert.ThrowsAsync<InvalidOperationException>(() => shared.CollectAsync(new MetricSnapshot(), CancellationToken.None).AsTask());
        fail = false;
        _release.SetResult();
        var snapshot = new MetricSnapshot();
        await shared.CollectAsync(snapshot, CancellationToken.None);

        Assert.Equal(1, snapshot.SampleCount);
    }

    private static Task CollectFinishedAsync(MetricSnapshot destination, CollectionProgress progress)
    {
        destination.BeginFamily(s_header);
        destination.Add(Series.Create("x"), -1);
        return Task.CompletedTask;
    }

    private async Task CollectAsync(MetricSnapshot destination, CollectionProgress progress, CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref _collections);
        await _release.Task;
        destination.Clear();
        destination.BeginFamily(s_header);
        destination.Add(Series.Create("x"), number);
    }
}
