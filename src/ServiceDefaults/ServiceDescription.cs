namespace DynamoAspire.ServiceDefaults;

/// <summary>What a service says about itself; everything else about hosting follows from it.</summary>
public sealed record ServiceDescription
{
    /// <summary>Name in logs, traces, metrics and messages, such as <c>stat-publisher</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Port on loopback that it listens on unless told otherwise (<c>--urls</c>, <c>ASPNETCORE_URLS</c>, <c>HTTP_PORTS</c>, <c>Kestrel:Endpoints</c>).</summary>
    public required int DefaultPort { get; init; }

    /// <summary>Path of the service's own metrics; null maps none (a service that merges more than its own maps them itself).</summary>
    public string? MetricsPath { get; init; } = "/metrics";

    /// <summary>Path that answers for all health checks; null maps none (a stand-in engine serves its engine's health there).</summary>
    public string? HealthPath { get; init; } = "/health";
}
