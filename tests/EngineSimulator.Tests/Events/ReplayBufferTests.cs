using DynamoAspire.EngineSimulator.Events;

namespace DynamoAspire.EngineSimulator.Tests.Events;

public sealed class ReplayBufferTests
{
    [Fact]
    public void From_GivesWhatIsKept_WhereverTheStartIs()
    {
        var buffer = new ReplayBuffer(3);
        Assert.Empty(buffer.From(0).Payloads);
        for (byte i = 0; i < 5; i++)
        {
            Assert.Equal(i, buffer.Add([i]));
        }

        Assert.Equal((2UL, 5UL), (buffer.Oldest, buffer.Next));
        Assert.Equal((2UL, "2,3,4"), Show(buffer, 0));
        Assert.Equal((3UL, "3,4"), Show(buffer, 3));
        Assert.Equal((5UL, ""), Show(buffer, 5));
        Assert.Equal((5UL, ""), Show(buffer, ulong.MaxValue));
    }

    [Fact]
    public void Loss_OfTheNextBatches_DropsExactlyThose()
    {
        var loss = new LossInjector(1);
        loss.Set(null, 2);
        Assert.Equal([true, true, false, false], Enumerable.Range(0, 4).Select(_ => loss.ShouldDrop()));
        Assert.Equal(2, loss.Dropped);
        loss.Set(1, null);
        Assert.True(loss.ShouldDrop());
        loss.Set(0, null);
        Assert.False(loss.ShouldDrop());
    }

    private static (ulong First, string Payloads) Show(ReplayBuffer buffer, ulong start)
    {
        var (first, payloads) = buffer.From(start);
        return (first, string.Join(',', payloads.Select(p => p[0])));
    }
}
