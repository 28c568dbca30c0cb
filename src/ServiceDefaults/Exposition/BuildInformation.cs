using System.Reflection;
using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.ServiceDefaults.Exposition;

/// <summary>Which build this is: <c>dynamo_aspire_build_info</c>.</summary>
public static class BuildInformation
{
    private static readonly string[] s_version =
        (typeof(BuildInformation).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown").Split('+', 2);

    /// <summary>Version without the revision.</summary>
    public static string Version => s_version[0];

    /// <summary>Source revision, or <c>unknown</c>.</summary>
    public static string Revision => s_version.Length > 1 ? s_version[1] : "unknown";

    /// <summary>Package profile it was built with: <c>full</c>, <c>restricted</c> or <c>mixed</c>.</summary>
    public static string Profile { get; } =
        typeof(BuildInformation).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => a.Key == "PackageProfile")?.Value ?? "unknown";

    internal static void Register(MetricRegistry registry, string service) => registry.Info(ServiceMetricDefinitions.BuildInfo, ("service", service), ("version", Version), ("revision", Revision), ("profile", Profile));
}
