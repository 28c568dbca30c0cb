using DynamoAspire.Metrics.Multiprocess;
using DynamoAspire.Metrics.Multiprocess.Writing;
using DynamoAspire.Testing;

namespace DynamoAspire.Cli.Tests.Reap;

public sealed class ReapCommandTests : IDisposable
{
    // Above every id that Linux gives.
    private const string Dead = "5000001";
    private readonly TemporaryDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Reap_DeadProcess_IsFoldedAndTheTextStays()
    {
        Write();
        var before = await CliRun.OfAsync("collect", _folder.Path, "--prefix", "c");
        var dry = await CliRun.OfAsync("reap", _folder.Path, "--dry-run");
        Assert.Equal(2, Directory.GetFiles(_folder.Path, "*.db").Length);

        var run = await CliRun.OfAsync("reap", _folder.Path);

        Assert.Equal((0, 0), (dry.ExitCode, run.ExitCode));
        Assert.Contains("would fold     counter_5000001.db\nwould delete   gauge_liveall_5000001.db\nwould fold 1, would delete 1, left 0 of 2 files; 131072 bytes to be freed\n", dry.Output, StringComparison.Ordinal);
        Assert.Contains("folded 1, deleted 1, left 0 of 2 files; 131072 bytes freed\n", run.Output, StringComparison.Ordinal);
        Assert.Equal([_folder.Combine("counter_reaped.db")], Directory.GetFiles(_folder.Path, "*.db"));
        Assert.Equal(before.Output, (await CliRun.OfAsync("collect", _folder.Path)).Output);
    }

    [Fact]
    public async Task Reap_DamagedFile_IsLeftAndSaidInTheExitCode()
    {
        File.WriteAllBytes(_folder.Combine($"counter_{Dead}.db"), [1, 2, 3]);

        var run = await CliRun.OfAsync("reap", _folder.Path);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("left           counter_5000001.db  (damaged, or not readable by this user)", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reap_ByAge_LeavesWhatIsYoung()
    {
        Write();

        var run = await CliRun.OfAsync("reap", _folder.Path, "--age", "1.5h");

        Assert.Contains("left           counter_5000001.db  (changed too short a time ago)", run.Output, StringComparison.Ordinal);
        Assert.Equal(64, (await CliRun.OfAsync("reap", _folder.Path, "--age", "soon")).ExitCode);
    }

    [Fact]
    public async Task Reap_NoDirectory_SaysSo()
    {
        var run = await CliRun.OfAsync("reap", _folder.Combine("nowhere"));

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("is not a directory", run.Error, StringComparison.Ordinal);
    }

    private void Write()
    {
        using var writer = new MultiprocessWriter(_folder.Path, new MultiprocessWriterOptions { Identifier = Dead });
        writer.Counter("c", "help").With().Inc(2.5);
        writer.Gauge("g", "help", GaugeMode.LiveAll).With().Set(1);
    }
}
