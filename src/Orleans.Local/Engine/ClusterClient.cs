namespace Orleans.Local.Engine;

/// <summary>A client outside every silo.</summary>
internal sealed class ClientRuntime : ICallRuntime, IDisposable
{
    public ClientRuntime(IServiceProvider services, IOptions<ClusterOptions> cluster,
        IOptions<ClientMessagingOptions> messaging)
    {
        Services = services;
        Cluster = LocalCluster.Of(cluster.Value);
        WaitForCancellationAcknowledgement = messaging.Value.WaitForCancellationAcknowledgement;
        Timeouts = new CallTimeouts(services.TimeFor(TimeProviderNames.Messaging), messaging.Value.ResponseTimeout);
        Factory = new GrainFactory(this);
    }

    public IServiceProvider Services { get; }

    public LocalCluster Cluster { get; }

    public GrainFactory Factory { get; }

    public Silo? Silo => null;

    public IOutgoingGrainCallFilter[] OutgoingFilters =>
        field ??= [.. Services.GetServices<IOutgoingGrainCallFilter>()];

    public CallTimeouts Timeouts { get; }

    public bool WaitForCancellationAcknowledgement { get; }

    public string? ClosedBecause { get; private set; }

    public object Cast(GrainReference reference, Type interfaceType) => Factory.Cast(reference, interfaceType);

    public void Dispose()
    {
        ClosedBecause = "the client was disposed";
        Timeouts.Dispose();
    }
}

/// <summary>The factory of a silo or client together with its services.</summary>
internal sealed class ClusterClient(IServiceProvider services, GrainFactory factory) : IClusterClient
{
    public IServiceProvider ServiceProvider => services;

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey =>
        factory.GetGrain<TGrainInterface>(primaryKey, grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(Guid primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidKey =>
        factory.GetGrain<TGrainInterface>(primaryKey, grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerKey =>
        factory.GetGrain<TGrainInterface>(primaryKey, grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(
        Guid primaryKey, string keyExtension, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidCompoundKey =>
        factory.GetGrain<TGrainInterface>(primaryKey, keyExtension, grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(
        long primaryKey, string keyExtension, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerCompoundKey =>
        factory.GetGrain<TGrainInterface>(primaryKey, keyExtension, grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId) where TGrainInterface : IAddressable =>
        factory.GetGrain<TGrainInterface>(grainId);

    public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey) =>
        factory.GetGrain(grainInterfaceType, grainPrimaryKey);

    public IGrain GetGrain(Type grainInterfaceType, Guid grainPrimaryKey) =>
        factory.GetGrain(grainInterfaceType, grainPrimaryKey);

    public IGrain GetGrain(Type grainInterfaceType, long grainPrimaryKey) =>
        factory.GetGrain(grainInterfaceType, grainPrimaryKey);

    public IGrain GetGrain(Type grainInterfaceType, Guid grainPrimaryKey, string keyExtension) =>
        factory.GetGrain(grainInterfaceType, grainPrimaryKey, keyExtension);

    public IGrain GetGrain(Type grainInterfaceType, long grainPrimaryKey, string keyExtension) =>
        factory.GetGrain(grainInterfaceType, grainPrimaryKey, keyExtension);

    public IAddressable GetGrain(GrainId grainId) => factory.GetGrain(grainId);

    public IAddressable GetGrain(GrainId grainId, GrainInterfaceType interfaceType) =>
        factory.GetGrain(grainId, interfaceType);

    public IAddressable GetGrain(Type interfaceType, IdSpan grainKey) => factory.GetGrain(interfaceType, grainKey);

    public IAddressable GetGrain(Type interfaceType, IdSpan grainKey, string grainClassNamePrefix) =>
        factory.GetGrain(interfaceType, grainKey, grainClassNamePrefix);

    public TGrainObserverInterface CreateObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver => factory.CreateObjectReference<TGrainObserverInterface>(obj);

    public void DeleteObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver => factory.DeleteObjectReference<TGrainObserverInterface>(obj);
}
