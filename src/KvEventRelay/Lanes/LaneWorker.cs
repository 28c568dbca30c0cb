using DynamoAspire.ServiceDefaults.Hosting;

namespace DynamoAspire.KvEventRelay.Lanes;

/// <summary>Runs one lane with its outputs. A failure of one lane touches no other.</summary>
internal sealed class LaneWorker(Lane lane, Supervision supervision) : SupervisedService($"lane {lane.Rank}", supervision)
{
    /// <summary>What is queued when the relay stops may still go out; less than the 5 s that a stop may take.</summary>
    private static readonly TimeSpan s_drainLimit = TimeSpan.FromSeconds(2);

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        using var stopLane = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        using var stopOutputs = new CancellationTokenSource();
        var following = lane.RunAsync(stopLane.Token);
        List<Task> all = [following, .. lane.Outputs.Select(o => o.RunAsync(stopOutputs.Token))];

        // None of them ends by itself: the first to end has failed, or the relay stops.
        var ended = await Task.WhenAny(all);
        await stopLane.CancelAsync();
        await following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (stoppingToken.IsCancellationRequested)
        {
            using var limit = new CancellationTokenSource(s_drainLimit, Time);
            foreach (var output in lane.Outputs)
            {
                try
                {
                    await output.DrainAsync(limit.Token);
                }
                catch (OperationCanceledException)
                {
                    // NATS is away: what is left is published again by the next relay's replay.
                }
            }
        }

        await stopOutputs.CancelAsync();
        await Task.WhenAll(all).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ended;
    }
}
