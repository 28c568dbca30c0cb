using DynamoAspire.StatPublisher.Health;

namespace DynamoAspire.StatPublisher.Tests.Health;

public class EngineHealthTests
{
    // g: good, b: bad; the states after each, by their first letters (X: dead).
    [Theory]
    [InlineData("bbbbb", "SSSSS")]
    [InlineData("bbg", "SSR")]
    [InlineData("gbbg", "RDDR")]
    [InlineData("gbbbb", "RDDXX")]
    [InlineData("gbbbgb", "RDDXRD")]
    [InlineData("gbbgbbgbb", "RDDRDDRDD")]
    public void Observe_Outcomes_GiveTheStates(string outcomes, string expected)
    {
        var health = new EngineHealth(3);
        var states = "";
        foreach (var outcome in outcomes)
        {
            var before = health.State;
            Assert.Equal(health.Observe(outcome == 'g'), before != health.State);
            states += health.State == EngineState.Dead ? 'X' : health.State.ToString()[0];
        }

        Assert.Equal(expected, states);
    }
}
