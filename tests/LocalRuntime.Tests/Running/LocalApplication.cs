using System.Globalization;
using System.Text.Json;
using Aspire.Hosting.ApplicationModel;
using DynamoAspire.LocalRuntime.Building;
using DynamoAspire.LocalRuntime.Running;
using DynamoAspire.Testing;

namespace DynamoAspire.LocalRuntime.Tests.Running;

/// <summary>An application in this process whose resources are real processes.</summary>
internal sealed class LocalApplication : IAsyncDisposable
{
    private readonly StringWriter _output = new(CultureInfo.InvariantCulture);
    private readonly StopRequest _stop = new();
    private readonly HttpClient _http = new();
    private readonly Task _run;
    private readonly int _page = FreePort.Next();

    public LocalApplication(Action<ApplicationBuilder> describe, StopLimits? limits = null)
    {
        var builder = new ApplicationBuilder([$"--Ports:Resources={_page}"], null);
        describe(builder);
        _run = ApplicationRunner.RunAsync(
            builder, _stop, names => new Terminal(TextWriter.Synchronized(_output), colour: false, names.Max(n => n.Length)), limits ?? new(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(3)));
    }

    public Uri Page => new($"http://localhost:{_page}/");

    public string Output => _output.ToString();

    public async Task<JsonElement> GetAsync(string name)
    {
        using var document = JsonDocument.Parse(await _http.GetStringAsync(new Uri(Page, "api/resources")));
        return document.RootElement.EnumerateArray().Single(r => r.GetProperty("name").GetString() == name).Clone();
    }

    public async Task<JsonElement> WaitForAsync(string name, Func<JsonElement, bool> condition)
    {
        JsonElement found = default;
        await Eventually.TrueAsync(
            $"{name} is as expected",
            async () => condition(found = await GetAsync(name)),
            TimeSpan.FromSeconds(15),
            () => $"Last: {found}\n{Output}");
        return found;
    }

    public Task<JsonElement> WaitForAsync(string name, string state) => WaitForAsync(name, r => r.GetProperty("state").GetString() == state);

    public async Task StopAsync()
    {
        if (!_run.IsCompleted)
        {
            _stop.Ask("the test");
        }

        await _run.WaitAsync(TimeSpan.FromSeconds(20));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _http.Dispose();
        _stop.Dispose();
    }
}
