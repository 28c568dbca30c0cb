using System.Globalization;
using DynamoAspire.ServiceDefaults.Configuration;
using DynamoAspire.ServiceDefaults.Exposition;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DynamoAspire.ServiceDefaults.Hosting;

/// <summary>
/// Runs a service from start to exit code: what an operator can put right is told in one message on standard error, everything else is logged.
/// </summary>
public static partial class ServiceHost
{
    /// <summary>Builds, runs until told to stop (SIGTERM, Ctrl+C), and returns the exit code (<see cref="ServiceExitCodes"/>).</summary>
    /// <param name="args">Command line: <c>--urls …</c> and any configuration key.</param>
    /// <param name="description">The service.</param>
    /// <param name="add">Registers what the service consists of.</param>
    /// <param name="map">Maps its endpoints; health and metrics are mapped already.</param>
    public static async Task<int> RunAsync(string[] args, ServiceDescription description, Action<WebApplicationBuilder> add, Action<WebApplication> map)
    {
        ArgumentNullException.ThrowIfNull(description);
        WebApplication? app = null;
        var starting = new Starting();
        try
        {
            app = Build(args, description, builder => AddQuietStart(builder, starting, add), map);
            await app.StartAsync();
            starting.IsOver = true;
            LogStarted(app.Logger, description.Name, BuildInformation.Version, BuildInformation.Profile, app.Urls);
            await app.WaitForShutdownAsync();
            return app.Services.GetRequiredService<ServiceFailure>().ExitCode;
        }
        catch (Exception e) when (StartFailure.TryDescribe(e, description.Name, out _, out _))
        {
            _ = StartFailure.TryDescribe(e, description.Name, out var message, out var exitCode);
            await Console.Error.WriteLineAsync(message);
            return exitCode;
        }
        catch (Exception e)
        {
            // The last line of defence: without a log line the process would end without a word where no debugger is.
            if (app is null)
            {
                await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{description.Name} failed: {e}"));
            }
            else
            {
                LogFailed(app.Logger, description.Name, e);
            }

            return ServiceExitCodes.Failure;
        }
        finally
        {
            if (app is not null)
            {
                await app.DisposeAsync();
            }
        }
    }

    /// <summary>Builds a service without starting it; for tests and for hosts of their own.</summary>
    /// <exception cref="DynamoAspire.Engines.Configuration.ConfigurationInvalidException">The configuration is not valid; all problems of all sections are listed.</exception>
    public static WebApplication Build(string[] args, ServiceDescription description, Action<WebApplicationBuilder> add, Action<WebApplication> map)
    {
        ArgumentNullException.ThrowIfNull(description);
        ArgumentNullException.ThrowIfNull(add);
        ArgumentNullException.ThrowIfNull(map);
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults(description);
        try
        {
            add(builder);
        }
        catch (Exception) when (builder.ConfigurationProblems().All.Count > 0)
        {
            // Options with problems are handed out all the same, so that every section is read; what then fails over them is no news.
        }

        builder.ConfigurationProblems().ThrowIfAny();
        var app = builder.Build();
        app.MapServiceDefaults();
        map(app);
        return app;
    }

    /// <summary>What goes wrong at start is told once, by <see cref="RunAsync"/>; the host and Kestrel would tell it before, with their stack traces.</summary>
    private static void AddQuietStart(WebApplicationBuilder builder, Starting starting, Action<WebApplicationBuilder> add)
    {
        add(builder);
        foreach (var category in (ReadOnlySpan<string>)["Microsoft.Extensions.Hosting.Internal.Host", "Microsoft.AspNetCore.Server.Kestrel"])
        {
            builder.Logging.AddFilter(category, level => starting.IsOver && level >= LogLevel.Warning);
        }
    }

    private sealed class Starting
    {
        private volatile bool _isOver;

        public bool IsOver
        {
            get => _isOver;
            set => _isOver = value;
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "{Service} {Version} (package profile {Profile}) listens on {Urls}")]
    private static partial void LogStarted(ILogger logger, string service, string version, string profile, ICollection<string> urls);

    [LoggerMessage(EventId = 2, Level = LogLevel.Critical, Message = "{Service} failed")]
    private static partial void LogFailed(ILogger logger, string service, Exception exception);
}
