using DynamoAspire.StatPublisher.Loads;
using DynamoAspire.Testing;

namespace DynamoAspire.StatPublisher.Tests.Loads;

public sealed class LoadDebouncerTests : IDisposable
{
    private static readonly LoadDebouncerOptions s_options = new() { Window = Ms(1), MaxWait = Ms(10), Heartbeat = TimeSpan.FromSeconds(10) };
    private readonly FakeClock _clock = new();
    private readonly RecordingSink _sink;
    private readonly LoadDebouncer _debouncer;

    public LoadDebouncerTests()
    {
        _sink = new(_clock);
        _debouncer = new(s_options, _sink, _clock);
    }

    public void Dispose() => _debouncer.Dispose();

    [Fact]
    public void Observe_TenValuesATenthOfAMillisecondApart_PublishesTheLastOnce()
    {
        for (var i = 1UL; i <= 10; i++)
        {
            _debouncer.Observe(i);
            _clock.Advance(Ms(0.1));
        }

        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(10UL, Assert.Single(_sink.Sent).Load);
        Assert.InRange(_sink.Sent[0].Milliseconds, 1.9, 3);
    }

    [Fact]
    public void Observe_SameValueAgain_PublishesNothing()
    {
        _debouncer.Observe(5);
        _clock.Advance(Ms(5));
        _debouncer.Observe(5);
        _clock.Advance(Ms(50));

        Assert.Single(_sink.Sent);
    }

    [Fact]
    public void Observe_AwayAndBackWithinTheWindow_PublishesNothing()
    {
        _debouncer.Observe(1);
        _clock.Advance(Ms(5));
        _debouncer.Observe(2);
        _clock.Advance(Ms(0.5));
        _debouncer.Observe(1);
        _clock.Advance(Ms(50));

        Assert.Equal([1UL], Loads());
    }

    [Fact]
    public void Observe_ChangingWithoutEnd_PublishesAfterTheLongestWait()
    {
        for (var i = 0UL; i < 1_000; i++)
        {
            _debouncer.Observe(i);
            _clock.Advance(Ms(0.5));
        }

        // Half a second of changes twice as fast as the window: a true debounce would have said nothing, none at all a thousand things.
        Assert.InRange(_sink.Sent.Count, 40, 50);
    }

    [Fact]
    public void Heartbeat_NothingChanges_PublishesAgain()
    {
        _debouncer.Observe(0);
        _clock.Advance(TimeSpan.FromSeconds(35));

        Assert.Equal([0UL, 0UL, 0UL, 0UL], Loads());
    }

    [Fact]
    public void Publish_WhileAway_SendsTheLastValueOnReturn()
    {
        _sink.IsAway = true;
        _debouncer.Observe(1);
        _clock.Advance(TimeSpan.FromSeconds(30));
        _debouncer.Observe(2);
        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Empty(_sink.Sent);
        _sink.IsAway = false;

        _debouncer.Resend();

        Assert.Equal([2UL], Loads());
        _clock.Advance(TimeSpan.FromSeconds(9));
        Assert.Single(_sink.Sent);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([2UL, 2UL], Loads());
    }

    [Fact]
    public void Publish_Refused_IsTriedAgainWithoutBeingTold()
    {
        _sink.IsAway = true;
        _debouncer.Observe(1);
        _clock.Advance(Ms(5));
        _sink.IsAway = false;
        _clock.Advance(TimeSpan.FromSeconds(1.1));

        Assert.Equal([1UL], Loads());
    }

    [Fact]
    public void Withdraw_AfterAPublish_TellsAndForgets()
    {
        _debouncer.Observe(7);
        _clock.Advance(Ms(5));
        Assert.True(_debouncer.Withdraw());
        Assert.False(_debouncer.Withdraw());
        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal([7UL, null], Loads());
        Assert.Null(_debouncer.Observed);

        // The same value after a return is news: listeners have dropped it.
        _debouncer.Observe(7);
        _clock.Advance(Ms(5));
        Assert.Equal([7UL, null, 7UL], Loads());
    }

    [Fact]
    public void Withdraw_NothingEverPublished_TellsNothing()
    {
        Assert.False(_debouncer.Withdraw());
        _debouncer.Observe(7);
        Assert.True(_debouncer.Withdraw());
        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Empty(_sink.Sent);
    }

    [Fact]
    public void Withdraw_WhileAway_IsToldOnReturnUnlessTheRankIsBack()
    {
        _debouncer.Observe(7);
        _clock.Advance(Ms(5));
        _sink.IsAway = true;
        _debouncer.Withdraw();
        _sink.IsAway = false;
        _debouncer.Resend();
        Assert.Equal([7UL, null], Loads());

        _debouncer.Resend();
        Assert.Equal(2, _sink.Sent.Count);
    }

    [Fact]
    public void Flush_ChangeHeldBack_PublishesAtOnce()
    {
        _debouncer.Observe(3);
        _debouncer.Flush();
        _debouncer.Flush();

        Assert.Equal((0, 3UL), Assert.Single(_sink.Sent));
    }

    [Fact]
    public void Dispose_NothingIsArmedAnyMore()
    {
        _debouncer.Observe(3);
        _debouncer.Dispose();
        _debouncer.Observe(4);
        _debouncer.Resend();
        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Empty(_sink.Sent);
        Assert.Equal(0, _clock.ArmedTimers);
    }

    [Fact]
    public void Observe_InSteadyState_AllocatesNothing()
    {
        using var debouncer = new LoadDebouncer(s_options, _sink, TimeProvider.System);
        debouncer.Observe(1);
        Assert.Equal(0, Allocations.InSteadyState(() =>
        {
            for (var i = 0UL; i < 10_000; i++)
            {
                debouncer.Observe(i);
            }
        }));
    }

    private static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private IEnumerable<ulong?> Loads() => _sink.Sent.Select(s => s.Load);
}
