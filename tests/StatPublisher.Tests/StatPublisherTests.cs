using System.Net;
using System.Text;
using System.Text.Json;
using DynamoAspire.KvEvents.LoadEvents;
using DynamoAspire.Testing;

namespace DynamoAspire.StatPublisher.Tests;

public sealed class StatPublisherTests : IAsyncLifetime
{
    private PublisherFixture _publisher = null!;

    public async Task InitializeAsync() => _publisher = await PublisherFixture.StartAsync();

    public async Task DisposeAsync() => await _publisher.DisposeAsync();

    [Fact]
    public async Task Record_BecomesALoadEvent_AsDynamoReadsIt()
    {
        await _publisher.PushAsync("beta", 4, blocks: 1000, usage: 0.2509);
        var first = await _publisher.NextLoadAsync();
        await _publisher.PushAsync("beta", 4, blocks: 1000, usage: 0.3);
        var second = await _publisher.NextLoadAsync();

        Assert.Equal(new ActiveLoad(0xBEEF, 4) { ActiveDecodeBlocks = 250, KvUsedBlocks = 250 }, first.Load);
        Assert.Equal(300UL, second.Load.UsedBlocks);
        Assert.Equal((0UL, 1UL), (first.Sequence, second.Sequence));
        Assert.Equal(first.Publisher, second.Publisher);
        Assert.InRange(first.Publisher, 1UL, (1UL << 53) - 1);
    }

    [Fact]
    public async Task Records_OfSeveralRanks_DoNotTouchEachOther()
    {
        await _publisher.PushAsync("alpha", 0, 100, 0.1);
        await _publisher.PushAsync("alpha", 1, 100, 0.2);
        await _publisher.PushAsync("beta", 5, 100, 0.3);

        var loads = new[] { await _publisher.NextLoadAsync(), await _publisher.NextLoadAsync(), await _publisher.NextLoadAsync() };

        var alpha = _publisher.Engines.FindByName("alpha")!.WorkerId;
        Assert.Equal(
            [(0xBEEFUL, 5U, 30UL), (alpha, 0U, 10UL), (alpha, 1U, 20UL)],
            loads.Select(l => (l.Load.WorkerId, l.Load.DpRank, l.Load.UsedBlocks!.Value)).Order().ToArray());
        Assert.Equal(3, loads.Select(l => l.Publisher).Distinct().Count());
    }

    [Fact]
    public async Task Record_SetsTheGaugesOfItsRank()
    {
        await _publisher.PushAsync("alpha", 1, blocks: 2048, usage: 0.5, running: 3, waiting: 9, queries: 200, hits: 50);
        await _publisher.NextLoadAsync();

        var metrics = await _publisher.MetricsAsync();

        var id = _publisher.Engines.FindByName("alpha")!.Identity.WorkerIdText;
        var component = $$"""{dp_rank="1",dynamo_component="backend",dynamo_endpoint="generate",dynamo_namespace="dynamo",engine_name="alpha",model="m",model_name="m",worker_id="{{id}}"}""";
        var own = $$"""{dp_rank="1",engine_name="alpha",model_name="m",worker_id="{{id}}"}""";
        Assert.Contains($"\ndynamo_component_total_blocks{component} 2048.0\n", metrics, StringComparison.Ordinal);
        Assert.Contains($"\ndynamo_component_gpu_cache_usage_percent{component} 0.5\n", metrics, StringComparison.Ordinal);
        Assert.Contains($"\ndynamo_aspire_stat_running_requests{own} 3.0\n", metrics, StringComparison.Ordinal);
        Assert.Contains($"\ndynamo_aspire_stat_waiting_requests{own} 9.0\n", metrics, StringComparison.Ordinal);
        Assert.Contains($"\ndynamo_aspire_stat_prefix_cache_hit_ratio{own} 0.25\n", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("dp_rank=\"0\"", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Record_WithoutBlocksOrUsageOrNumber_PublishesNothing()
    {
        await _publisher.PushAsync("beta", 4, usage: 0.5);
        await _publisher.PushAsync("beta", 4, blocks: 100);
        await _publisher.PushAsync("beta", 4, blocks: 100, usage: double.NaN);
        await _publisher.PushAsync("beta", 5, blocks: 100, usage: -3);

        // The records of one sender come in order: when the last has become a load, the others have been seen.
        Assert.Equal((5U, 0UL), (await _publisher.NextLoadAsync()) is var (load, _, _) ? (load.DpRank, load.UsedBlocks!.Value) : default);
        Assert.Equal(0, _publisher.PendingLoads);
        var metrics = await _publisher.MetricsAsync();
        Assert.Contains("dynamo_aspire_stat_odd_usage_total{reason=\"not_a_number\"} 1.0", metrics, StringComparison.Ordinal);
        Assert.Contains("dynamo_aspire_stat_odd_usage_total{reason=\"out_of_range\"} 1.0", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Messages_ThatAreNoGoodRecords_AreCountedAndTheNextIsTaken()
    {
        await _publisher.PushRawAsync([0xC1]);
        await _publisher.PushRawAsync([]);
        await _publisher.PushRawAsync([0x81, 0xA1, (byte)'v', 9]);
        await _publisher.PushRawAsync(new byte[128 * 1024]);
        await _publisher.PushAsync("gamma", 0, 1, 1);
        await _publisher.PushAsync("alpha", 2, 1, 1);
        await _publisher.PushAsync("beta", 3, 1, 1);

        // {"v":1,"engine":"beta","rank":4,"blocks":10,"usage":1,"tomorrow":[nil]}: unknown fields are passed over.
        await _publisher.PushRawAsync(
        [
            0x86, 0xA1, (byte)'v', 1, 0xA6, .. "engine"u8, 0xA4, .. "beta"u8, 0xA4, .. "rank"u8, 4, 0xA6, .. "blocks"u8, 10, 0xA5, .. "usage"u8, 1, 0xA8, .. "tomorrow"u8, 0x91, 0xC0,
        ]);

        Assert.Equal(10UL, (await _publisher.NextLoadAsync()).Load.UsedBlocks);
        var metrics = await _publisher.MetricsAsync();
        foreach (var (result, count) in new[] { ("malformed", 2), ("unknown_version", 1), ("unknown_engine", 1), ("unknown_rank", 2), ("ok", 1), ("missing_engine", 0) })
        {
            Assert.Contains($"dynamo_aspire_stat_records_total{{result=\"{result}\"}} {count}.0\n", metrics, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Engine_Dies_ItsRanksAreWithdrawnEverywhereUntilItIsReady()
    {
        await ReadyAsync();
        await _publisher.PushAsync("alpha", 1, 100, 0.5);
        await _publisher.NextLoadAsync();
        _publisher.Health = HttpStatusCode.InternalServerError;

        var withdrawal = await _publisher.NextWithdrawalAsync();

        var alpha = _publisher.Engines.FindByName("alpha")!.WorkerId;
        Assert.Matches($$"""^\{"worker_id":{{alpha}},"dp_rank":1,"published_at":[0-9]+\}$""", withdrawal);
        var metrics = await _publisher.MetricsAsync();
        Assert.DoesNotContain("dynamo_component_total_blocks{", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("dynamo_aspire_stat_last_record_timestamp_seconds{", metrics, StringComparison.Ordinal);
        Assert.Matches("""dynamo_aspire_engine_state\{engine_name="alpha",[^}]*state="dead",[^}]*\} 1\.0""", metrics);
        Assert.Contains("dynamo_aspire_load_withdrawals_total{reason=\"engine_dead\"} 1.0", metrics, StringComparison.Ordinal);

        await _publisher.PushAsync("alpha", 1, 100, 0.75);
        await _publisher.PushAsync("beta", 4, 100, 0.1);
        Assert.Equal(10UL, (await _publisher.NextLoadAsync()).Load.UsedBlocks);
        Assert.Equal(JsonValueKind.Null, (await _publisher.RankAsync("alpha", 1)).GetProperty("used_blocks").ValueKind);

        _publisher.Health = HttpStatusCode.OK;
        await ReadyAsync();
        await _publisher.PushAsync("alpha", 1, 100, 0.5);
        Assert.Equal((alpha, 50UL), (await _publisher.NextLoadAsync()) is var (load, _, _) ? (load.WorkerId, load.UsedBlocks!.Value) : default);
    }

    [Fact]
    public async Task Nats_AwayAndBack_TheLastValueIsPublished()
    {
        // A stream keeps what is published before anybody can listen again.
        await _publisher.RecordLoadsAsync();
        await _publisher.PushAsync("beta", 4, 100, 0.1);
        await _publisher.NextLoadAsync();
        await _publisher.Nats.StopAsync();
        await Eventually.TrueAsync("the loss is noticed", async () => !(await _publisher.MetricsAsync()).Contains("dynamo_aspire_nats_connection_state 1.0", StringComparison.Ordinal));
        await _publisher.PushAsync("beta", 4, 100, 0.2);
        await _publisher.PushAsync("beta", 4, 100, 0.3);
        await Eventually.TrueAsync("the value is known", async () => (await _publisher.RankAsync("beta", 4)).GetProperty("used_blocks").ToString() == "30");
        Assert.Equal(HttpStatusCode.OK, (await _publisher.Client.GetAsync(new Uri("/health", UriKind.Relative))).StatusCode);

        await _publisher.Nats.StartAgainAsync();

        await Eventually.TrueAsync("the last value is published", async () => await _publisher.LastRecordedLoadAsync() is { Sequence: 1, Load.UsedBlocks: 30 });
    }

    private Task ReadyAsync() =>
        Eventually.TrueAsync("alpha is ready", async () => (await _publisher.RankAsync("alpha", 0)).GetProperty("state").GetString() == "ready");
}
