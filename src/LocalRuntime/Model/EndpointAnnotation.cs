using Aspire.Hosting.ApplicationModel;

namespace DynamoAspire.LocalRuntime.Model;

/// <summary>A port that a resource listens on. There is no proxy here: the port that others use is the port it binds.</summary>
internal sealed class EndpointAnnotation(string name, string scheme, int? port, int? targetPort) : IResourceAnnotation
{
    public string Name { get; } = name;

    public string Scheme { get; } = scheme;

    /// <summary>Port asked for; null takes a free one.</summary>
    public int? Port { get; } = port;

    /// <summary>Port inside a container or process, where that differs in a deployment.</summary>
    public int? TargetPort { get; } = targetPort;

    public bool IsExternal { get; set; }

    public bool IsHttp => Scheme is "http" or "https";

    public string Transport => IsHttp ? "http" : "tcp";

    /// <summary>Port in this run; 0 until ports are assigned.</summary>
    public int AllocatedPort { get; set; }
}
