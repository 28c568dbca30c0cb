using System.Globalization;
using System.Runtime.CompilerServices;
using Aspire.Hosting;

namespace DynamoAspire.Hosting.Ports;

/// <summary>
/// Chooses ports in run mode: the default, or <c>Ports:Name</c> of the configuration (0 is a free one). A default that is taken is replaced and said;
/// a port that somebody asked for and that is taken is an error, because something else relies on it.
/// </summary>
internal static class PortPlan
{
    /// <summary>All names that the AppHost's resources ask for, and <c>Resources</c>, which is the runtime's page of resources.</summary>
    internal static readonly string[] Names =
    [
        "Prometheus", "Nats", "NatsMonitor", "Grafana", "Aggregator", "Relay", "StatPublisher", "StatRecords", "Simulator", "KvEvents", "KvReplay", "Resources",
    ];

    private static readonly ConditionalWeakTable<IDistributedApplicationBuilder, HashSet<int>> s_given = [];

    /// <summary>First of <paramref name="count"/> ports in a row; null in publish mode, where the deployment decides.</summary>
    /// <exception cref="DistributedApplicationException">The configured port is no port, or is taken; or the configuration has a name under <c>Ports</c> that nothing asks for.</exception>
    public static int? Choose(IDistributedApplicationBuilder builder, string name, int defaultPort, int count = 1)
    {
        if (builder.ExecutionContext.IsPublishMode)
        {
            return null;
        }

        if (!s_given.TryGetValue(builder, out var given))
        {
            RefuseUnknownNames(builder);
            given = s_given.GetOrCreateValue(builder);
        }

        var first = Find(builder, given, name, defaultPort, count);
        given.UnionWith(Enumerable.Range(first, count));
        return first;
    }

    /// <summary>A misspelt name would otherwise leave the default in place, and nobody would know why.</summary>
    private static void RefuseUnknownNames(IDistributedApplicationBuilder builder)
    {
        var unknown = builder.Configuration.GetSection("Ports").GetChildren()
            .Select(c => c.Key)
            .Where(k => !Names.Contains(k, StringComparer.OrdinalIgnoreCase))
            .Select(k => $"Ports:{k}")
            .ToArray();
        if (unknown.Length > 0)
        {
            throw new DistributedApplicationException($"{string.Join(" and ", unknown)} {(unknown.Length == 1 ? "is" : "are")} not known; there are {string.Join(", ", Names.Select(n => $"Ports:{n}"))}.");
        }
    }

    private static int Find(IDistributedApplicationBuilder builder, HashSet<int> given, string name, int defaultPort, int count)
    {
        var configured = builder.Configuration[$"Ports:{name}"];
        if (string.IsNullOrEmpty(configured))
        {
            if (FirstTaken(given, defaultPort, count) is not { } taken)
            {
                return defaultPort;
            }

            var other = FindRow(given, count);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{name}: {PortOwner.Describe(taken)}; {other} is used instead (choose one: --Ports:{name}=…; to stop the other: {PortOwner.HowToStop(taken)})"));
            return other;
        }

        if (!int.TryParse(configured, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port + count - 1 > 65_535)
        {
            throw new DistributedApplicationException($"Ports:{name} is '{configured}', which is not a port: write a number from 1 to {65_536 - count}, or 0 for a free one.");
        }

        if (port == 0)
        {
            return FindRow(given, count);
        }

        return FirstTaken(given, port, count) is { } busy
            ? throw new DistributedApplicationException(
                $"Ports:{name} is {port}, but {(given.Contains(busy) ? $"port {busy} is given to another part of this application" : PortOwner.Describe(busy))}. Choose another port (--Ports:{name}=…; 0 takes a free one){(given.Contains(busy) ? "" : $", or stop the other: {PortOwner.HowToStop(busy)}")}.")
            : port;
    }

    private static int? FirstTaken(HashSet<int> given, int first, int count)
    {
        for (var port = first; port < first + count; port++)
        {
            if (given.Contains(port) || !PortOwner.IsFree(port))
            {
                return port;
            }
        }

        return null;
    }

    private static int FindRow(HashSet<int> given, int count)
    {
        for (var attempt = 0; attempt < 200; attempt++)
        {
            var first = PortOwner.FindFree();
            if (first + count <= 65_536 && FirstTaken(given, first, count) is null)
            {
                return first;
            }
        }

        throw new DistributedApplicationException($"There are no {count} free ports in a row on the loopback interface.");
    }
}
