using DynamoAspire.Testing;

namespace DynamoAspire.EndToEnd.Tests.Scripts;

/// <summary>
/// <c>eng/setup.sh</c> on machines that lack something, played with a PATH of its own: a folder of links to the basic tools, and scripted stand-ins for
/// <c>apt-get</c>, <c>ldconfig</c> and the like that write down how they were called.
/// </summary>
[Trait("Category", "EndToEnd")]
public sealed class SetupScriptTests : IDisposable
{
    private static readonly string[] s_basics = ["bash", "sh", "env", "id", "mktemp", "rm", "grep", "sed", "cut", "sort", "tail", "head", "dirname", "tr", "cat", "printf"];

    private readonly TemporaryDirectory _directory = new();

    public SetupScriptTests()
    {
        Directory.CreateDirectory(_directory.Combine("bin"));
        foreach (var tool in s_basics)
        {
            var target = new[] { "/usr/bin/", "/bin/" }.Select(d => d + tool).FirstOrDefault(File.Exists);
            if (target is not null)
            {
                File.CreateSymbolicLink(_directory.Combine("bin", tool), target);
            }
        }

        Tool("dotnet", "exit 0");
        Tool("ldconfig", "exit 0");
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Setup_WithEverythingThere_DoesNothingAndIsSilent()
    {
        Tool("nats-server", "exit 0");
        Tool("prometheus", "exit 0");
        Tool("ldconfig", "echo libzmq.so.5; echo libnats.so.3.4");
        Tool("apt-get", "echo called >> $CALLS");

        var (exit, output) = await RunAsync("run");

        Assert.Equal(0, exit);
        Assert.Equal("", output.Trim());
        Assert.Equal("", Calls);
    }

    [Fact]
    public async Task Setup_WithoutApt_NamesWhatIsMissingAndWhereToGetIt()
    {
        Tool("prometheus", "exit 0");

        var (exit, output) = await RunAsync("run");

        Assert.Equal(1, exit);
        Assert.Contains("missing: nats-server libzmq libnats", output, StringComparison.Ordinal);
        Assert.Contains("brew install nats-server", output, StringComparison.Ordinal);
        Assert.Contains("README.md", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Setup_WithoutNetwork_SaysSoAndStops()
    {
        Tool("apt-get", """echo "$*" >> $CALLS; echo 'Could not resolve the host of the mirror' >&2; exit 100""");
        Tool("apt-cache", "exit 100");
        Tool("sudo", "exec \"$@\"");

        var (exit, output) = await RunAsync("run");

        Assert.Equal(1, exit);
        Assert.Contains("the package lists could not be read: is there a network", output, StringComparison.Ordinal);
        Assert.Contains("Could not resolve", output, StringComparison.Ordinal);
        Assert.Equal("update", Calls.Trim());
    }

    [Fact]
    public async Task Setup_InstallsTheNewestLibnats_WithoutRecommends_AndStopsOnlyTheDaemonItBrought()
    {
        Tool("prometheus", "exit 0");
        Tool("ldconfig", "echo libzmq.so.5");
        Tool("apt-get", """echo "apt-get $*" >> $CALLS""");
        Tool("apt-cache", """case "$1" in search) echo 'libnats3.4 - client'; echo 'libnats3.10 - client'; echo 'libnats3.7t64 - client';; esac""");
        Tool("dpkg-query", "exit 1");
        Tool("sudo", "exec \"$@\"");
        Tool("systemctl", """echo "systemctl $*" >> $CALLS""");

        var (exit, output) = await RunAsync("run");

        Assert.True(exit == 0, output);
        Assert.Equal(
            [
                "apt-get update",
                "apt-get install -y --no-install-recommends nats-server",
                "systemctl is-active --quiet nats-server",
                "systemctl disable --now nats-server",
                "apt-get install -y --no-install-recommends libnats3.10",
            ],
            Calls.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("setup: installing nats-server", output, StringComparison.Ordinal);
        Assert.DoesNotContain("prometheus service", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Setup_WhenThePackageWasThereBefore_LeavesItsDaemonRunning()
    {
        Tool("prometheus", "exit 0");
        Tool("ldconfig", "echo libzmq.so.5; echo libnats.so");
        Tool("apt-get", """echo "apt-get $*" >> $CALLS""");
        Tool("apt-cache", "exit 0");
        Tool("dpkg-query", "echo 'install ok installed'");
        Tool("sudo", "exec \"$@\"");
        Tool("systemctl", """echo "systemctl $*" >> $CALLS""");

        var (exit, output) = await RunAsync("run");

        Assert.True(exit == 0, output);
        Assert.DoesNotContain("systemctl", Calls, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Setup_ForTestsWithOnlyASnapChromium_SaysThatPageTestsSkip_AndNamesThePythonPackages()
    {
        Tool("nats-server", "exit 0");
        Tool("prometheus", "exit 0");
        Tool("promtool", "exit 0");
        Tool("ldconfig", "echo libzmq.so.5; echo libnats.so");
        Tool("apt-get", """echo "apt-get $*" >> $CALLS""");
        Tool("apt-cache", """case "$1" in policy) echo '  Candidate: 2:1snap1-0ubuntu2';; esac""");
        Tool("dpkg-query", "exit 1");
        Tool("sudo", "exec \"$@\"");
        Tool("nopython", "exit 1");

        // Only a Python that lacks the modules is to be found, before and after the (pretended) installation.
        var (exit, output) = await RunAsync("test", hidePython: true);

        Assert.Equal(1, exit);
        Assert.Contains("no real Chromium here: page tests will be skipped", output, StringComparison.Ordinal);
        Assert.Contains("no Python imports zmq, msgpack and prometheus_client", output, StringComparison.Ordinal);
        Assert.Contains("apt-get install -y --no-install-recommends python3-zmq", Calls, StringComparison.Ordinal);
        Assert.DoesNotContain("chromium", Calls, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Setup_WithoutTheSdk_NamesTheVersionAndWhereToGetIt()
    {
        File.Delete(_directory.Combine("bin", "dotnet"));

        var (exit, output) = await RunAsync("run");

        Assert.Equal(1, exit);
        Assert.Contains(".NET SDK is missing: install version 10", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run.sh")]
    [InlineData("test.sh")]
    [InlineData("eng/setup.sh")]
    public async Task Script_Help_PrintsUsage(string script)
    {
        await using var process = ChildProcess.Start("bash", [Path.Combine(RepositoryPaths.Root, script), "--help"]);
        Assert.Equal(0, await process.WaitForExitAsync());
        Assert.StartsWith("usage: ", process.Output, StringComparison.Ordinal);
    }

    private string Calls => File.Exists(_directory.Combine("calls")) ? File.ReadAllText(_directory.Combine("calls")) : "";

    private void Tool(string name, string body)
    {
        var path = _directory.Combine("bin", name);
        File.Delete(path);
        File.WriteAllText(path, "#!/bin/bash\n" + body + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private async Task<(int Exit, string Output)> RunAsync(string mode, bool hidePython = false)
    {
        var script = Path.Combine(RepositoryPaths.Root, "eng", "setup.sh");
        if (hidePython)
        {
            // The script names /usr/bin/python3 itself, since that is where Debian's modules are; a copy that looks elsewhere plays a machine without them.
            var copy = _directory.Combine("root", "eng", "setup.sh");
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.WriteAllText(copy, (await File.ReadAllTextAsync(script)).Replace("/usr/bin/python3 python3; do", "nopython; do", StringComparison.Ordinal));
            script = copy;
        }

        await using var process = ChildProcess.Start(
            "/bin/bash",
            [script, mode],
            new Dictionary<string, string?>
            {
                ["PATH"] = _directory.Combine("bin"),
                ["CALLS"] = _directory.Combine("calls"),
                ["PYTHON"] = null,
                ["LD_LIBRARY_PATH"] = null,
            });
        var exit = await process.WaitForExitAsync(TimeSpan.FromSeconds(60));
        return (exit, process.Output);
    }
}
