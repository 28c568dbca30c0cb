namespace DynamoAspire.Testing;

/// <summary>Finds the checkout and its fixtures from wherever the test assembly runs.</summary>
public static class RepositoryPaths
{
    /// <summary>Folder that holds <c>Dynamo.Aspire.sln</c>.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary><c>tests/fixtures</c>.</summary>
    public static string Fixtures => Path.Combine(Root, "tests", "fixtures");

    /// <summary>Build configuration of the running tests (<c>Debug</c> or <c>Release</c>), so that services started by tests match.</summary>
    public static string Configuration { get; } =
        AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";

    /// <summary>Built assembly of a project under <c>src/</c>.</summary>
    public static string Assembly(string project, string? assemblyName = null) =>
        Path.Combine(Root, "src", project, "bin", Configuration, "net10.0", (assemblyName ?? "DynamoAspire." + project) + ".dll");

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Dynamo.Aspire.sln")))
            {
                return directory.FullName;
            }
        }

        throw new InvalidOperationException($"Dynamo.Aspire.sln is in no folder above {AppContext.BaseDirectory}.");
    }
}
