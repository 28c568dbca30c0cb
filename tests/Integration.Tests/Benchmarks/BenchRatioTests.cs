namespace DynamoAspire.Integration.Tests.Benchmarks;

/// <summary>The short form of the measurements: ratios to a yardstick of the same run, with bars that only what is broken by far misses.</summary>
[Collection(MeasuredAlone.Name)]
[Trait("Category", "Integration")]
public sealed class BenchRatioTests : IClassFixture<ReleaseBench>
{
    // A machine of CI does other work meanwhile, so a program may be tried again; what is broken misses every time.
    private const int Tries = 3;

    [Theory]
    [InlineData("parse --quick --slack 4", 3)]
    [InlineData("write --quick --slack 4", 3)]
    [InlineData("inc --short --slack 4", 1)]
    [InlineData("collect --case 2000 --rounds 3 --slack 5", 3)]
    public async Task Program_InItsShortForm_MeetsItsBarsWithSlack(string command, int bars)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (exit, output) = await ReleaseBench.RunAsync(command.Split(' '));
            Assert.True(exit is 0 or 1, output);
            if (exit == 0)
            {
                Assert.Equal(bars, output.Split(' ', '\n').Count(word => word == "met"));
                return;
            }

            Assert.True(attempt < Tries, output);
        }
    }

    /// <summary>A program that met every bar would prove nothing.</summary>
    [Theory]
    [InlineData("parse --quick --slack 0.001")]
    [InlineData("write --quick --slack 0.001")]
    [InlineData("inc --short --slack 0.001")]
    [InlineData("collect --case 2000 --rounds 1 --slack 0.001")]
    public async Task Program_WithBarsBeyondReach_SaysThatTheyAreMissed(string command)
    {
        var (exit, output) = await ReleaseBench.RunAsync(command.Split(' '));

        Assert.True(exit == 1, output);
        Assert.Contains("MISSED", output, StringComparison.Ordinal);
    }
}
