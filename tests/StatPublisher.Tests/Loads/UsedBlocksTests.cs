using DynamoAspire.StatPublisher.Loads;

namespace DynamoAspire.StatPublisher.Tests.Loads;

public class UsedBlocksTests
{
    [Theory]
    [InlineData(1000, 0.5, 500, false)]
    [InlineData(1000, 0.9999, 999, false)]
    [InlineData(7, 0.99, 6, false)]
    [InlineData(1000, 0, 0, false)]
    [InlineData(1000, 1, 1000, false)]
    [InlineData(1000, -0.001, 0, true)]
    [InlineData(1000, 1.5, 1000, true)]
    [InlineData(1000, double.PositiveInfinity, 1000, true)]
    [InlineData(1000, double.NegativeInfinity, 0, true)]
    [InlineData(0, 0.5, 0, false)]
    [InlineData(ulong.MaxValue, 0.9999999999999999, 18446744073709549568, false)]
    [InlineData(ulong.MaxValue, 2, ulong.MaxValue, true)]
    public void TryFrom_AnyUsage_IsTruncatedAndClamped(ulong blocks, double usage, ulong expected, bool outside)
    {
        Assert.True(UsedBlocks.TryFrom(blocks, usage, out var used, out var clamped));
        Assert.Equal(expected, used);
        Assert.Equal(outside, clamped);
    }

    [Fact]
    public void TryFrom_NotANumber_IsNoReading() => Assert.False(UsedBlocks.TryFrom(1000, double.NaN, out _, out _));
}
