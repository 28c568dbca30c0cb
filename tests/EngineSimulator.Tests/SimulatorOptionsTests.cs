using DynamoAspire.Engines.Configuration;
using DynamoAspire.ServiceDefaults.Hosting;

namespace DynamoAspire.EngineSimulator.Tests;

public sealed class SimulatorOptionsTests
{
    [Fact]
    public void Configuration_WithManyProblems_TellsAllAtOnce()
    {
        string[] args =
        [
            "--Simulator:RequestsPerSecond=-1", "--Simulator:Schema=m9", "--Simulator:BlockPerRank=5", "--Simulator:StepInterval=0s",
            "--Simulator:SystemPromptTokens=9000", "--Engines:0:Name=", "--Engines:0:KvEvents=5557",
        ];
        var error = Assert.Throws<ConfigurationInvalidException>(() => ServiceHost.Build(args, Simulator.Description, Simulator.Add, Simulator.Map));
        foreach (var key in new[] { "Simulator:RequestsPerSecond", "Simulator:Schema", "did you mean BlocksPerRank", "Simulator:StepInterval", "Simulator:SystemPromptTokens", "Engines:0:Name", "Engines:0:KvEvents" })
        {
            Assert.Contains(key, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Configuration_ThatCouldNeverServeALongRequest_IsRefused()
    {
        string[] args = ["--Simulator:BlocksPerRank=10", "--Engines:0:Name=e"];
        var error = Assert.Throws<ConfigurationInvalidException>(() => ServiceHost.Build(args, Simulator.Description, Simulator.Add, Simulator.Map));
        Assert.Contains("use at least 512 blocks", error.Message, StringComparison.Ordinal);
    }
}
