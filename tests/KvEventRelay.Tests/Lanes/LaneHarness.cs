using System.Text.Json;
using DynamoAspire.Engines;
using DynamoAspire.KvEventRelay.Lanes;
using DynamoAspire.KvEventRelay.Telemetry;
using DynamoAspire.KvEvents.Index;
using DynamoAspire.Metrics.Registry;
using DynamoAspire.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace DynamoAspire.KvEventRelay.Tests.Lanes;

/// <summary>A running lane between a scripted engine and a collecting output.</summary>
internal sealed class LaneHarness : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public LaneHarness(RelayOptions? options = null, ScriptedEngine? engine = null, int blockSize = 1)
    {
        Engine = engine ?? new ScriptedEngine();
        var rank = EngineSet.Create(new EngineOptions { Name = "e", WorkerId = 9, BlockSize = blockSize, KvEvents = "tcp://127.0.0.1:1", KvReplay = "tcp://127.0.0.1:2" })[0].Ranks[0];
        Lane = new Lane(
            rank, options ?? new RelayOptions(), () => new ScriptedLink(Engine), Index, [Output],
            new KvPublisherMetrics(Registry.CreateChild("publisher")), Registry, Clock, NullLogger.Instance);
        _running = Lane.RunAsync(_stop.Token);
    }

    public ScriptedEngine Engine { get; }

    public CollectingOutput Output { get; } = new();

    public PrefixIndex Index { get; } = new(KvClearScope.Rank);

    public MetricRegistry Registry { get; } = new("test");

    public FakeClock Clock { get; } = new();

    public Lane Lane { get; }

    /// <summary>What was published, in short: <c>+1</c> stored block 1, <c>-1</c> removed it, <c>x</c> cleared.</summary>
    public string Published => string.Join(' ', Output.Taken.Select(t => Short(t.Json)));

    public async Task<string> PublishedAsync(int events)
    {
        await Eventually.TrueAsync($"{events} events are published", () => Output.Taken.Count >= events || _running.IsFaulted, detail: () => Published + _running.Exception);
        return Published;
    }

    public Task UntilAsync(string what, Func<bool> condition) => Eventually.TrueAsync(what, condition, detail: () => Published);

    /// <summary>Everything sent so far has been looked at: a repetition sent now has been counted.</summary>
    public async Task IdleAsync()
    {
        var before = Metric("duplicate_batches_total");
        var last = Lane.Status().Sequence!.Value;
        Engine.Publish(last);
        await UntilAsync("the lane has read everything", () => Metric("duplicate_batches_total") > before && Engine.Link!.Pending == 0);
    }

    public double Metric(string name, params (string Name, string Value)[] labels) => MetricText.Value(Registry, "dynamo_aspire_kv_" + name, labels);

    public double Counter(string name, params (string Name, string Value)[] labels) => MetricText.Value(Registry, name, labels);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Assert.True(_running.IsCanceled, _running.Exception?.ToString());
        _stop.Dispose();
    }

    private static string Short(string json)
    {
        var data = JsonDocument.Parse(json).RootElement.GetProperty("event").GetProperty("data");
        return data.ValueKind == JsonValueKind.String ? "x"
            : data.TryGetProperty("stored", out var stored) ? "+" + string.Join(',', stored.GetProperty("blocks").EnumerateArray().Select(b => b.GetProperty("block_hash").GetUInt64()))
            : "-" + string.Join(',', data.GetProperty("removed").GetProperty("block_hashes").EnumerateArray().Select(h => h.GetUInt64()));
    }
}
