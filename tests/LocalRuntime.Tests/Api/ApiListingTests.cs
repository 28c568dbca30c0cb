using Aspire.Hosting;
using DynamoAspire.Testing;

namespace DynamoAspire.LocalRuntime.Tests.Api;

public sealed class ApiListingTests
{
    private static readonly string s_listing = Path.Combine(RepositoryPaths.Root, "src", "LocalRuntime", "API.txt");

    /// <summary>The stand-in declares what AppHost and Hosting call and nothing else, so a new call is seen in review. Set UPDATE_LISTINGS=1 to write the file.</summary>
    [Fact]
    public void Assembly_ItsPublicSurface_IsTheCommittedListing()
    {
        var actual = PublicSurface.Of(typeof(DistributedApplication).Assembly);
        if (Environment.GetEnvironmentVariable("UPDATE_LISTINGS") == "1")
        {
            File.WriteAllLines(s_listing, actual);
        }

        Assert.Equal(File.ReadAllLines(s_listing), actual);
    }

    [Fact]
    public void Assembly_ItsPublicTypes_AreInAspiresNamespaces() =>
        Assert.All(typeof(DistributedApplication).Assembly.GetExportedTypes(), t => Assert.StartsWith("Aspire.Hosting", t.Namespace, StringComparison.Ordinal));
}
