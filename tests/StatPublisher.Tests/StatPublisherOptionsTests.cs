using DynamoAspire.Engines.Configuration;
using DynamoAspire.ServiceDefaults.Hosting;

namespace DynamoAspire.StatPublisher.Tests;

public class StatPublisherOptionsTests
{
    [Fact]
    public void Build_Mistakes_AreAllReported()
    {
        var e = Assert.Throws<ConfigurationInvalidException>(() => ServiceHost.Build(
            ["--StatPublisher:Listen=5600", "--StatPublisher:DebounceWindow=1", "--StatPublisher:Hartbeat=1s", "--StatPublisher:MaxWait=0s", "--Engines:0:DpSize=1", "--ConnectionStrings:nats=http://x"],
            StatPublisherService.Description, StatPublisherService.Add, StatPublisherService.Map));

        Assert.Equal(
            ["ConnectionStrings:nats", "Engines:0:Name", "StatPublisher:DebounceWindow", "StatPublisher:Hartbeat", "StatPublisher:Listen", "StatPublisher:MaxWait"],
            e.Problems.Select(p => p.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Validate_Defaults_AreValid()
    {
        var problems = new ConfigurationProblems();
        new StatPublisherOptions().Validate(problems);
        Assert.Empty(problems.All);
    }
}
