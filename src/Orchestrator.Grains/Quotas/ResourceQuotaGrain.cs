using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Grains.Objects;
using Orleans.Runtime;

namespace Orchestrator.Grains.Quotas;

/// <summary>Owns a ResourceQuota and keeps its status true; who may add to it is its namespace's to say.</summary>
internal sealed class ResourceQuotaGrain(
    [PersistentState("object", ObjectGrainStorage.Name)] IPersistentState<ObjectState> stored, ClusterAccess cluster)
    : ControllerGrain(stored, cluster), IResourceQuotaGrain
{
    protected override async Task<TimeSpan?> Reconcile(CancellationToken cancellation)
    {
        var counted = await GrainFactory.GetGrain<IQuotaGrain>(Key.Namespace).Count((ResourceQuota)Existing());
        if (Current is not ResourceQuota quota || quota.Metadata.Uid != counted.Metadata.Uid) return null;
        var next = quota with { Status = counted.Status };
        if (!ApiJson.AreSame(next, quota)) await CommitStatus(next);
        return null;
    }
}
