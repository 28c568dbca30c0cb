using System.Globalization;
using DynamoAspire.Metrics.Multiprocess;
using DynamoAspire.Metrics.Multiprocess.Writing;
using DynamoAspire.Testing;

namespace DynamoAspire.Cli.Tests.Collect;

/// <summary>Collecting in a process of its own to which the system refuses something: files, a directory, descriptors.</summary>
[Trait("Category", "Integration")]
public sealed class CollectLimitsTests : IDisposable
{
    /// <summary>Nobody, who owns nothing.</summary>
    private const string User = "65534";

    private readonly TemporaryDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [UnprivilegedFact]
    public async Task Collect_FileOfAnotherUser_IsNamedAndTheOthersReported()
    {
        Share(_folder.Path);
        Write(_folder.Path, 1);
        Write(_folder.Path, 2);
        Write(_folder.Path, 4);
        File.SetUnixFileMode(_folder.Combine("counter_2.db"), UnixFileMode.UserRead | UnixFileMode.UserWrite);

        var run = await UnprivilegedAsync("collect", _folder.Path, "--stats", "--strict");

        Assert.Equal(1, run.Exit);
        Assert.Contains("c_total 5.0", run.Output, StringComparison.Ordinal);
        Assert.Contains("warning: counter_2.db: left out: it cannot be opened or read; check its permissions (unreadable)", run.Output, StringComparison.Ordinal);
        Assert.Contains("1 (unreadable 1)", run.Output, StringComparison.Ordinal);
    }

    [UnprivilegedFact]
    public async Task Collect_DirectoryOfAnotherUser_SaysSoAndDoesNotCallItMissing()
    {
        Write(_folder.Path, 1);
        File.SetUnixFileMode(_folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        var run = await UnprivilegedAsync("collect", _folder.Path);

        Assert.Equal(2, run.Exit);
        Assert.Contains("cannot be listed. Run as the user who owns it, or allow reading it (chmod o+rx).", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("does not exist", run.Output, StringComparison.Ordinal);
    }

    /// <summary>One may list such a directory and open nothing in it.</summary>
    [UnprivilegedFact]
    public async Task Collect_DirectoryThatMayOnlyBeListed_NamesEachFile()
    {
        Write(_folder.Path, 1);
        Write(_folder.Path, 2);
        File.SetUnixFileMode(_folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead);

        var run = await UnprivilegedAsync("collect", _folder.Path, "--stats");

        Assert.Equal(0, run.Exit);
        Assert.Contains("2 (unreadable 2)", run.Output, StringComparison.Ordinal);
    }

    /// <summary>Files are kept open up to half of the limit, and here more than half is taken already, so the process does run out; nothing may be lost by that.</summary>
    [Theory]
    [InlineData(256, 150)]
    [InlineData(256, 170)]
    [InlineData(512, 300)]
    public async Task Collect_OutOfDescriptors_StillReportsEveryFile(int limit, int taken)
    {
        const int Files = 400;
        for (var i = 1; i <= Files; i++)
        {
            Write(_folder.Path, i);
        }

        const string Script = "ulimit -n $1; for ((i = 0; i < $2; i++)); do exec {taken}</dev/null; done; shift 2; exec \"$@\"";
        await using var process = ChildProcess.Start(
            "bash",
            ["-c", Script, "bash", Text(limit), Text(taken), ChildProcess.DotnetPath, RepositoryPaths.Assembly("Cli", "dynamo-aspire"), "collect", _folder.Path, "--stats", "--strict"]);
        var exit = await process.WaitForExitAsync();

        Assert.True(exit == 0, process.Output);
        Assert.Contains($"c_total {Text(Files * (Files + 1) / 2)}.0", process.Output, StringComparison.Ordinal);
        Assert.Contains("left out           0", process.Output, StringComparison.Ordinal);
    }

    private static async Task<(int Exit, string Output)> UnprivilegedAsync(params string[] arguments)
    {
        await using var process = ChildProcess.Start(
            "setpriv",
            ["--reuid", User, "--regid", User, "--clear-groups", ChildProcess.DotnetPath, RepositoryPaths.Assembly("Cli", "dynamo-aspire"), .. arguments],
            new Dictionary<string, string?> { ["HOME"] = "/nonexistent" },
            "/");
        return (await process.WaitForExitAsync(), process.Output);
    }

    private static void Share(string path) =>
        File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);

    private static void Write(string path, int number)
    {
        var identifier = Text(number);
        using (var writer = new MultiprocessWriter(path, new MultiprocessWriterOptions { Identifier = identifier }))
        {
            writer.Counter("c", "Counts.").With().Inc(number);
        }

        var file = Path.Combine(path, $"counter_{identifier}.db");
        File.SetUnixFileMode(file, File.GetUnixFileMode(file) | UnixFileMode.OtherRead);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
