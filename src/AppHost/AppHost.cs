// What runs, and how it is wired. Everything longer than a line is in src/Hosting.
// Ports and engines are configuration: --Ports:Prometheus=9095, --Engines:0:Name=… (docs/operations.md).
var builder = DistributedApplication.CreateBuilder(args);

var nats = builder.AddNatsServer("nats");
var prometheus = builder.AddPrometheus("prometheus");
builder.AddGrafana("grafana", prometheus);

// Real engines of the configuration, or two simulated ones.
var engines = builder.AddEngines();

// Scheduler statistics of the engines -> load events.
var statPublisher = builder.AddProject<Projects.StatPublisher>("stat-publisher", launchProfileName: null)
    .WithServicePort("StatPublisher", 9420)
    .WithStatRecords(engines, "StatRecords", 5600)
    .WithEngines(engines)
    .WithReference(nats).WaitFor(nats);

// KV-cache events of the engines -> NATS, index, queries.
var relay = builder.AddProject<Projects.KvEventRelay>("kv-event-relay", launchProfileName: null)
    .WithServicePort("Relay", 9410)
    .WithEngines(engines)
    .WithReference(nats).WaitFor(nats);

// All metrics of all engines, and load events, on one endpoint. Serves what it has while NATS is away, so it does not wait for it.
var aggregator = builder.AddProject<Projects.MetricsAggregator>("metrics-aggregator", launchProfileName: null)
    .WithServicePort("Aggregator", 9400)
    .WithEngines(engines)
    .WithReference(nats);

if (engines.AreSimulated)
{
    builder.AddProject<Projects.EngineSimulator>("engine", launchProfileName: null)
        .WithServicePort("Simulator", 9430)
        .SimulatesEngines(engines);
}

prometheus.WithScrapeTargets(engines).WithScrapeTarget(statPublisher).WithScrapeTarget(relay).WithScrapeTarget(aggregator);

builder.Build().Run();
