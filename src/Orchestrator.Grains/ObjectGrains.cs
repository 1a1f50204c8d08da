using Orchestrator.Api.Meta;

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
        ("", "resourcequotas") => typeof(IResourceQuotaGrain),
        ("apps", "replicasets") => typeof(IReplicaSetGrain),
        ("apps", "deployments") => typeof(IDeploymentGrain),
        _ => typeof(IPassiveGrain),
    };
}
