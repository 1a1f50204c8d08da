using System.Collections.Concurrent;

namespace Orleans.Local.Engine;

/// <summary>Makes references that call through one silo or client.</summary>
internal sealed class GrainFactory(ICallRuntime runtime) : IGrainFactory
{
    private readonly ConcurrentDictionary<(Type, GrainType), GrainReferenceShared> _shared = new();

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey => Make<TGrainInterface>(KeyOf(primaryKey), grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(Guid primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidKey =>
        Make<TGrainInterface>(GrainIdKeyExtensions.CreateGuidKey(primaryKey), grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerKey =>
        Make<TGrainInterface>(GrainIdKeyExtensions.CreateIntegerKey(primaryKey), grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(
        Guid primaryKey, string keyExtension, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidCompoundKey =>
        Make<TGrainInterface>(GrainIdKeyExtensions.CreateGuidKey(primaryKey, ExtensionOf(keyExtension)),
            grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(
        long primaryKey, string keyExtension, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerCompoundKey =>
        Make<TGrainInterface>(GrainIdKeyExtensions.CreateIntegerKey(primaryKey, ExtensionOf(keyExtension)),
            grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId) where TGrainInterface : IAddressable =>
        (TGrainInterface)(object)ReferenceTo(grainId, typeof(TGrainInterface));

    public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey) =>
        (IGrain)GetGrain(grainInterfaceType, KeyOf(grainPrimaryKey));

    public IGrain GetGrain(Type grainInterfaceType, Guid grainPrimaryKey) =>
        (IGrain)GetGrain(grainInterfaceType, GrainIdKeyExtensions.CreateGuidKey(grainPrimaryKey));

    public IGrain GetGrain(Type grainInterfaceType, long grainPrimaryKey) =>
        (IGrain)GetGrain(grainInterfaceType, GrainIdKeyExtensions.CreateIntegerKey(grainPrimaryKey));

    public IGrain GetGrain(Type grainInterfaceType, Guid grainPrimaryKey, string keyExtension) =>
        (IGrain)GetGrain(grainInterfaceType,
            GrainIdKeyExtensions.CreateGuidKey(grainPrimaryKey, ExtensionOf(keyExtension)));

    public IGrain GetGrain(Type grainInterfaceType, long grainPrimaryKey, string keyExtension) =>
        (IGrain)GetGrain(grainInterfaceType,
            GrainIdKeyExtensions.CreateIntegerKey(grainPrimaryKey, ExtensionOf(keyExtension)));

    public IAddressable GetGrain(GrainId grainId) => ReferenceTo(grainId);

    public IAddressable GetGrain(GrainId grainId, GrainInterfaceType interfaceType) =>
        interfaceType.IsDefault ? ReferenceTo(grainId) : ReferenceTo(grainId, GrainTypes.InterfaceNamed(interfaceType));

    public IAddressable GetGrain(Type interfaceType, IdSpan grainKey) => Make(interfaceType, grainKey, null);

    public IAddressable GetGrain(Type interfaceType, IdSpan grainKey, string grainClassNamePrefix) =>
        Make(interfaceType, grainKey, grainClassNamePrefix);

    public TGrainObserverInterface CreateObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver => (TGrainObserverInterface)obj;

    // An observer of the same process is called directly, so there is nothing to take down.
    public void DeleteObjectReference<TGrainObserverInterface>(
        IGrainObserver obj) where TGrainObserverInterface : IGrainObserver =>
        ArgumentNullException.ThrowIfNull(obj);

    public object Cast(GrainReference reference, Type interfaceType) =>
        interfaceType.IsInstanceOfType(reference) ? reference : ReferenceTo(reference.GrainId, interfaceType);

    public GrainReference ReferenceTo(GrainId id) => new(SharedOf(typeof(IAddressable), id.Type), id.Key);

    public GrainReference ReferenceTo(GrainId id, Type interfaceType) =>
        interfaceType == typeof(IAddressable) || interfaceType == typeof(IGrain)
            ? ReferenceTo(id)
            : ProxyBuilder.Create(interfaceType, SharedOf(interfaceType, id.Type), id.Key);

    private TGrainInterface Make<TGrainInterface>(IdSpan key, string? prefix) =>
        (TGrainInterface)(object)Make(typeof(TGrainInterface), key, prefix);

    private GrainReference Make(Type interfaceType, IdSpan key, string? prefix) =>
        ReferenceTo(GrainId.Create(GrainTypes.TypeServing(interfaceType, prefix), key), interfaceType);

    private GrainReferenceShared SharedOf(Type interfaceType, GrainType grainType) => _shared.GetOrAdd(
        (interfaceType, grainType),
        static (key, runtime) => new GrainReferenceShared(key.Item2, GrainTypes.NameOf(key.Item1), runtime), runtime);

    private static IdSpan KeyOf(string key) => string.IsNullOrWhiteSpace(key)
        ? throw new ArgumentException("A grain key must have a character that is not white space.", nameof(key))
        : IdSpan.Create(key);

    private static string ExtensionOf(string extension) => string.IsNullOrWhiteSpace(extension)
        ? throw new ArgumentException("A key extension must have a character that is not white space.",
            nameof(extension))
        : extension;
}
