using System.Text;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using DynamoAspire.LocalRuntime.Building;
using DynamoAspire.LocalRuntime.Running;
using DynamoAspire.Testing;

namespace DynamoAspire.LocalRuntime.Tests.Running;

public sealed class SmallPartsTests
{
    [Fact]
    public void Backoff_OfAProcessThatKeepsFailing_DoublesToHalfAMinute()
    {
        var backoff = new Backoff();

        var delays = Enumerable.Range(0, 7).Select(_ => backoff.Next(TimeSpan.FromSeconds(1)).TotalSeconds).ToArray();

        Assert.Equal([1, 2, 4, 8, 16, 30, 30], delays);
    }

    [Fact]
    public void Backoff_AfterAProcessThatLasted_BeginsAgain()
    {
        var backoff = new Backoff();
        backoff.Next(TimeSpan.Zero);
        backoff.Next(TimeSpan.Zero);

        Assert.Equal(1, backoff.Next(TimeSpan.FromMinutes(2)).TotalSeconds);
    }

    [Fact]
    public void LogBuffer_AtItsBound_DropsTheOldest()
    {
        var log = new LogBuffer(capacity: 3);
        foreach (var line in new[] { "a", "b", "c", "d" })
        {
            log.Add(line);
        }

        Assert.Equal(["b", "c", "d"], log.Last(10));
        Assert.Equal(["d"], log.Last(1));
    }

    [Theory]
    [InlineData("a\nb\r\nc", new[] { "a", "b", "c" })]
    [InlineData("", new string[0])]
    [InlineData("\n\n", new[] { "", "" })]
    public async Task LinePump_SplitsLines(string text, string[] expected) => Assert.Equal(expected, await PumpAsync(text));

    [Fact]
    public async Task LinePump_CutsALineThatNeverEnds()
    {
        var lines = await PumpAsync(new string('x', 100_000) + "\nnext\n");

        Assert.Equal(2, lines.Count);
        Assert.Equal((16 * 1024) + 2, lines[0].Length);
        Assert.EndsWith(" …", lines[0], StringComparison.Ordinal);
        Assert.Equal("next", lines[1]);
    }

    [Fact]
    public void CommandPath_FindsWhatIsExecutableOnly()
    {
        using var folder = new TemporaryDirectory();
        var file = folder.Combine("tool");
        File.WriteAllText(file, "#!/bin/sh\n");

        Assert.Null(CommandPath.Find(file));
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.Equal(file, CommandPath.Find(file));
        Assert.NotNull(CommandPath.Find("sh"));
        Assert.Null(CommandPath.Find("no-such-program"));
    }

    [Fact]
    public void Ports_ThatWereAskedForTwice_AreAProblemOfTheSecond()
    {
        var port = FreePort.Next();
        var builder = new ApplicationBuilder([], null);
        ShellScript.Add(builder, "one", ":").WithHttpEndpoint(port: port);
        ShellScript.Add(builder, "two", ":").WithHttpEndpoint(port: port);
        ShellScript.Add(builder, "three", ":").WithHttpEndpoint();

        var problems = PortAssignment.Assign(builder.Resources);

        var problem = Assert.Single(problems);
        Assert.Equal("two", problem.Key);
        Assert.Contains("already given to one", problem.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void StopOrder_WithACycle_StillHasEverything()
    {
        var builder = new ApplicationBuilder([], null);
        var a = ShellScript.Add(builder, "a", ":");
        var b = ShellScript.Add(builder, "b", ":").WaitFor(a);
        a.WaitFor(b);
        ShellScript.Add(builder, "c", ":").WaitFor(b);

        var order = StopOrder.Of([.. builder.Resources]);

        Assert.Equal(["a", "b", "c"], order.SelectMany(g => g).Select(r => r.Name).Order());
        Assert.True(IndexOf("c") < IndexOf("b"), "c needs b");

        int IndexOf(string name) => order.Select((group, i) => (group, i)).Single(g => g.group.Any(r => r.Name == name)).i;
    }

    [Fact]
    public void Project_ThatWasNotReferenced_IsSaid()
    {
        var builder = new ApplicationBuilder([], null);
        var project = builder.AddProject<Unbuilt>("web", launchProfileName: null);

        var plan = LaunchPlan.For(project.Resource, builder);

        Assert.Null(plan.Program);
        Assert.Contains("without a reference to /nowhere/web.csproj", plan.Unavailable, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ParentWatch_OfAParentThatLives_WaitsUntilCancelled()
    {
        using var stop = new CancellationTokenSource();
        var gone = false;
        var watch = ParentWatch.RunAsync(configured: true, () => gone = true, TimeProvider.System, stop.Token);

        Assert.False(watch.IsCompleted);
        await stop.CancelAsync();
        await watch;
        Assert.False(gone);
    }

    private static async Task<List<string>> PumpAsync(string text)
    {
        var lines = new List<string>();
        using var reader = new StreamReader(new MemoryStream(Encoding.UTF8.GetBytes(text)));
        await LinePump.RunAsync(reader, lines.Add);
        return lines;
    }

    private sealed class Unbuilt : IProjectMetadata
    {
        public string ProjectPath => "/nowhere/web.csproj";
    }
}
