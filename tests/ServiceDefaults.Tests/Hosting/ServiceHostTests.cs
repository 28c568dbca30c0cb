using System.Net;
using System.Net.Sockets;
using DynamoAspire.Engines.Configuration;
using DynamoAspire.ServiceDefaults.Configuration;
using DynamoAspire.ServiceDefaults.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace DynamoAspire.ServiceDefaults.Tests.Hosting;

[Collection(nameof(ServiceHostTests))]
[CollectionDefinition(nameof(ServiceHostTests), DisableParallelization = true)]
public sealed class ServiceHostTests : IDisposable
{
    private readonly TextWriter _error = Console.Error;
    private readonly StringWriter _captured = new();

    public ServiceHostTests() => Console.SetError(_captured);

    public void Dispose() => Console.SetError(_error);

    [Fact]
    public async Task Run_BadConfigurationInSeveralSections_TellsAllAndExits78()
    {
        var exit = await ServiceHost.RunAsync(
            ["--urls", "http://127.0.0.1:0", "--Sample:Size=zero", "--Sample:Sise=1", "--Engines:0:DpSize=0", "--Engines:0:Name=a"],
            TestService.Description,
            builder =>
            {
                builder.AddEngines();
                var options = builder.AddValidatedOptions<Sample>("Sample");

                // What a service does with options that are not valid may fail; the configuration is what is told.
                ArgumentOutOfRangeException.ThrowIfNotEqual(options.Size, 99);
            },
            _ => { });

        Assert.Equal(78, exit);
        var text = _captured.ToString();
        Assert.StartsWith("test-service cannot start. The configuration has 3 problems", text, StringComparison.Ordinal);
        Assert.Contains("Sample:Size: 'zero' is not a whole number", text, StringComparison.Ordinal);
        Assert.Contains("Sample:Sise: unknown key; did you mean Size?", text, StringComparison.Ordinal);
        Assert.Contains("Engines:0:DpSize: 0 is not a number of ranks; use 1 to 1024", text, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_PortTaken_NamesPortOwnerAndRemedyAndExits69()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        var exit = await ServiceHost.RunAsync(["--urls", $"http://127.0.0.1:{port}"], TestService.Description, _ => { }, _ => { });

        Assert.Equal(69, exit);
        var text = _captured.ToString();
        Assert.Contains($"test-service cannot start. Port {port} is taken", text, StringComparison.Ordinal);
        Assert.Contains("--urls http://127.0.0.1:PORT", text, StringComparison.Ordinal);
        if (OperatingSystem.IsLinux())
        {
            Assert.Contains($"(pid {Environment.ProcessId})", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Run_AWorkerCannotStart_TellsItsMessageAndExitCode()
    {
        var exit = await ServiceHost.RunAsync(["--urls", "http://127.0.0.1:0"], TestService.Description, b => b.Services.AddHostedService<Refuses>(), _ => { });

        Assert.Equal(42, exit);
        Assert.Equal("test-service cannot start. Buy more memory.", _captured.ToString().Trim());
    }

    [Fact]
    public async Task Run_StoppedFromWithin_ReturnsThatExitCode()
    {
        var exit = await ServiceHost.RunAsync(
            ["--urls", "http://127.0.0.1:0"],
            TestService.Description,
            _ => { },
            app => app.Lifetime.ApplicationStarted.Register(() => app.Services.GetRequiredService<ServiceFailure>().Stop(7)));

        Assert.Equal(7, exit);
    }

    [Fact]
    public async Task Start_OfAHostBuiltByHand_RefusesBadConfigurationToo()
    {
        var builder = WebApplication.CreateBuilder(["--urls", "http://127.0.0.1:0", "--Sample:Size=0"]);
        builder.AddServiceDefaults(TestService.Description);
        builder.AddValidatedOptions<Sample>("Sample");
        await using var app = builder.Build();

        await Assert.ThrowsAsync<ConfigurationInvalidException>(() => app.StartAsync());
    }

    [Fact]
    public void Options_AreRegisteredAsThemselves()
    {
        using var app = ServiceHost.Build(["--Sample:Size=3"], TestService.Description, b => b.AddValidatedOptions<Sample>("Sample"), _ => { });

        Assert.Equal(3, app.Services.GetRequiredService<Sample>().Size);
        Assert.Equal(TimeSpan.FromSeconds(5), app.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<HostOptions>>().Value.ShutdownTimeout);
    }

    [Fact]
    public async Task Listen_NothingConfigured_IsLoopbackAtTheDefaultPort()
    {
        var port = DynamoAspire.Testing.FreePort.Next();
        await using var app = ServiceHost.Build([], TestService.Description with { DefaultPort = port }, _ => { }, _ => { });
        await app.StartAsync();

        Assert.Equal([$"http://127.0.0.1:{port}"], app.Urls);
        await app.StopAsync();
    }

    [Theory]
    [InlineData("--urls")]
    [InlineData("--HTTP_PORTS")]
    [InlineData("--Kestrel:Endpoints:Http:Url")]
    public async Task Listen_Configured_IsWhereItWasSaid(string setting)
    {
        var port = DynamoAspire.Testing.FreePort.Next();
        await using var app = ServiceHost.Build([$"{setting}={(setting == "--HTTP_PORTS" ? $"{port}" : $"http://127.0.0.1:{port}")}"], TestService.Description, _ => { }, _ => { });
        await app.StartAsync();

        Assert.EndsWith($":{port}", Assert.Single(app.Urls), StringComparison.Ordinal);
        await app.StopAsync();
    }

    private sealed class Refuses : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => throw new ServiceStartException("Buy more memory.", 42);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    public sealed record Sample : IValidatedOptions
    {
        public int Size { get; init; } = 1;

        public void Validate(ConfigurationProblems problems) => problems.InRange(nameof(Size), Size, 1, 10, "a size");
    }
}
