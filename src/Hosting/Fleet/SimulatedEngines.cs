using System.Globalization;
using Aspire.Hosting;
using DynamoAspire.Engines;
using DynamoAspire.Hosting.Data;
using DynamoAspire.Hosting.Ports;

namespace DynamoAspire.Hosting.Fleet;

/// <summary>The engines that are simulated where none is configured: two, of two ranks each, as in a small real deployment.</summary>
internal static class SimulatedEngines
{
    public const int DefaultEventsPort = 5557;
    public const int DefaultReplayPort = 6557;
    private const int Ranks = 2;
    private static readonly string[] s_names = ["engine-a", "engine-b"];

    public static IEnumerable<EngineOptions> Create(IDistributedApplicationBuilder builder)
    {
        var count = s_names.Length * Ranks;
        // Where published, each port is an endpoint of the simulator, and its address an expression.
        var events = PortPlan.Choose(builder, "KvEvents", DefaultEventsPort, count);
        var replay = PortPlan.Choose(builder, "KvReplay", DefaultReplayPort, count);
        return s_names.Select((name, i) => new EngineOptions
        {
            Name = name,
            Model = "simulated/llama-3.1-8b",
            BlockSize = 16,
            DpSize = Ranks,
            KvEvents = Address(events, i),
            KvReplay = Address(replay, i),
            // Of this run alone: what a crashed run left behind would be counted as if its processes lived.
            MultiprocDir = builder.ExecutionContext.IsPublishMode ? null : DataDirectory.Of(builder).EmptyFolder("multiproc", name),
        });
    }

    private static string? Address(int? port, int engine) =>
        port is null ? null : string.Create(CultureInfo.InvariantCulture, $"tcp://127.0.0.1:{port + (engine * Ranks)}");
}
