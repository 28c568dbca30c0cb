using Aspire.Hosting;

namespace DynamoAspire.Hosting.Tests;

internal static class ApplicationBuilders
{
    /// <summary>A builder in run mode.</summary>
    public static IDistributedApplicationBuilder Run(params string[] args) => DistributedApplication.CreateBuilder(args);
}
