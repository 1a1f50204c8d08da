namespace Orleans.Local.Engine;

/// <summary>Makes grain timers on the clock of the grains.</summary>
internal sealed class TimerRegistry(IServiceProvider services) : ITimerRegistry
{
    private readonly TimeProvider _time = services.TimeFor(TimeProviderNames.Grains);

    public IGrainTimer RegisterGrainTimer<TState>(
        IGrainContext grainContext, Func<TState, CancellationToken, Task> callback, TState state,
        GrainTimerCreationOptions options)
    {
        ArgumentNullException.ThrowIfNull(callback);
        if (grainContext is not Activation activation || RuntimeContext.Current is null)
        {
            throw new InvalidOperationException("A grain timer can only be made in a turn of its grain.");
        }

        var timer = new GrainTimer<TState>(activation, callback, state, options, _time);
        timer.Start();
        return timer;
    }
}
