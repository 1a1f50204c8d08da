using Orchestrator.Api.Meta;
using Orchestrator.Grains.CustomResources;

namespace Orchestrator.Grains;

/// <summary>Finds the grain that owns an object: one interface per behaviour, one for all passive kinds.</summary>
public static class ObjectGrains
{
    /// <summary>The grain of a key.</summary>
    public static IObjectGrain Object(this IGrainFactory grains, ObjectKey key) =>
        (IObjectGrain)grains.GetGrain(InterfaceOf(key), key.ToString());

    private static Type InterfaceOf(ObjectKey key) => (key.Group, key.Plural) switch
    {
        ("", "pods") => typeof(IPodGrain),
        ("", "nodes") => typeof(INodeObjectGrain),
        ("", "events") => typeof(IEventGrain),
        ("", "services") => typeof(IServiceGrain),
        ("", "namespaces") => typeof(INamespaceGrain),
        ("", "persistentvolumes") => typeof(IPersistentVolumeGrain),
        ("", "persistentvolumeclaims") => typeof(IPersistentVolumeClaimGrain),
        ("", "resourcequotas") => typeof(IResourceQuotaGrain),
        ("apps", "replicasets") => typeof(IReplicaSetGrain),
        ("apps", "deployments") => typeof(IDeploymentGrain),
        ("apiextensions.k8s.io", "customresourcedefinitions") => typeof(ICustomResourceDefinitionGrain),
        _ => KindRegistry.Find(key.Group, key.Plural) is null ? typeof(ICustomObjectGrain) : typeof(IPassiveGrain),
    };
}
