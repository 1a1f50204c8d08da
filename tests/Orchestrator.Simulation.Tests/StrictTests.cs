using Orleans.Local;

namespace Orchestrator.Simulations.Tests;

/// <summary>Work of another thread ends a strict run.</summary>
public sealed class StrictTests
{
    [Fact]
    public void A_timer_armed_by_another_thread_fails_the_run()
    {
        var scheduler = new SeededScheduler(1, new VirtualTimeProvider()) { IsStrict = true };
        var failure = Assert.Throws<InvalidOperationException>(() => scheduler.Run(async () =>
        {
            ArmElsewhere(scheduler);
            await Task.Delay(TimeSpan.FromSeconds(2), scheduler.Clock);
        }));
        Assert.Contains("another thread", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, scheduler.ForeignCount);
    }

    [Fact]
    public void Outside_is_where_other_threads_may_work()
    {
        var scheduler = new SeededScheduler(1, new VirtualTimeProvider()) { IsStrict = true };
        scheduler.Run(async () =>
        {
            using (scheduler.Outside()) ArmElsewhere(scheduler);
            await Task.Delay(TimeSpan.FromSeconds(2), scheduler.Clock);
        });
        Assert.Equal(0, scheduler.ForeignCount);
    }

    private static void ArmElsewhere(SeededScheduler scheduler)
    {
        var thread = new Thread(() => scheduler.Clock.CreateTimer(
            static _ => { }, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan));
        thread.Start();
        thread.Join();
    }
}
