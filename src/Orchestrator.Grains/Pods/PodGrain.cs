using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Grains.Objects;
using Orchestrator.Reconcilers.Objects;
using Orleans.Runtime;

namespace Orchestrator.Grains.Pods;

/// <summary>
/// Owns one pod. It is bound once; its status is the node's word; it goes when the node has nothing left of it.
/// </summary>
internal sealed class PodGrain(
    [PersistentState("object", ObjectGrainStorage.Name)] IPersistentState<ObjectState> stored, ClusterAccess cluster)
    : ObjectGrain(stored, cluster), IPodGrain
{
    private const string ByScheduler = "default-scheduler";

    public async Task<WriteResult> Bind(string uid, string nodeName, string why)
    {
        var pod = (Pod)Existing();
        if (pod.Metadata.Uid != uid) throw ApiException.Conflict(Kind, Key.Name, $"it is another pod now (uid {pod.Metadata.Uid})");
        if (pod.Metadata.DeletionTimestamp is not null)
        {
            throw ApiException.Conflict(Kind, Key.Name, $"pod {Key.Name} is being deleted, cannot be assigned to a host");
        }
        if (pod.Spec.NodeName is { Length: > 0 } bound)
        {
            throw new ApiException(409, "Conflict",
                $"Operation cannot be fulfilled on pods/binding \"{Key.Name}\": pod {Key.Name} is already assigned to node \"{bound}\"",
                StatusDetails.Of(Kind, Key.Name));
        }
        Explain(pod, "Scheduled", $"bound to {nodeName}", why);
        var next = await Commit(PodBinding.Bound(pod, nodeName, Cluster.Now));
        Cluster.Events.Record(next, "", "Normal", "Scheduled",
            $"Successfully assigned {Key.Namespace}/{Key.Name} to {nodeName}", ByScheduler);
        return new(next);
    }

    public async Task Unschedulable(string uid, string reason, string why)
    {
        if (Current is not Pod pod || pod.Metadata.Uid != uid || pod.Spec.NodeName is { Length: > 0 }) return;
        Cluster.Events.Record(pod, "", "Warning", "FailedScheduling", why, ByScheduler);
        var next = PodBinding.Unschedulable(pod, reason, why, Cluster.Now);
        if (ApiJson.AreSame(next, pod)) return;
        Explain(pod, "FailedScheduling", why);
        await Commit(next);
    }

    public async Task Report(string uid, PodStatus status)
    {
        // News of an earlier pod of this name is late, and dropped.
        if (Current is not Pod pod || pod.Metadata.Uid != uid) return;
        var next = PodBinding.Reported(pod, status);
        if (!ApiJson.AreSame(next, pod)) await Commit(next);
    }

    public async Task ConfirmStopped(string uid)
    {
        if (Current is not Pod pod || pod.Metadata.Uid != uid || pod.Metadata.DeletionTimestamp is null) return;
        if (pod.Metadata.Finalizers.Count == 0)
        {
            await Remove("nothing of it is left on its node");
            return;
        }
        await Commit(pod with { Metadata = pod.Metadata with { DeletionGracePeriodSeconds = 0 } });
    }
}
