using System.Diagnostics;
using System.Runtime.InteropServices;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using DynamoAspire.LocalRuntime.Building;
using DynamoAspire.LocalRuntime.Model;

namespace DynamoAspire.LocalRuntime.Running;

/// <summary>How a resource is started: the program, or why there is none.</summary>
internal sealed record LaunchPlan(string? Program, IReadOnlyList<string> FirstArguments, string WorkingDirectory, string? Unavailable)
{
    public static LaunchPlan For(IResource resource, ApplicationBuilder builder)
    {
        switch (resource)
        {
            case ProjectResource project:
                var path = project.Annotations.OfType<IProjectMetadata>().Last().ProjectPath;
                var folder = Path.GetDirectoryName(path)!;
                if (!builder.ProjectTargets.TryGetValue(path, out var assembly))
                {
                    return Missing($"the AppHost was built without a reference to {path}", folder);
                }

                return File.Exists(assembly)
                    ? new LaunchPlan(DotnetHost(), ["exec", assembly], folder, null)
                    : Missing($"{assembly} does not exist: build the solution (dotnet build)", folder);

            case ExecutableResource executable:
                var working = Path.GetFullPath(executable.WorkingDirectory, builder.AppHostDirectory);
                return CommandPath.Find(executable.Command) is { } program
                    ? new LaunchPlan(program, [], working, null)
                    : Missing(HowToGet(executable), working);

            default:
                return Missing("containers are published and not started without Aspire's packages", builder.AppHostDirectory);
        }
    }

    public ProcessStartInfo StartInfo(IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>> environment)
    {
        var start = new ProcessStartInfo(Program!)
        {
            WorkingDirectory = WorkingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            CreateNoWindow = true,
        };
        foreach (var argument in FirstArguments.Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }

        // Meant for this process: a child that took them for its own would listen where it is not told to.
        foreach (var name in new[] { "ASPNETCORE_URLS", "HTTP_PORTS", "HTTPS_PORTS", "ASPNETCORE_HTTP_PORTS", "ASPNETCORE_HTTPS_PORTS", "DOTNET_LAUNCH_PROFILE" })
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private static LaunchPlan Missing(string reason, string workingDirectory) => new(null, [], workingDirectory, reason);

    private static string HowToGet(ExecutableResource executable)
    {
        var link = executable.Annotations.OfType<LinkAnnotation>().FirstOrDefault();
        return link is null
            ? $"{executable.Command} is not on PATH"
            : $"{executable.Command} is not on PATH; {(link.DisplayText is null ? "" : link.DisplayText + " – ")}{link.Url}";
    }

    /// <summary>The dotnet that runs this process, also where PATH has another one or none.</summary>
    private static string DotnetHost()
    {
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        var root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        var beside = Path.Combine(root, name);
        return File.Exists(beside) ? beside : CommandPath.Find("dotnet") ?? name;
    }
}
