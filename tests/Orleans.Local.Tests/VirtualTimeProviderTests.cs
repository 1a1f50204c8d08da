namespace Orleans.Local.Tests;

/// <summary>The clock alone.</summary>
public sealed class VirtualTimeProviderTests
{
    private readonly VirtualTimeProvider _clock = new();
    private readonly List<string> _fired = [];

    [Fact]
    public void Timers_fire_in_the_order_of_their_due_times_and_see_their_own_time()
    {
        var start = _clock.GetUtcNow();
        Arm("late", 20);
        Arm("early", 10);
        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(["early 10", "late 20"], _fired);
        Assert.Equal(start + TimeSpan.FromSeconds(30), _clock.GetUtcNow());

        void Arm(string name, int seconds) => _clock.CreateTimer(
            _ => _fired.Add($"{name} {(_clock.GetUtcNow() - start).TotalSeconds}"),
            null, TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan);
    }

    [Fact]
    public void Periods_repeat_and_disposal_ends_them()
    {
        var timer = _clock.CreateTimer(_ => _fired.Add("tick"), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        _clock.Advance(TimeSpan.FromSeconds(3));
        timer.Dispose();
        _clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(3, _fired.Count);
    }

    [Fact]
    public void Without_timers_there_is_nowhere_to_go()
    {
        Assert.False(_clock.AdvanceToNextTimer());
        Assert.Null(_clock.NextTimer);
    }

    [Fact]
    public void Delays_on_the_clock_end_when_it_gets_there()
    {
        var delay = Task.Delay(TimeSpan.FromHours(5), _clock);
        _clock.Advance(TimeSpan.FromHours(4));
        Assert.False(delay.IsCompleted);
        Assert.True(_clock.AdvanceToNextTimer());
        Assert.True(delay.IsCompletedSuccessfully);
    }
}
