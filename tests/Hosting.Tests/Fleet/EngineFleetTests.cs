using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using DynamoAspire.Engines;
using DynamoAspire.Hosting.Fleet;
using DynamoAspire.Testing;
using Microsoft.Extensions.Configuration;

namespace DynamoAspire.Hosting.Tests.Fleet;

public sealed class EngineFleetTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Simulated_AreTwoEnginesOfTwoRanksWithoutOverlap()
    {
        var fleet = Build("--Ports:KvEvents=0", "--Ports:KvReplay=0");

        Assert.True(fleet.AreSimulated);
        var engines = EngineSet.Create(fleet.Engines);
        Assert.Equal(2, engines.Count);
        Assert.Equal(4, engines.Ranks.Count());
        Assert.All(engines, e => Assert.True(Directory.Exists(e.Options.MultiprocDir)));
    }

    /// <summary>What the variables say is read back by every service's own reader to the same engines.</summary>
    [Fact]
    public void Configured_AreToldToServicesAsTheyWereConfigured()
    {
        string[] configured =
        [
            "--Engines:0:Name=llama-a", "--Engines:0:Model=m", "--Engines:0:BlockSize=32", "--Engines:0:DpSize=2", "--Engines:0:KvEvents=tcp://10.0.0.5:5557",
            "--Engines:0:MetricsUrl=http://10.0.0.5:8000/metrics", "--Engines:1:Name=llama-b", "--Engines:1:WorkerId=7",
        ];
        var fleet = Build(configured);

        var variables = fleet.Environment().ToDictionary(v => v.Key.Replace("__", ":", StringComparison.Ordinal), v => (string?)v.Value);

        Assert.False(fleet.AreSimulated);
        var told = EngineSet.FromConfiguration(new ConfigurationBuilder().AddInMemoryCollection(variables).Build());
        Assert.Equal(fleet.Engines, told.Select(e => e.Options));
        var target = Assert.Single(fleet.ScrapeTargets());
        Assert.Equal(("engine", "llama-a", "http", "/metrics"), (target.Job, target.Instance, target.Scheme, target.Path));
    }

    [Fact]
    public void Configured_Wrongly_IsAnErrorThatListsEverything()
    {
        var refused = Assert.Throws<DistributedApplicationException>(() => Build("--Engines:0:Name=a", "--Engines:0:DpSize=0", "--Engines:0:KvEvents=nonsense"));

        Assert.Contains("Engines:0:DpSize", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Engines:0:KvEvents", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Multiproc_OfAnEarlierRun_IsGone()
    {
        var left = Path.Combine(Directory.CreateDirectory(_folder.Combine("multiproc", "engine-a")).FullName, "counter_1.db");
        File.WriteAllText(left, "");

        Build("--Ports:KvEvents=0", "--Ports:KvReplay=0");

        Assert.False(File.Exists(left));
    }

    private EngineFleet Build(params string[] args) => ApplicationBuilders.Run([$"--DataDirectory={_folder.Path}", .. args]).AddEngines();
}
