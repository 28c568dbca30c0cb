using DynamoAspire.Messaging.Nats;
using DynamoAspire.Messaging.Nats.Core;

namespace DynamoAspire.Messaging.Tests.Nats;

public sealed class NatsServerPoolTests
{
    private static readonly NatsOptions s_options = new()
    {
        ReconnectWait = TimeSpan.FromMilliseconds(100),
        ReconnectWaitMax = TimeSpan.FromSeconds(1),
        ReconnectJitter = TimeSpan.FromMilliseconds(50),
    };

    [Fact]
    public void Failed_AgainAndAgain_DoublesUpToTheBoundWithJitter()
    {
        var pool = new NatsServerPool(NatsServerAddress.ParseList("a"));

        var waits = Enumerable.Range(0, 100).Select(_ =>
        {
            pool.Next();
            return pool.Failed(s_options)!.Value.TotalMilliseconds;
        }).ToArray();

        double[] expected = [100, 200, 400, 800, 1000];
        for (var i = 0; i < waits.Length; i++)
        {
            var least = expected[Math.Min(i, expected.Length - 1)];
            Assert.InRange(waits[i], least, least + 50);
        }

        Assert.True(waits[10..].Distinct().Count() > 10, "No jitter.");
    }

    [Fact]
    public void Failed_SeveralServers_WaitsOnlyAfterTheLast()
    {
        var pool = new NatsServerPool(NatsServerAddress.ParseList("a,b,c"));
        var tried = new List<string>();
        var waited = new List<bool>();
        for (var i = 0; i < 6; i++)
        {
            tried.Add(pool.Next().Host);
            waited.Add(pool.Failed(s_options) is not null);
        }

        Assert.Equal(["a", "b", "c", "a", "b", "c"], tried);
        Assert.Equal([false, false, true, false, false, true], waited);
    }

    [Fact]
    public void Succeeded_WithSiblings_TriesTheSameServerFirstAndThenThem()
    {
        var pool = new NatsServerPool(NatsServerAddress.ParseList("a,b"));
        var server = pool.Next();

        pool.Succeeded(server, ["c:4222", "a:4222", "not a host::"]);

        Assert.Equal(["a", "b", "c", "a"], Enumerable.Range(0, 4).Select(_ => pool.Next().Host));
    }
}
