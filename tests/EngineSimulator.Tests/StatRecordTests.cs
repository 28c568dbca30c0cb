using System.Text;
using DynamoAspire.KvEvents.StatRecords;
using DynamoAspire.Messaging.Zmq;

namespace DynamoAspire.EngineSimulator.Tests;

public sealed class StatRecordTests
{
    [Fact]
    public async Task Records_OfEveryRank_ArriveAndTellTheSchedulersState()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await using var context = ZmqContexts.Create();
        await using var pull = context.CreateSocket(ZmqSocketType.Pull);
        var endpoint = await pull.BindAsync("tcp://127.0.0.1:0", limit.Token);
        await using var host = await SimulatorHost.StartAsync($"Engines:0:StatsUrl={endpoint}", "Simulator:BlocksPerRank=700", "Simulator:StatInterval=50ms");
        var last = new Dictionary<uint, (ulong Queries, ulong Hits, double At)>();
        var busy = new HashSet<uint>();
        while (busy.Count < 2)
        {
            using var message = await pull.ReceiveAsync(limit.Token);
            Check(message[0].Span, last, busy);
        }

        // An idle engine goes on to say that it is there.
        await host.CalmAsync();
        for (var i = 0; i < 400; i++)
        {
            using var message = await pull.ReceiveAsync(limit.Token);
            if (IsIdle(message[0].Span))
            {
                return;
            }
        }

        Assert.Fail("No record of an idle rank.");
    }

    private static bool IsIdle(ReadOnlySpan<byte> payload)
    {
        Assert.Equal(StatRecordStatus.Ok, StatRecordCodec.TryRead(payload, out var record));
        return record is { Running: 0, Waiting: 0, Usage: 0 };
    }

    private static void Check(ReadOnlySpan<byte> payload, Dictionary<uint, (ulong Queries, ulong Hits, double At)> last, HashSet<uint> busy)
    {
        Assert.Equal(StatRecordStatus.Ok, StatRecordCodec.TryRead(payload, out var record));
        Assert.Equal("e0", Encoding.UTF8.GetString(record.Engine));
        Assert.Equal(700UL, record.Blocks);
        Assert.InRange(record.Usage!.Value, 0, 1);
        var (queries, hits, at) = last.GetValueOrDefault(record.Rank);
        Assert.True(record.PrefixQueries >= queries && record.PrefixHits >= hits && record.PrefixHits <= record.PrefixQueries);
        Assert.True(record.Timestamp >= at);
        last[record.Rank] = (record.PrefixQueries!.Value, record.PrefixHits!.Value, record.Timestamp);
        if (record.Running > 0 && record.Usage > 0 && record.PrefixHits > 0)
        {
            busy.Add(record.Rank);
        }
    }
}
