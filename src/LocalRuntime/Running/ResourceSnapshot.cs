using System.Text.Json.Serialization;

namespace DynamoAspire.LocalRuntime.Running;

/// <summary>A resource as it is shown: never with the values of its variables, which may be secrets.</summary>
internal sealed record ResourceSnapshot(
    string Name,
    string Type,
    ResourceState State,
    string? Reason,
    int? ProcessId,
    int Restarts,
    DateTimeOffset? StartedAt,
    IReadOnlyList<ResourceLink> Urls,
    IReadOnlyList<string> Environment,
    IReadOnlyList<string> WaitsFor,
    IReadOnlyList<string> Log);

/// <summary>A URL of a resource.</summary>
internal sealed record ResourceLink(string Name, string Url);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(IReadOnlyList<ResourceSnapshot>))]
internal sealed partial class ResourceJson : JsonSerializerContext;
