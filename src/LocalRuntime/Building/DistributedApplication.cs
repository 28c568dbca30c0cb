using System.Reflection;
using DynamoAspire.LocalRuntime.Building;
using DynamoAspire.LocalRuntime.Manifest;
using DynamoAspire.LocalRuntime.Running;

namespace Aspire.Hosting;

/// <summary>
/// The application: starts its resources on this machine, or writes its manifest. A stand-in for Aspire's class of this name, for feeds that do not carry Aspire.
/// </summary>
public class DistributedApplication
{
    private readonly ApplicationBuilder _builder;

    internal DistributedApplication(ApplicationBuilder builder) => _builder = builder;

    /// <summary>Creates a builder.</summary>
    /// <param name="args">The AppHost's arguments: configuration (<c>--Ports:Prometheus=9095</c>) and Aspire's <c>--publisher manifest --output-path FILE</c>.</param>
    public static IDistributedApplicationBuilder CreateBuilder(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        UserErrors.ReportWithoutStackTrace();
        return new ApplicationBuilder(args, Assembly.GetEntryAssembly());
    }

    /// <summary>
    /// Runs until Ctrl+C or SIGTERM, then stops everything in reverse order within 10 seconds; in publish mode writes the manifest and returns.
    /// </summary>
    public void Run()
    {
        if (_builder.ExecutionContext.IsPublishMode)
        {
            ManifestPublisher.PublishAsync(_builder, CancellationToken.None).GetAwaiter().GetResult();
            return;
        }

        ApplicationRunner.RunAsync(_builder).GetAwaiter().GetResult();
    }
}
