namespace Orleans.Local.Engine;

/// <summary>The silo as its grains see it.</summary>
internal sealed class GrainRuntime(Silo silo, ITimerRegistry timers, IServiceProvider services) : IGrainRuntime
{
    public IGrainFactory GrainFactory => silo.Factory;

    public IServiceProvider ServiceProvider => services;

    public SiloAddress SiloAddress => silo.SiloAddress;

    public string SiloIdentity => silo.SiloAddress.ToString();

    public ITimerRegistry TimerRegistry => timers;

    public TimeProvider TimeProvider { get; } = services.TimeFor(TimeProviderNames.Grains);

    public void DeactivateOnIdle(IGrainContext grainContext) => grainContext.Deactivate(
        new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "DeactivateOnIdle was called."));

    public void DelayDeactivation(IGrainContext grainContext, TimeSpan timeSpan) =>
        ((Activation)grainContext).DelayDeactivation(timeSpan);

    public IStorage<TGrainState> GetStorage<TGrainState>(IGrainContext grainContext) =>
        grainContext.ActivationServices.GetRequiredService<IPersistentStateFactory>()
            .Create<TGrainState>(grainContext, new PersistentStateAttribute(typeof(TGrainState).FullName!));
}

/// <summary>The activation whose turn is running.</summary>
internal sealed class GrainContextAccessor : IGrainContextAccessor
{
    public IGrainContext GrainContext => RuntimeContext.Current!;
}
