using System.Diagnostics;
using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using DynamoAspire.Testing;

namespace DynamoAspire.LocalRuntime.Tests.Running;

/// <summary>Whole lives of resources that are real processes.</summary>
public sealed class ApplicationRunnerTests : IDisposable
{
    private const string Forever = "trap 'exit 0' TERM; while :; do sleep 0.05; done";
    private readonly TemporaryDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Resource_ThatFails_IsStartedAgainLaterAndLater()
    {
        await using var application = new LocalApplication(b => ShellScript.Add(b, "broken", "echo something went wrong >&2; exit 3"));

        var failed = await application.WaitForAsync("broken", r => r.GetProperty("reason").GetString()?.Contains("next start in 2 s", StringComparison.Ordinal) == true);

        Assert.Equal("Failed", failed.GetProperty("state").GetString());
        Assert.Equal("ended with exit code 3: something went wrong; next start in 2 s", failed.GetProperty("reason").GetString());
        Assert.Equal(1, failed.GetProperty("restarts").GetInt32());
        Assert.Contains("something went wrong", failed.GetProperty("log").EnumerateArray().Select(l => l.GetString()));
        Assert.Contains("broken | something went wrong", application.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resource_ThatIsKilled_RunsAgain()
    {
        await using var application = new LocalApplication(b => ShellScript.Add(b, "victim", "echo all is well; " + Forever));
        var running = await application.WaitForAsync("victim", "Running");
        var process = running.GetProperty("processId").GetInt32();

        using (var kill = Process.Start("kill", ["-KILL", process.ToString()]))
        {
            await kill.WaitForExitAsync();
        }

        var again = await application.WaitForAsync("victim", r => r.GetProperty("state").GetString() == "Running" && r.GetProperty("processId").GetInt32() != process);
        Assert.Equal(1, again.GetProperty("restarts").GetInt32());
        Assert.Contains("ended by signal 9; next start", application.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resource_WhoseConfigurationIsWrong_IsNotStartedAgain()
    {
        await using var application = new LocalApplication(b => ShellScript.Add(b, "wrong", "echo Relay:Port is no port; exit 78"));

        var failed = await application.WaitForAsync("wrong", "Failed");

        Assert.Equal("ended with exit code 78: Relay:Port is no port", failed.GetProperty("reason").GetString());
        Assert.Equal(0, failed.GetProperty("restarts").GetInt32());
    }

    [Fact]
    public async Task Program_ThatIsMissing_SaysHowToGetItAndTheRestRuns()
    {
        await using var application = new LocalApplication(b =>
        {
            var missing = b.AddResource(new ExecutableResource("database", "no-such-program", ".")).WithUrl("https://example.org/get", "apt-get install it");
            ShellScript.Add(b, "needs-it", Forever).WaitFor(missing);
            ShellScript.Add(b, "independent", Forever);
        });

        await application.WaitForAsync("independent", "Running");
        var database = await application.WaitForAsync("database", "NotAvailable");
        var needs = await application.WaitForAsync("needs-it", "NotAvailable");

        Assert.Contains("database    * not available: no-such-program is not on PATH", application.Output, StringComparison.Ordinal);
        Assert.Equal("no-such-program is not on PATH; apt-get install it – https://example.org/get", database.GetProperty("reason").GetString());
        Assert.StartsWith("needs database, which is not available: no-such-program", needs.GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resource_ThatWaits_StartsOnceTheOtherIsHealthy()
    {
        var port = FreePort.Next();
        var gate = _folder.Combine("health");
        await using var application = new LocalApplication(b =>
        {
            var server = b.AddResource(new ExecutableResource("server", Python.Path, _folder.Path))
                .WithArgs("-u", "-m", "http.server", "--bind", "127.0.0.1", port.ToString())
                .WithHttpEndpoint(port: port)
                .WithHttpHealthCheck("/health");
            ShellScript.Add(b, "client", Forever).WaitFor(server);
        });
        await application.WaitForAsync("server", r => r.GetProperty("reason").GetString()?.Contains("answers 404", StringComparison.Ordinal) == true);

        var waiting = await application.GetAsync("client");
        Assert.Equal("Waiting", waiting.GetProperty("state").GetString());
        Assert.Equal("for server", waiting.GetProperty("reason").GetString());
        await File.WriteAllTextAsync(gate, "ok");

        await application.WaitForAsync("server", "Running");
        await application.WaitForAsync("client", "Running");
        File.Delete(gate);
        await application.WaitForAsync("server", "Unhealthy");
    }

    [Fact]
    public async Task Stop_EndsDependentsFirst()
    {
        var log = _folder.Combine("order");
        string Script(string name) => $"trap 'sleep 0.1; echo {name} >> {log}; exit 0' TERM; while :; do sleep 0.02; done";
        await using var application = new LocalApplication(b =>
        {
            var database = ShellScript.Add(b, "database", Script("database"));
            var service = ShellScript.Add(b, "service", Script("service")).WaitFor(database);
            ShellScript.Add(b, "page", Script("page")).WaitFor(service);
        });
        await application.WaitForAsync("page", "Running");

        await application.StopAsync();

        Assert.Equal(["page", "service", "database"], File.ReadAllLines(log));
        Assert.Contains("Stopped in", application.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_OfAProcessThatIgnoresIt_KillsItAndWhatItStarted()
    {
        var children = _folder.Combine("children");
        await using var application = new LocalApplication(
            b => ShellScript.Add(b, "stubborn", $"trap '' TERM; sleep 600 & echo $$ $! > {children}; while :; do sleep 0.05; done"),
            new(TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(300)));
        await Eventually.TrueAsync("the script runs", () => File.Exists(children) && File.ReadAllText(children).EndsWith('\n'));
        var clock = Stopwatch.StartNew();

        await application.StopAsync();

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        foreach (var id in File.ReadAllText(children).Split(' ', StringSplitOptions.TrimEntries))
        {
            await Eventually.TrueAsync($"process {id} is gone", () => !IsAlive(id));
        }

        Assert.Contains("is killed", application.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_WhileResourcesStart_LeavesNothing()
    {
        var started = _folder.Combine("started");
        var application = new LocalApplication(b =>
        {
            for (var i = 0; i < 8; i++)
            {
                ShellScript.Add(b, $"r{i}", $"echo $$ >> {started}; {Forever}");
            }
        });

        await application.StopAsync();
        await application.DisposeAsync();

        var ids = File.Exists(started) ? await File.ReadAllLinesAsync(started) : [];
        Assert.All(ids, id => Assert.False(IsAlive(id), $"process {id} is left"));
    }

    [Fact]
    public async Task Child_LivesInASessionOfItsOwnAndDiesWithThisProcess()
    {
        var facts = _folder.Combine("facts");
        await using var application = new LocalApplication(b => ShellScript.Add(b, "child", $"echo $$ $(ps -o sid= -p $$) > {facts}; {Forever}"));
        await Eventually.TrueAsync("the child tells", () => File.Exists(facts) && File.ReadAllText(facts).EndsWith('\n'));

        var words = (await File.ReadAllTextAsync(facts)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

        // A session has the id of the process that made it.
        Assert.Equal(words[0], words[1]);
    }

    [Fact]
    public async Task Port_ThatIsTaken_NamesItsOwner()
    {
        using var holder = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        holder.Start();
        var port = ((System.Net.IPEndPoint)holder.LocalEndpoint).Port;
        await using var application = new LocalApplication(b => ShellScript.Add(b, "server", Forever).WithHttpEndpoint(port: port));

        var failed = await application.WaitForAsync("server", "Failed");

        Assert.Contains($"port {port} is used by ", failed.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Contains($"(process {Environment.ProcessId})", failed.GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_ShowsNamesOfVariablesAndNeverTheirValues()
    {
        await using var application = new LocalApplication(b => ShellScript.Add(b, "service", Forever).WithEnvironment("API_KEY", "hunter2"));
        await application.WaitForAsync("service", "Running");

        var service = await application.GetAsync("service");

        Assert.Equal(["API_KEY"], service.GetProperty("environment").EnumerateArray().Select(e => e.GetString()));
        Assert.DoesNotContain("hunter2", service.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_IsHardened()
    {
        await using var application = new LocalApplication(b => ShellScript.Add(b, "service", Forever));
        await application.WaitForAsync("service", "Running");
        using var http = new HttpClient();

        foreach (var path in new[] { "", "page.css", "page.js", "api/resources" })
        {
            using var answer = await http.GetAsync(new Uri(application.Page, path));
            Assert.True(answer.IsSuccessStatusCode, path);
            var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
            Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
            Assert.DoesNotContain("Server", answer.Headers.Select(h => h.Key));
        }

        using var foreign = new HttpRequestMessage(HttpMethod.Get, application.Page) { Headers = { Host = "evil.example" } };
        using var refused = await http.SendAsync(foreign);
        Assert.Equal(System.Net.HttpStatusCode.MisdirectedRequest, refused.StatusCode);
    }

    [Fact]
    public async Task Table_ListsEveryResourceOnce()
    {
        await using var application = new LocalApplication(b =>
        {
            ShellScript.Add(b, "first", Forever);
            b.AddResource(new ExecutableResource("second", "no-such-program", "."));
        });

        await Eventually.TrueAsync("the table is printed", () => application.Output.Contains("NAME", StringComparison.Ordinal), detail: () => application.Output);

        Assert.Single(application.Output.Split('\n'), l => l.StartsWith("  first ", StringComparison.Ordinal) && l.Contains("running", StringComparison.Ordinal));
        Assert.Single(application.Output.Split('\n'), l => l.StartsWith("  second", StringComparison.Ordinal) && l.Contains("not available", StringComparison.Ordinal));
        Assert.DoesNotContain('\u001b', application.Output);
    }

    private static bool IsAlive(string id)
    {
        try
        {
            return !File.ReadAllText($"/proc/{id}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException)
        {
            return false;
        }
    }
}
