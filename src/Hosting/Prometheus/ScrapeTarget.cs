using Aspire.Hosting.ApplicationModel;

namespace DynamoAspire.Hosting.Prometheus;

/// <summary>One target of Prometheus.</summary>
/// <param name="Job">Label <c>job</c>.</param>
/// <param name="Instance">Label <c>instance</c>; null leaves Prometheus's own, the address. Targets at one address and different paths need different ones.</param>
/// <param name="Scheme">http or https.</param>
/// <param name="Address">Host and port.</param>
/// <param name="Path">Path of the metrics.</param>
internal sealed record ScrapeTarget(string Job, string? Instance, string Scheme, ReferenceExpression Address, string Path);

/// <summary>All targets of a Prometheus resource. Filled while the application is built, some of it later (engines), and read when Prometheus starts.</summary>
internal sealed class ScrapeTargetsAnnotation : IResourceAnnotation
{
    public List<Func<IEnumerable<ScrapeTarget>>> Sources { get; } = [];

    public IEnumerable<ScrapeTarget> All => Sources.SelectMany(source => source());
}
