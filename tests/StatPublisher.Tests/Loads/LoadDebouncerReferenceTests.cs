using DynamoAspire.StatPublisher.Loads;
using DynamoAspire.Testing;

namespace DynamoAspire.StatPublisher.Tests.Loads;

/// <summary>The debouncer against a slow, obvious one that looks at every millisecond.</summary>
public class LoadDebouncerReferenceTests
{
    private const int Window = 5;
    private const int MaxWait = 23;
    private const int Heartbeat = 100;

    [Fact]
    public void RandomHistories_BothSayTheSame()
    {
        for (var seed = 0; seed < 400; seed++)
        {
            var history = History(seed);
            var expected = Reference(history, MaxWait);
            var actual = Actual(history);
            Assert.True(expected.SequenceEqual(actual), $"seed {seed}\nexpected {string.Join(" ", expected)}\nactual   {string.Join(" ", actual)}");
        }
    }

    [Fact]
    public void RandomHistories_ABrokenReference_IsNoticed() =>
        Assert.Contains(Enumerable.Range(0, 400), seed => !Reference(History(seed), MaxWait + 1).SequenceEqual(Actual(History(seed))));

    private static List<(int At, ulong Value)> History(int seed)
    {
        var random = new Random(seed);
        var at = 0;
        return [.. Enumerable.Range(0, 120).Select(_ => (at += random.Next(5) == 0 ? random.Next(150) : random.Next(4), (ulong)random.Next(3)))];
    }

    private static List<(int At, ulong Value)> Actual(List<(int At, ulong Value)> history)
    {
        var clock = new FakeClock();
        var sink = new RecordingSink(clock);
        using var debouncer = new LoadDebouncer(
            new() { Window = TimeSpan.FromMilliseconds(Window), MaxWait = TimeSpan.FromMilliseconds(MaxWait), Heartbeat = TimeSpan.FromMilliseconds(Heartbeat) }, sink, clock);
        var now = 0;
        foreach (var (at, value) in history)
        {
            clock.Advance(TimeSpan.FromMilliseconds(at - now));
            now = at;
            debouncer.Observe(value);
        }

        clock.Advance(TimeSpan.FromMilliseconds(1_000));
        return [.. sink.Sent.Select(s => ((int)s.Milliseconds, s.Load!.Value))];
    }

    private static List<(int At, ulong Value)> Reference(List<(int At, ulong Value)> history, int maxWait)
    {
        var sent = new List<(int, ulong)>();
        ulong? observed = null, published = null;
        int? lastChange = null, firstChange = null, lastSent = null;
        for (var now = 0; now <= history[^1].At + 1_000; now++)
        {
            var quiet = lastChange + Window <= now || firstChange + maxWait <= now;
            if ((quiet && observed != published) || lastSent + Heartbeat <= now)
            {
                sent.Add((now, observed!.Value));
                (published, lastSent, quiet) = (observed, now, true);
            }

            if (quiet)
            {
                lastChange = firstChange = null;
            }

            foreach (var (_, value) in history.Where(h => h.At == now))
            {
                if (observed != value)
                {
                    observed = value;
                    lastChange = now;
                    firstChange ??= now;
                }
            }
        }

        return sent;
    }
}
