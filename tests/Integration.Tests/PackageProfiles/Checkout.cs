using System.IO.Compression;
using DynamoAspire.Testing;

namespace DynamoAspire.Integration.Tests.PackageProfiles;

/// <summary>A clean copy of the repository's build files and sources, with a NuGet configuration and a package folder of its own.</summary>
internal sealed class Checkout : IDisposable
{
    private readonly TemporaryDirectory _folder = new();

    private readonly bool _wholeSolution;

    /// <param name="wholeSolution">Also tests and benches, with the feed and the package folder of this machine: only they have every package.</param>
    public Checkout(bool wholeSolution = false)
    {
        _wholeSolution = wholeSolution;
        foreach (var file in Directory.EnumerateFiles(RepositoryPaths.Root).Where(f => Path.GetExtension(f) is ".props" or ".targets" or ".json" or ".sln" || Path.GetFileName(f) == ".editorconfig"))
        {
            File.Copy(file, Path.Combine(Root, Path.GetFileName(file)));
        }

        Copy("eng");
        Copy("src");
        if (wholeSolution)
        {
            Copy("tests");
            Copy("bench");
            return;
        }

        Directory.CreateDirectory(Feed);
        UseFeed(Feed);
    }

    public string Root => Directory.CreateDirectory(_folder.Combine("repository")).FullName;

    /// <summary>Folder that is the feed.</summary>
    public string Feed => _folder.Combine("feed");

    public string AnswerFile => Path.Combine(Root, "artifacts", "package-profile.props");

    public string Answer => File.ReadAllText(AnswerFile);

    /// <summary>Makes an address, or a folder, the only feed.</summary>
    public void UseFeed(string source) => File.WriteAllText(
        Path.Combine(Root, "NuGet.config"),
        $"""<configuration><packageSources><clear /><add key="only" value="{source}" allowInsecureConnections="true" /></packageSources></configuration>""");

    /// <summary>Puts an empty package of that name and version into the feed.</summary>
    public void AddPackage(string id, string version)
    {
        using var package = ZipFile.Open(Path.Combine(Feed, $"{id}.{version}.nupkg"), ZipArchiveMode.Create);
        using (var nuspec = new StreamWriter(package.CreateEntry($"{id}.nuspec").Open()))
        {
            nuspec.Write($"""<package><metadata><id>{id}</id><version>{version}</version><authors>test</authors><description>test</description></metadata></package>""");
        }

        using var placeholder = package.CreateEntry("lib/net8.0/_._").Open();
    }

    /// <summary>Runs dotnet in the copy.</summary>
    public async Task<(int Exit, string Output)> DotnetAsync(params string[] arguments)
    {
        var environment = Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Where(n => n.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || n is "PackageProfile" or "ProbePackages")
            .ToDictionary(n => n, _ => (string?)null);
        if (!_wholeSolution)
        {
            environment["NUGET_PACKAGES"] = _folder.Combine("packages");
        }

        environment["MSBUILDDISABLENODEREUSE"] = "1";
        environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        environment["NuGetAudit"] = "false";
        environment["NUGET_ENHANCED_MAX_NETWORK_TRY_COUNT"] = "1";
        await using var dotnet = ChildProcess.Start(ChildProcess.DotnetPath, [.. arguments, "-tl:off"], environment, Root);
        var exit = await dotnet.WaitForExitAsync(TimeSpan.FromMinutes(10));
        return (exit, dotnet.Output);
    }

    /// <summary>Restores a project that has no packages in any profile.</summary>
    public Task<(int Exit, string Output)> RestoreAsync(params string[] arguments) => DotnetAsync(["restore", "src/LocalRuntime", .. arguments]);

    public void Dispose() => _folder.Dispose();

    private void Copy(string part)
    {
        var source = Path.Combine(RepositoryPaths.Root, part);
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var relative = Path.GetRelativePath(RepositoryPaths.Root, file);
            if (relative.Split(Path.DirectorySeparatorChar).Any(p => p is "bin" or "obj"))
            {
                continue;
            }

            var target = Path.Combine(Root, relative);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
