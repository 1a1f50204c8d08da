namespace Orleans.Runtime;

/// <summary>What a silo offers its grains.</summary>
public interface IGrainRuntime
{
    IGrainFactory GrainFactory { get; }

    IServiceProvider ServiceProvider { get; }

    SiloAddress SiloAddress { get; }

    string SiloIdentity { get; }

    ITimerRegistry TimerRegistry { get; }

    TimeProvider TimeProvider { get; }

    void DeactivateOnIdle(IGrainContext grainContext);

    void DelayDeactivation(IGrainContext grainContext, TimeSpan timeSpan);

    IStorage<TGrainState> GetStorage<TGrainState>(IGrainContext grainContext);
}
