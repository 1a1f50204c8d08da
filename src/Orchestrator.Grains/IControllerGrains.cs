using Orchestrator.Api.Core.V1;
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
    Task Unschedulable(string uid, string why);
}

/// <summary>Runs what is bound to one node. The key is the node's name.</summary>
[Alias("Orchestrator.INodeGrain")]
public interface INodeGrain : IGrainWithStringKey
{
    /// <summary>Joins a container engine to the cluster under this name; repeating it changes nothing.</summary>
    [Alias("Register")]
    Task Register(NodeRegistration registration);

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
