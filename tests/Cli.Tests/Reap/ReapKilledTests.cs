using System.Diagnostics;
using DynamoAspire.Testing;
using Xunit.Abstractions;

namespace DynamoAspire.Cli.Tests.Reap;

/// <summary>A real reaper process, killed at random moments of its work on a directory of hundreds of dead processes' files.</summary>
[Trait("Category", "Integration")]
public sealed class ReapKilledTests(ITestOutputHelper output)
{
    /// <summary>The full form: <c>REAPER_KILLS=200 dotnet test tests/Cli.Tests --filter FullyQualifiedName~ReapKilled</c>.</summary>
    private static readonly int s_rounds = int.TryParse(Environment.GetEnvironmentVariable("REAPER_KILLS"), out var rounds) ? rounds : 6;

    private const int Processes = 100;

    [Fact]
    public async Task Reap_KilledAtRandomMoments_NoTotalEverChanges()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        using var directory = new DeadWriters();
        var found = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var round = 0; round < s_rounds; round++)
        {
            directory.Add(Processes);
            var before = directory.Totals();
            var context = $"seed {seed}, round {round}";
            Same(before, directory, context + ", before");

            // Killed at its work, then the one that tidies up, too, every other time.
            for (var kills = 1 + (round % 2); kills > 0; kills--)
            {
                var left = await KillAsync(directory, random, round % 3);
                found[left] = found.GetValueOrDefault(left) + 1;
                Same(before, directory, $"{context}, killed: {left}");
            }

            await using var whole = ChildProcess.StartProject("Cli", ["reap", directory.Path], assemblyName: "dynamo-aspire");
            while (!whole.HasExited)
            {
                Same(before, directory, context + ", while the next one works");
            }

            Assert.True(await whole.WaitForExitAsync() == 0, whole.Output);
            Same(before, directory, context + ", in the end");
            Assert.Equal(
                [System.IO.Path.GetFileName(directory.Lock), "counter_reaped.db", "histogram_reaped.db", "summary_reaped.db"],
                Directory.EnumerateFiles(directory.Path).Select(p => System.IO.Path.GetFileName(p)).Order(StringComparer.Ordinal));
        }

        output.WriteLine($"seed {seed}: {string.Join(", ", found.Select(f => $"{f.Key} {f.Value}"))}");
        Assert.True(found.GetValueOrDefault("journal") > 0, $"no kill came between journal and its deletion in {s_rounds} rounds: {string.Join(", ", found.Keys)}");
    }

    /// <summary>Starts a reaper and kills it somewhere after it has come to the given point; what it has left behind.</summary>
    private static async Task<string> KillAsync(DeadWriters directory, Random random, int point)
    {
        File.Delete(directory.Lock);
        var (sign, span) = point switch
        {
            0 => (directory.Lock, 150.0),
            1 => (directory.Draft, 60.0),
            _ => (directory.Journal, 4.0),
        };
        await using var reaper = ChildProcess.StartProject("Cli", ["reap", directory.Path], assemblyName: "dynamo-aspire");
        while (!File.Exists(sign) && !reaper.HasExited)
        {
            // No pause: the moments looked for are shorter than any.
        }

        var wait = TimeSpan.FromMilliseconds(random.NextDouble() * span);
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < wait)
        {
            // As above.
        }

        var ended = reaper.HasExited;
        await reaper.KillAsync();
        return ended ? "done" : File.Exists(directory.Journal) ? "journal" : File.Exists(directory.Draft) ? "draft" : "other";
    }

    private static void Same(string expected, DeadWriters directory, string context)
    {
        var (cold, warm) = (directory.Totals(), directory.WarmTotals());
        Assert.True(expected == cold, $"{context}: a new collector reports other totals: {Difference(expected, cold)}");
        Assert.True(expected == warm, $"{context}: a collector that knows the directory reports other totals: {Difference(expected, warm)}");
    }

    private static string Difference(string expected, string actual) =>
        string.Join("; ", expected.Split('\n').Except(actual.Split('\n')).Take(3)) + " became " + string.Join("; ", actual.Split('\n').Except(expected.Split('\n')).Take(3));
}
