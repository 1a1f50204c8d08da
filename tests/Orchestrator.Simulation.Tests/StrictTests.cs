using Orleans.Local;

namespace Orchestrator.Simulations.Tests;

/// <summary>Work of another thread ends a strict run.</summary>
public sealed class StrictTests
{
    public static TheoryData<string, Action<VirtualTimeProvider>> Deeds => new()
    {
        { "arms a timer", Arm },
        { "looks at the clock", clock => clock.GetUtcNow() },
    };

    [Theory]
    [MemberData(nameof(Deeds))]
    public void What_another_thread_does_fails_the_run(string what, Action<VirtualTimeProvider> deed)
    {
        var scheduler = new SeededScheduler(1, new VirtualTimeProvider()) { IsStrict = true };
        var failure = Assert.Throws<InvalidOperationException>(() => scheduler.Run(async () =>
        {
            Elsewhere(() => deed(scheduler.Clock));
            await Task.Delay(TimeSpan.FromSeconds(2), scheduler.Clock);
        }));
        Assert.True(failure.Message.Contains("another thread", StringComparison.Ordinal), what);
        Assert.Equal(1, scheduler.ForeignCount);
    }

    [Fact]
    public void Outside_is_where_other_threads_may_work()
    {
        var scheduler = new SeededScheduler(1, new VirtualTimeProvider()) { IsStrict = true };
        scheduler.Run(async () =>
        {
            using (scheduler.Outside()) Elsewhere(() => Arm(scheduler.Clock));
            await Task.Delay(TimeSpan.FromSeconds(2), scheduler.Clock);
        });
        Assert.Equal(0, scheduler.ForeignCount);
    }

    private static void Arm(VirtualTimeProvider clock) =>
        clock.CreateTimer(static _ => { }, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);

    private static void Elsewhere(Action deed)
    {
        var thread = new Thread(() => deed());
        thread.Start();
        thread.Join();
    }
}
