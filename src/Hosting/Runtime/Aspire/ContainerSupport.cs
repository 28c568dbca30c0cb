using System.ComponentModel;
using System.Diagnostics;

namespace DynamoAspire.Hosting.Runtime;

/// <summary>Whether containers can be started in run mode: whether the container runtime that Aspire would use answers.</summary>
internal static class ContainerSupport
{
    private static readonly Lazy<bool> s_available = new(Ask);

    public static bool IsAvailable => s_available.Value;

    private static bool Ask()
    {
        // The variables by which Aspire is told which runtime to use; docker is its default.
        var runtime = Environment.GetEnvironmentVariable("ASPIRE_CONTAINER_RUNTIME") ?? Environment.GetEnvironmentVariable("DOTNET_ASPIRE_CONTAINER_RUNTIME") ?? "docker";
        try
        {
            // "info" asks the daemon: a client alone does not count.
            using var process = Process.Start(new ProcessStartInfo(runtime, ["info"]) { RedirectStandardOutput = true, RedirectStandardError = true });
            if (process is null)
            {
                return false;
            }

            process.OutputDataReceived += static (_, _) => { };
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            if (process.WaitForExit(TimeSpan.FromSeconds(5)))
            {
                return process.ExitCode == 0;
            }

            process.Kill();
            return false;
        }
        catch (Win32Exception)
        {
            // Not installed.
            return false;
        }
    }
}
