namespace Orleans.Local.Tests;

public interface ILogGrain : IGrainWithStringKey
{
    Task Add(string line);

    Task<List<string>> Lines();
}

internal sealed class LogGrain(
    TimeProvider clock, [PersistentState("log")] IPersistentState<LogGrain.Content> log) : Grain, ILogGrain
{
    public Task Add(string line)
    {
        log.State.Lines.Add($"{clock.GetUtcNow():HH:mm:ss.fff} {line}");
        return log.WriteStateAsync();
    }

    public Task<List<string>> Lines() => Task.FromResult(log.State.Lines);

    [GenerateSerializer]
    internal sealed class Content
    {
        [Id(0)]
        public List<string> Lines { get; set; } = [];
    }
}

public interface IWalkerGrain : IGrainWithStringKey
{
    Task Walk(ILogGrain log, int steps);

    Task Never();
}

internal sealed class WalkerGrain(TimeProvider clock) : Grain, IWalkerGrain
{
    private int _ticks;

    public async Task Walk(ILogGrain log, int steps)
    {
        var timer = this.RegisterGrainTimer(
            () => Task.FromResult(++_ticks),
            new GrainTimerCreationOptions(TimeSpan.Zero, TimeSpan.FromMilliseconds(700)) { Interleave = true });
        for (var step = 0; step < steps; step++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), clock);
            await log.Add($"{this.GetPrimaryKeyString()} step {step} after {_ticks} ticks on {RuntimeIdentity}");
        }

        timer.Dispose();
    }

    public Task Never() => new TaskCompletionSource().Task;
}
