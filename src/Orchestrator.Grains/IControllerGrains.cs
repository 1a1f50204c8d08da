using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orleans.Concurrency;

namespace Orchestrator.Grains;

/// <summary>Owns an object that no controller of ours acts on: ConfigMap, Secret, Event, Lease …</summary>
[Alias("Orchestrator.IPassiveGrain")]
public interface IPassiveGrain : IObjectGrain;

/// <summary>Owns an Event.</summary>
[Alias("Orchestrator.IEventGrain")]
public interface IEventGrain : IObjectGrain
{
    /// <summary>It happened, perhaps again.</summary>
    [OneWay, Alias("Record")]
    Task Record(Event happened);
}

/// <summary>Owns a Namespace: its service account, and the removal of all it holds.</summary>
[Alias("Orchestrator.INamespaceGrain")]
public interface INamespaceGrain : IObjectGrain;

/// <summary>Owns a Service: its address and its node ports are no other's.</summary>
[Alias("Orchestrator.IServiceGrain")]
public interface IServiceGrain : IObjectGrain;

/// <summary>Gives services their addresses and node ports; one for the whole cluster.</summary>
[Alias("Orchestrator.IServiceAddressGrain")]
public interface IServiceAddressGrain : IGrainWithStringKey
{
    /// <summary>The key of the only one.</summary>
    const string Key = "services";

    /// <summary>The service with what it lacks; what is promised is given to no other meanwhile.</summary>
    [Alias("Fill")]
    Task<Service> Fill(Service service, bool isPromised);

    /// <summary>The service is stored, so what was promised to it is read from there. May be lost.</summary>
    [OneWay, Alias("Settle")]
    Task Settle(string key);
}

/// <summary>Owns a ResourceQuota and keeps its status.</summary>
[Alias("Orchestrator.IResourceQuotaGrain")]
public interface IResourceQuotaGrain : IObjectGrain;

/// <summary>Counts a namespace for its quotas. The key is the namespace's name.</summary>
[Alias("Orchestrator.IQuotaGrain")]
public interface IQuotaGrain : IGrainWithStringKey
{
    /// <summary>
    /// Keeps room for a write that is about to be stored, or refuses it with 403. What is promised is given to no other
    /// until the write is seen to be stored, or a minute has passed.
    /// </summary>
    /// <param name="key">The object's key: an object of a declared kind does not know it by itself.</param>
    /// <param name="next">The object as it will be stored.</param>
    /// <param name="seen">The newest revision of a quota that the asker knows of.</param>
    /// <param name="isTrial">Only say whether there is room.</param>
    [Alias("Promise")]
    Task Promise(string key, ApiObject next, long seen, bool isTrial);

    /// <summary>The quota with what is used of it.</summary>
    [Alias("Count")]
    Task<ResourceQuota> Count(ResourceQuota quota);
}

/// <summary>Owns a PodDisruptionBudget and counts how many of its pods may be evicted.</summary>
[Alias("Orchestrator.IDisruptionBudgetGrain")]
public interface IDisruptionBudgetGrain : IObjectGrain
{
    /// <summary>Lets a pod be evicted and counts it as gone, or refuses with 429. May be repeated.</summary>
    /// <param name="pod">The pod's name.</param>
    /// <param name="uid">The pod's UID.</param>
    /// <param name="isTrial">Only say whether it may go.</param>
    [Alias("Grant")]
    Task Grant(string pod, string uid, bool isTrial);
}

/// <summary>Owns a claim of storage and finds it a volume.</summary>
[Alias("Orchestrator.IPersistentVolumeClaimGrain")]
public interface IPersistentVolumeClaimGrain : IObjectGrain
{
    /// <summary>Its first pod is about to run on the node: binds the claim there, if that can be done now.</summary>
    /// <returns>The claim is bound to a volume that the node has.</returns>
    [Alias("Select")]
    Task<bool> Select(string uid, string nodeName);
}

/// <summary>Owns a volume: follows its claim, and has it removed when it is not needed any more.</summary>
[Alias("Orchestrator.IPersistentVolumeGrain")]
public interface IPersistentVolumeGrain : IObjectGrain;

/// <summary>Owns a ReplicaSet and keeps its pods.</summary>
[Alias("Orchestrator.IReplicaSetGrain")]
public interface IReplicaSetGrain : IObjectGrain;

/// <summary>Owns a Deployment and rolls its ReplicaSets.</summary>
[Alias("Orchestrator.IDeploymentGrain")]
public interface IDeploymentGrain : IObjectGrain;

/// <summary>Owns a Pod. Bound once; its status comes from the node.</summary>
[Alias("Orchestrator.IPodGrain")]
public interface IPodGrain : IObjectGrain
{
    /// <summary>Binds the pod to a node; 409 when it is bound or is another pod.</summary>
    [Alias("Bind")]
    Task<WriteResult> Bind(string uid, string nodeName, string why);

    /// <summary>Takes the node's word on the pod; late news of another uid is dropped.</summary>
    [Alias("Report")]
    Task Report(string uid, PodStatus status);

    /// <summary>The node has nothing left of the pod: the object goes, once it is being deleted.</summary>
    [Alias("ConfirmStopped")]
    Task ConfirmStopped(string uid);

    /// <summary>The pod could not be placed; its PodScheduled condition says why.</summary>
    [Alias("Unschedulable")]
    Task Unschedulable(string uid, string reason, string why);

    /// <summary>The pod has to leave its node: deleted with its grace, and told why.</summary>
    [Alias("Evict")]
    Task Evict(string uid, string reason, string why);

    /// <summary>Deletes the pod if its disruption budget lets it go; else 429.</summary>
    [Alias("EvictAsAsked")]
    Task<WriteResult> EvictAsAsked(DeleteRequest request);

    /// <summary>Nobody hears of the pod's node, so the pod counts as ready no longer.</summary>
    [Alias("Unready")]
    Task Unready(string uid, string why);
}

/// <summary>
/// Owns a Node: says when it is silent and when it is back, and makes pods leave it. What runs on it is
/// <see cref="INodeGrain"/>'s.
/// </summary>
[Alias("Orchestrator.INodeObjectGrain")]
public interface INodeObjectGrain : IObjectGrain;

/// <summary>Runs what is bound to one node. The key is the node's name.</summary>
[Alias("Orchestrator.INodeGrain")]
public interface INodeGrain : IGrainWithStringKey
{
    /// <summary>Joins a container engine to the cluster under this name; repeating it changes nothing.</summary>
    [Alias("Register")]
    Task Register(NodeRegistration registration);

    /// <summary>
    /// Whether the node is run and its engine answers. Interleaves with everything, for the Node's own grain asks while
    /// this one may be reporting to it.
    /// </summary>
    [AlwaysInterleave, Alias("Ping")]
    Task<NodePulse> Ping();

    /// <summary>How often the probes of the node's pods came to what.</summary>
    /// <exception cref="ApiException">503: the node is not run now.</exception>
    [AlwaysInterleave, Alias("CountProbes")]
    Task<ProbeCounter[]> CountProbes();

    /// <summary>Removes all that a volume holds on the node; nothing happens when it holds nothing.</summary>
    /// <exception cref="ApiException">503: the node is not run now, or its engine refuses.</exception>
    [AlwaysInterleave, Alias("Erase")]
    Task Erase(string volume);

    /// <summary>Pods of the node, or the node itself, have changed: look again.</summary>
    [OneWay, AlwaysInterleave, Alias("Nudge")]
    Task Nudge();
}

/// <summary>Places unbound pods. The key is the scheduler's name.</summary>
[Alias("Orchestrator.ISchedulerGrain")]
public interface ISchedulerGrain : IGrainWithStringKey
{
    /// <summary>There may be pods to place, or room for them: look again.</summary>
    [OneWay, AlwaysInterleave, Alias("Nudge")]
    Task Nudge();
}
