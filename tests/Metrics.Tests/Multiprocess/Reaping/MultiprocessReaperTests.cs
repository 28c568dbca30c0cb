using System.Globalization;
using DynamoAspire.Metrics.Multiprocess;
using DynamoAspire.Metrics.Multiprocess.Reaping;
using DynamoAspire.Metrics.Multiprocess.Writing;
using DynamoAspire.Testing;

namespace DynamoAspire.Metrics.Tests.Multiprocess.Reaping;

[Collection(NoOtherProcesses.Name)]
public sealed class MultiprocessReaperTests : IDisposable
{
    /// <summary>Waiting for the disk is most of a run's time and none of what these tests look at; the Integration ones, here and on the command line, do wait.</summary>
    private static readonly MultiprocessReaperOptions s_quick = new() { IsDurable = false };

    private readonly ReaperFixture _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Run_DeadProcesses_FoldsThemAndChangesNoDigitOfATotal()
    {
        _directory.WriteDead(12);
        using var living = _directory.Writer(Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        ReaperFixture.Fill(living, new Random(1));
        var before = _directory.Totals();

        var report = new MultiprocessReaper(_directory.Path, s_quick).Run();

        Assert.Equal(ReapStatus.Done, report.Status);
        Assert.Equal((36, 12, 13, 4), (report.Count(ReapOutcome.Folded), report.Count(ReapOutcome.Removed), report.Count(ReapOutcome.LastingGauge), report.Count(ReapOutcome.Alive)));
        Assert.Equal(before, _directory.Totals());
        Assert.Equal(["counter_reaped.db", "histogram_reaped.db", "summary_reaped.db"], _directory.Names().Where(n => n.Contains("reaped", StringComparison.Ordinal)));
        Assert.DoesNotContain(_directory.Names(), n => n.Contains("_5000", StringComparison.Ordinal) && !n.StartsWith("gauge_max", StringComparison.Ordinal));
    }

    [Fact]
    public void Run_AgainAndAgain_GoesOnWithTheArchive() => FoldAgainAndAgain(s_quick);

    [Fact]
    [Trait("Category", "Integration")]
    public void Run_AgainAndAgainWaitingForTheDisk_GoesOnWithTheArchive() => FoldAgainAndAgain(MultiprocessReaperOptions.Default);

    private void FoldAgainAndAgain(MultiprocessReaperOptions options)
    {
        using var living = _directory.Writer(Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        for (var round = 0; round < 8; round++)
        {
            _directory.WriteDead(3, ReaperFixture.FirstDead + (round * 10));
            ReaperFixture.Fill(living, new Random(round));
            var before = _directory.Totals();

            Assert.Equal(9, new MultiprocessReaper(_directory.Path, options).Run().Count(ReapOutcome.Folded));

            Assert.Equal(before, _directory.Totals());
        }
    }

    /// <summary>Stops before every single step, as a kill would, and goes on with a new reaper.</summary>
    [Fact]
    public void Run_StoppedBeforeAnyStep_KeepsTheTotalsAndIsFinishedByTheNextRun()
    {
        var stop = 0;
        var stopped = true;
        while (stopped)
        {
            using var directory = new ReaperFixture();
            directory.WriteDead(1);
            new MultiprocessReaper(directory.Path, s_quick).Run();
            directory.WriteDead(2, ReaperFixture.FirstDead + 50);
            var before = directory.Totals();

            stopped = Stop(directory.Path, stop);
            Assert.Equal(before, directory.Totals());
            if (stopped)
            {
                // The run that tidies up may be killed too.
                Stop(directory.Path, stop % 4);
                Assert.Equal(before, directory.Totals());
            }

            Assert.Equal(ReapStatus.Done, new MultiprocessReaper(directory.Path, s_quick).Run().Status);
            Assert.Equal(before, directory.Totals());
            Assert.Equal([".dynamo-aspire-reaper.lock", "counter_reaped.db"], directory.Names().Where(n => n[0] == '.' || n.StartsWith("counter", StringComparison.Ordinal)));
            stop++;
        }

        // Per type: draft, journal, its rename, the rename, two deletions, the journal's; and two live gauges.
        Assert.Equal((3 * 7) + 2, stop - 1);
    }

    /// <summary>What is proved above only counts if a reader that does not honour the journal would be found out.</summary>
    [Fact]
    public void Run_StoppedBetweenRenameAndDeletion_IsWrongWithoutTheJournal()
    {
        _directory.WriteDead(3);
        var before = _directory.Totals();
        var stop = 4;
        Assert.True(Stop(_directory.Path, stop));
        Assert.Equal(before, _directory.Totals());

        File.Delete(_directory.Folder.Combine(".dynamo-aspire-reaper.journal"));

        Assert.NotEqual(before, _directory.Totals());
    }

    [Theory]
    [InlineData(null, "", ReapOutcome.Folded)]
    [InlineData(-3600, "", ReapOutcome.Alive)]
    [InlineData(3600, "", ReapOutcome.Folded)]
    [InlineData(3600, "mapped", ReapOutcome.Alive)]
    [InlineData(3600, "hidden", ReapOutcome.Unknown)]
    [InlineData(-3600, "zombie", ReapOutcome.Folded)]
    public void Run_ProcessOfThatId_CountsByItsStartAndItsMappings(int? startedAfter, string detail, ReapOutcome expected)
    {
        _directory.WriteDead(1);
        using var proc = new TemporaryDirectory();
        var boot = 1_000_000L;
        File.WriteAllText(proc.Combine("stat"), $"cpu 1 2 3\nbtime {boot}\n");
        if (startedAfter is { } seconds)
        {
            var pid = ReaperFixture.FirstDead.ToString(CultureInfo.InvariantCulture);
            Directory.CreateDirectory(proc.Combine(pid));
            var ticks = (DateTimeOffset.UtcNow.ToUnixTimeSeconds() + seconds - boot) * 100;
            var state = detail == "zombie" ? "Z" : "S";
            File.WriteAllText(proc.Combine(pid, "stat"), $"{pid} (a (strange) name) {state} 1 1 1 0 -1 4 0 0 0 0 1 2 3 4 20 0 1 0 {ticks} 1 1\n");
            if (detail != "hidden")
            {
                var file = _directory.Folder.Combine($"counter_{pid}.db");
                File.WriteAllText(proc.Combine(pid, "maps"), detail == "mapped" ? $"7f00-7f10 rw-s 00000000 fe:00 {Inode(file)}  {file}\n" : "7f00-7f10 r--p 00000000 00:00 0 \n");
            }
        }

        var report = new MultiprocessReaper(_directory.Path, s_quick with { ProcessFolder = proc.Path }).Run();

        Assert.Equal(expected, report.Files.Single(f => f.File.StartsWith("counter_5", StringComparison.Ordinal)).Outcome);
    }

    [Fact]
    public void Run_FileThatSomebodyHasOpen_IsLeftWhateverItsId()
    {
        using var writer = _directory.Writer("5000001");
        writer.Counter("c", "help").With().Inc();

        var byId = new MultiprocessReaper(_directory.Path, s_quick with { SharedProcessIds = true }).Run();
        var byAge = new MultiprocessReaper(_directory.Path, s_quick with { Liveness = ReapLiveness.Age, MinimumAge = TimeSpan.Zero }).Run();
        writer.Dispose();
        var closed = new MultiprocessReaper(_directory.Path, s_quick).Run();

        Assert.Equal((ReapOutcome.Alive, ReapOutcome.Alive, ReapOutcome.Folded), (byId.Files[0].Outcome, byAge.Files[0].Outcome, closed.Files[0].Outcome));
    }

    [Fact]
    public void Run_FileSystemThatDoesNotTellWhoWrites_NeedsToBeTold()
    {
        _directory.WriteDead(1);
        var options = s_quick with { FileUse = _ => FileUse.Unknown };

        Assert.Equal(4, new MultiprocessReaper(_directory.Path, options).Run(isDryRun: true).Count(ReapOutcome.Unknown));
        Assert.Equal(3, new MultiprocessReaper(_directory.Path, options with { SharedProcessIds = true }).Run().Count(ReapOutcome.Folded));
    }

    [Fact]
    public void Run_ByAge_TakesWhatHasLongBeenLeftAlone()
    {
        _directory.WriteDead(2);
        var old = DateTime.UtcNow.AddHours(-2);
        foreach (var name in _directory.Names().Where(n => n.Contains("5000001", StringComparison.Ordinal)))
        {
            File.SetLastWriteTimeUtc(_directory.Folder.Combine(name), old);
        }

        // One young file keeps all of its process.
        File.SetLastWriteTimeUtc(_directory.Folder.Combine("counter_5000002.db"), old);
        var options = s_quick with { Liveness = ReapLiveness.Age, MinimumAge = TimeSpan.FromHours(1) };
        var report = new MultiprocessReaper(_directory.Path, options).Run();

        Assert.Equal((3, 1, 4), (report.Count(ReapOutcome.Folded), report.Count(ReapOutcome.Removed), report.Count(ReapOutcome.TooYoung)));
    }

    [Fact]
    public void Run_WhatIsNotItsOwn_IsNeverTouched()
    {
        using (var writer = _directory.Writer("engine-a"))
        {
            ReaperFixture.Fill(writer, new Random(1));
        }

        File.WriteAllText(_directory.Folder.Combine("sqlite.db"), "SQLite format 3");
        File.WriteAllText(_directory.Folder.Combine("counter_5000001_x.db"), "");
        File.WriteAllBytes(_directory.Folder.Combine("counter_5000002.db"), [1, 2, 3]);
        Directory.CreateDirectory(_directory.Folder.Combine("counter_5000003.db"));
        var torn = _directory.Folder.Combine("counter_5000004.db");
        _directory.WriteDead(1, 5_000_004);
        var whole = File.ReadAllBytes(torn);
        BitConverter.TryWriteBytes(whole, BitConverter.ToInt32(whole) - 4);
        File.WriteAllBytes(torn, whole);

        var report = new MultiprocessReaper(_directory.Path, s_quick).Run();
        var outcomes = report.Files.ToDictionary(f => f.File, f => f.Outcome);

        Assert.Equal(ReapOutcome.CustomIdentifier, outcomes["counter_engine-a.db"]);
        Assert.Equal(ReapOutcome.CustomIdentifier, outcomes["gauge_livesum_engine-a.db"]);
        Assert.Equal(ReapOutcome.CustomIdentifier, outcomes["counter_5000001_x.db"]);
        Assert.Equal(ReapOutcome.Foreign, outcomes["sqlite.db"]);
        Assert.Equal(ReapOutcome.Foreign, outcomes["counter_5000003.db"]);
        Assert.Equal(ReapOutcome.Unreadable, outcomes["counter_5000002.db"]);
        Assert.Equal(ReapOutcome.Unreadable, outcomes["counter_5000004.db"]);
        Assert.Equal(ReapOutcome.Folded, outcomes["histogram_5000004.db"]);
        foreach (var (name, outcome) in outcomes.Where(o => o.Value is not (ReapOutcome.Folded or ReapOutcome.Removed)))
        {
            Assert.True(Path.Exists(_directory.Folder.Combine(name)), $"{name} ({outcome}) is gone");
        }
    }

    [Fact]
    public void Run_ArchiveThatCannotBeRead_IsNotWrittenOver()
    {
        _directory.WriteDead(1);
        File.WriteAllText(_directory.Folder.Combine("counter_reaped.db"), "damaged");

        var report = new MultiprocessReaper(_directory.Path, s_quick).Run();

        Assert.Equal("damaged", File.ReadAllText(_directory.Folder.Combine("counter_reaped.db")));
        Assert.True(File.Exists(_directory.Folder.Combine("counter_5000001.db")));
        Assert.Equal((1, 2), (report.Count(ReapOutcome.Unreadable), report.Count(ReapOutcome.Folded)));
    }

    [Fact]
    public void Run_Dry_SaysTheSameAndChangesNothing()
    {
        _directory.WriteDead(3);
        var names = _directory.Names().ToArray();

        var dry = new MultiprocessReaper(_directory.Path, s_quick).Run(isDryRun: true);

        Assert.Equal(names, _directory.Names());
        var wet = new MultiprocessReaper(_directory.Path, s_quick).Run();
        Assert.Equal(wet.Files, dry.Files);
        Assert.True(dry.IsDryRun);
        Assert.Equal(12 * 65_536, wet.BytesFreed);
    }

    [Fact]
    public void Run_WhileAnotherRuns_LeavesItAlone()
    {
        _directory.WriteDead(1);
        ReapReport? inner = null;
        var options = s_quick with { BeforeStep = step => inner ??= new MultiprocessReaper(_directory.Path, s_quick).Run() };

        new MultiprocessReaper(_directory.Path, options).Run();

        Assert.Equal(ReapStatus.Locked, inner!.Status);
    }

    [Fact]
    public void Run_MissingDirectory_SaysSo() =>
        Assert.Equal(ReapStatus.Unreachable, new MultiprocessReaper(_directory.Folder.Combine("nowhere")).Run().Status);

    [Fact]
    public async Task Run_FirstGeneration_LeavesAnArchiveThatItsReadersRead()
    {
        _directory.WriteDead(4);
        FirstGeneration.Convert(_directory.Path);
        var before = _directory.Totals();

        Assert.Equal(12, new MultiprocessReaper(_directory.Path, s_quick).Run().Count(ReapOutcome.Folded));
        Assert.Equal(before, _directory.Totals());
        if (await Python.RunAsync("import inspect, prometheus_client.mmap_dict as m; print('timestamp' in inspect.getsource(m))") == "True")
        {
            return;
        }

        var python = await Python.RunAsync(
            """
            import sys
            from prometheus_client import CollectorRegistry, generate_latest
            from prometheus_client.multiprocess import MultiProcessCollector
            registry = CollectorRegistry()
            MultiProcessCollector(registry, sys.argv[1])
            sys.stdout.write(generate_latest(registry).decode())
            """,
            _directory.Path);
        Assert.Equal(before, string.Join('\n', (python.TrimEnd('\n') + "\n").Split('\n').Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task Run_WhileCollected_NoTotalIsCountedTwiceOrMissing()
    {
        var directory = new MultiprocessDirectory(_directory.Path);
        var snapshot = new DynamoAspire.Metrics.Model.MetricSnapshot();
        using var stop = new CancellationTokenSource();
        var written = 0;
        var reaping = Task.Factory.StartNew(
            () =>
            {
                for (var i = 0; i < 60; i++)
                {
                    using (var writer = _directory.Writer((ReaperFixture.FirstDead + i).ToString(CultureInfo.InvariantCulture)))
                    {
                        writer.Counter("c", "help").With().Inc();
                        Interlocked.Increment(ref written);
                    }

                    if (i % 3 == 2)
                    {
                        Assert.Equal(ReapStatus.Done, new MultiprocessReaper(_directory.Path, s_quick).Run().Status);
                    }
                }
            },
            TaskCreationOptions.LongRunning);
        var collections = 0;
        while (!reaping.IsCompleted)
        {
            var atLeast = Volatile.Read(ref written);
            directory.Collect(snapshot);
            var total = snapshot.FamilyCount == 0 ? 0 : snapshot[0].Samples[0].Value;
            var atMost = Volatile.Read(ref written) + 1;
            Assert.True(total >= atLeast && total <= atMost, $"{total} is not within {atLeast} and {atMost}");
            collections++;
        }

        await reaping;
        Assert.True(collections > 20, $"only {collections} collections");
        Assert.Contains("c_total 60.0\n", ExpositionText.Of(directory), StringComparison.Ordinal);
    }

    private static ulong Inode(string path)
    {
        Assert.True(DynamoAspire.Metrics.Multiprocess.Reading.LinuxFiles.TryStatus(System.Text.Encoding.UTF8.GetBytes(path + '\0'), out var status));
        return status.Inode;
    }

    /// <summary>Runs a reaper that stops before the step of the number; whether it came that far.</summary>
    private static bool Stop(string path, int number)
    {
        var options = s_quick with
        {
            BeforeStep = _ =>
            {
                if (number-- == 0)
                {
                    throw new StoppedException();
                }
            },
        };
        try
        {
            new MultiprocessReaper(path, options).Run();
            return false;
        }
        catch (StoppedException)
        {
            return true;
        }
    }

    private sealed class StoppedException : Exception;
}
