using DynamoAspire.Engines;
using DynamoAspire.Engines.Configuration;
using DynamoAspire.EngineSimulator.Control;
using DynamoAspire.EngineSimulator.Engines;
using DynamoAspire.ServiceDefaults;
using DynamoAspire.ServiceDefaults.Configuration;
using DynamoAspire.ServiceDefaults.Connections;

namespace DynamoAspire.EngineSimulator;

/// <summary>Puts the simulator together.</summary>
internal static class Simulator
{
    /// <summary>The process's own metrics and health stand aside: the usual paths belong to the engine.</summary>
    public static ServiceDescription Description { get; } = new() { Name = "engine-simulator", DefaultPort = 9430, MetricsPath = "/-/metrics", HealthPath = null };

    /// <summary>What runs where no engine is configured: the ports are vLLM's.</summary>
    private static EngineOptions Default { get; } = new()
    {
        Name = "simulated",
        Model = "simulated/model",
        KvEvents = "tcp://127.0.0.1:5557",
        KvReplay = "tcp://127.0.0.1:6557",
    };

    public static void Add(WebApplicationBuilder builder)
    {
        var options = builder.AddValidatedOptions<SimulatorOptions>(SimulatorOptions.Section);
        var engines = EngineSet.FromConfiguration(builder.Configuration, builder.ConfigurationProblems());
        if (engines.Count == 0 && !builder.Configuration.GetSection(EngineOptions.Section).Exists())
        {
            engines = EngineSet.Create(Default);
        }

        Check(engines, options, builder.ConfigurationProblems());
        builder.Services.AddSingleton(engines);
        builder.AddZmq();
        builder.Services.AddSingleton<EngineFleet>();
        builder.Services.AddHostedService(s => s.GetRequiredService<EngineFleet>());
        builder.Services.AddHostedService<EngineClock>();
    }

    public static void Map(WebApplication app)
    {
        app.UseRouting();
        app.MapEngines(app.Services.GetRequiredService<EngineFleet>());
        app.MapControl();
    }

    private static void Check(EngineSet engines, SimulatorOptions options, ConfigurationProblems problems)
    {
        foreach (var engine in engines.Where(e => e.Options.BlockSize > 0).DistinctBy(e => e.Options.BlockSize))
        {
            options.ValidateFor(engine.Options.BlockSize, engine.Name, problems);
        }
    }
}
