using DynamoAspire.Testing;

namespace DynamoAspire.Integration.Tests.PackageProfiles;

/// <summary>Restore chooses the profile from what the feed carries. The feeds here are folders and dead addresses, so nothing depends on a network.</summary>
[Trait("Category", "Integration")]
public sealed class PackageProfileTests : IDisposable
{
    private readonly Checkout _checkout = new();

    public void Dispose() => _checkout.Dispose();

    [Fact]
    public async Task CleanCopy_BuildsWithNoFlag()
    {
        var (exit, output) = await _checkout.DotnetAsync("build", "src/LocalRuntime", "-v:minimal");

        Assert.True(exit == 0, output);
        Assert.Contains("Package profile: restricted.", output, StringComparison.Ordinal);
        Assert.Contains("NATS.Net: libnats (not on this feed: NATS.Net)", output, StringComparison.Ordinal);
        Assert.Contains("<FeedHasNatsNet>false</FeedHasNatsNet>", _checkout.Answer, StringComparison.Ordinal);
    }

    /// <summary>All projects, from the machine's own feed; with no flag the whole solution is what a clean clone's <c>./test.sh</c> builds.</summary>
    [Fact]
    public async Task CleanCopy_OfTheWholeSolution_BuildsRestricted()
    {
        using var whole = new Checkout(wholeSolution: true);

        var (exit, output) = await whole.DotnetAsync("build", "Dynamo.Aspire.sln", "-v:minimal", "-p:PackageProfile=restricted");

        Assert.True(exit == 0, output);
        Assert.Contains("Package profile: restricted. Aspire: LocalRuntime (asked for)", output, StringComparison.Ordinal);
        Assert.Contains("0 Warning(s)", output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(whole.Root, "src", "AppHost", "bin", "Debug", "net10.0", "DynamoAspire.AppHost.dll")));
    }

    [Fact]
    public async Task Feed_WithOneGroup_GivesAMixedProfile()
    {
        _checkout.AddPackage("NetMQ", "4.0.2.1");

        var (exit, output) = await _checkout.RestoreAsync();

        Assert.True(exit == 0, output);
        Assert.Contains("Package profile: mixed.", output, StringComparison.Ordinal);
        Assert.Contains("NetMQ: 4.0.2.1", output, StringComparison.Ordinal);
        Assert.Equal("true", await PropertyAsync("UseNetMq"));
        Assert.Equal("false", await PropertyAsync("UseNatsNet"));
    }

    [Fact]
    public async Task Feed_WithAnotherVersion_CountsAsLackingIt()
    {
        _checkout.AddPackage("NATS.Net", "3.3.2");

        var (exit, output) = await _checkout.RestoreAsync();

        Assert.True(exit == 0, output);
        Assert.Contains("NATS.Net: libnats (not on this feed: NATS.Net 3.1.0 (nearest there: 3.3.2))", output, StringComparison.Ordinal);
        Assert.Equal("false", await PropertyAsync("UseNatsNet"));
    }

    [Fact]
    public async Task Answer_IsKeptUntilSomethingChanges()
    {
        const string Asking = "asking the feed";
        Assert.Contains(Asking, (await _checkout.RestoreAsync()).Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Asking, (await _checkout.RestoreAsync()).Output, StringComparison.Ordinal);

        _checkout.AddPackage("NetMQ", "4.0.2.1");
        Assert.DoesNotContain(Asking, (await _checkout.RestoreAsync()).Output, StringComparison.Ordinal);
        // One project is restored with what was just learnt, not with what was known when it was loaded.
        Assert.Contains("NetMQ: 4.0.2.1", (await _checkout.RestoreAsync("-p:ProbePackages=true")).Output, StringComparison.Ordinal);
        Assert.Equal("true", await PropertyAsync("UseNetMq"));

        var other = (await _checkout.RestoreAsync("-p:NetMqVersion=4.0.1.0")).Output;
        Assert.Contains(Asking, other, StringComparison.Ordinal);
        Assert.Contains("NetMQ: libzmq", other, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restricted_AsksNobody()
    {
        _checkout.AddPackage("NetMQ", "4.0.2.1");

        var (exit, output) = await _checkout.RestoreAsync("-p:PackageProfile=restricted");

        Assert.True(exit == 0, output);
        Assert.Contains("Package profile: restricted. Aspire: LocalRuntime (asked for)", output, StringComparison.Ordinal);
        Assert.DoesNotContain("asking the feed", output, StringComparison.Ordinal);
        Assert.False(File.Exists(_checkout.AnswerFile));
    }

    /// <summary>The AppHost, whose project would otherwise fail first, while it is loaded, with an SDK that cannot be found.</summary>
    [Fact]
    public async Task Full_OnAFeedThatLacksPackages_NamesThemAndTheFlag()
    {
        var (exit, output) = await _checkout.DotnetAsync("restore", "src/AppHost", "-p:PackageProfile=full");

        Assert.NotEqual(0, exit);
        Assert.Contains("error DA0002", output, StringComparison.Ordinal);
        foreach (var text in new[] { "Aspire.Hosting", "Aspire.AppHost.Sdk", "NATS.Net", "NetMQ", "OpenTelemetry.Extensions.Hosting", "-p:PackageProfile=full" })
        {
            Assert.Contains(text, output, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("NU1101", output, StringComparison.Ordinal);
        Assert.DoesNotContain("SDK resolver", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Profile_OfAnotherName_IsRefused()
    {
        var (exit, output) = await _checkout.RestoreAsync("-p:PackageProfile=fulll");

        Assert.NotEqual(0, exit);
        Assert.Contains("PackageProfile is 'fulll'", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DeadFeed_KeepsTheChoice()
    {
        _checkout.AddPackage("NetMQ", "4.0.2.1");
        await _checkout.RestoreAsync();
        _checkout.UseFeed($"http://127.0.0.1:{FreePort.Next()}/v3/index.json");

        var (exit, output) = await _checkout.RestoreAsync();

        Assert.True(exit == 0, output);
        Assert.Contains("the feed did not answer (NU1301", output, StringComparison.Ordinal);
        Assert.Contains("<FeedHasNatsNet>false</FeedHasNatsNet>", _checkout.Answer, StringComparison.Ordinal);
        Assert.Contains("<FeedHasNetMq>true</FeedHasNetMq>", _checkout.Answer, StringComparison.Ordinal);
        Assert.Equal("true", await PropertyAsync("UseNetMq"));

        // Asked again as soon as the feed is back, although nothing else has changed since.
        _checkout.UseFeed(_checkout.Feed);
        Assert.Contains("asking the feed", (await _checkout.RestoreAsync()).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DeadFeed_WithoutAChoice_RestrictsThisRunOnly()
    {
        _checkout.UseFeed($"http://127.0.0.1:{FreePort.Next()}/v3/index.json");

        var (exit, output) = await _checkout.RestoreAsync();

        Assert.True(exit == 0, output);
        Assert.Contains("Package profile: restricted. Aspire: LocalRuntime (for this run only)", output, StringComparison.Ordinal);
        Assert.False(File.Exists(_checkout.AnswerFile));
    }

    [Fact]
    public async Task Restores_AtTheSameTime_LeaveOneWholeAnswer()
    {
        _checkout.AddPackage("NetMQ", "4.0.2.1");

        var all = await Task.WhenAll(
            _checkout.RestoreAsync(), _checkout.DotnetAsync("restore", "src/KvEvents", "-p:IsAotCompatible=false", "-p:IsTrimmable=false"), _checkout.DotnetAsync("restore", "src/Engines", "-p:IsAotCompatible=false", "-p:IsTrimmable=false"));

        Assert.All(all, r => Assert.True(r.Exit == 0, r.Output));
        var answer = System.Xml.Linq.XDocument.Parse(_checkout.Answer);
        Assert.Equal("true", answer.Descendants("FeedHasNetMq").Single().Value);
        Assert.Equal(64, answer.Descendants("FeedHash").Single().Value.Length);
        var left = Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(_checkout.AnswerFile)!).Select(Path.GetFileName);
        Assert.Empty(left.Except(["package-profile.props", "probe"]));
    }

    private async Task<string> PropertyAsync(string name)
    {
        var (exit, output) = await _checkout.DotnetAsync("msbuild", "src/LocalRuntime/LocalRuntime.csproj", $"-getProperty:{name}");
        Assert.True(exit == 0, output);
        return output.Trim();
    }
}
