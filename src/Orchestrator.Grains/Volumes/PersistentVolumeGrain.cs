using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Storage.V1;
using Orchestrator.Grains.Objects;
using Orchestrator.Reconcilers.Volumes;
using Orchestrator.Storage;
using Orleans.Runtime;

namespace Orchestrator.Grains.Volumes;

/// <summary>
/// Runs <see cref="VolumeReconciler"/> for one volume, and asks its node to remove what is not needed any more: the
/// object goes when the node has said that it did.
/// </summary>
internal sealed class PersistentVolumeGrain(
    [PersistentState("object", ObjectGrainStorage.Name)] IPersistentState<ObjectState> stored, ClusterAccess cluster)
    : ControllerGrain(stored, cluster), IPersistentVolumeGrain
{
    private string _lastTrouble = "";

    protected override async Task<TimeSpan?> Reconcile(CancellationToken cancellation)
    {
        var volume = (PersistentVolume)Existing();
        var plan = VolumeReconciler.Reconcile(volume, ClaimOf(volume), Cluster.Now);
        Cluster.Store.Explain(plan.Reasons);
        // What is said first is seen while the node is at it.
        if (!ApiJson.AreSame(plan.Next, volume)) await CommitStatus(plan.Next);
        foreach (var told in plan.News)
            Cluster.Events.Record(Existing(), "", told.Type, told.Reason, told.Message, told.Component);
        if (plan.Unneeded.Count > 0) await Let(plan.Unneeded, "nobody needs it any more");
        return plan.EraseOn is { } node ? await Erase(node) : null;
    }

    private PersistentVolumeClaim? ClaimOf(PersistentVolume volume) => volume.Spec.ClaimRef is { } reference
        ? Cluster.Cache.Find(PersistentVolumeClaim.Kind, reference.Namespace ?? "", reference.Name ?? "")
        : null;

    private async Task<TimeSpan?> Erase(string node)
    {
        var volume = (PersistentVolume)Existing();
        if (await Trouble(volume, node) is { } trouble)
        {
            if (trouble != _lastTrouble)
            {
                Cluster.Events.Record(
                    volume, "", "Warning", "VolumeFailedDelete", trouble, LocalStorage.Provisioner);
            }
            _lastTrouble = trouble;
            return Cluster.Options.VolumeRetryDelay;
        }
        Explain(volume, "Erased", $"node {node} removed its directory");
        if (volume.Metadata.DeletionTimestamp is null)
            await Delete(new DeleteRequest { Uid = volume.Metadata.Uid });
        if (Current is not null)
            await Let([LocalStorage.DirectoryFinalizer, VolumeAnnotations.VolumeProtection], "its directory is gone");
        return null;
    }

    private async Task<string?> Trouble(PersistentVolume volume, string node)
    {
        if (Cluster.Cache.Find(Node.Kind, "", node) is null)
        {
            return $"node \"{node}\", which holds the volume, is not part of the cluster: bring it back, or take the "
                + $"finalizer {LocalStorage.DirectoryFinalizer} away to give up what it holds";
        }
        try
        {
            await GrainFactory.GetGrain<INodeGrain>(node).Erase(LocalStorage.HandleOf(volume))
                .Within(Cluster.Options.VolumeEraseTimeout, Cluster.Time);
            return null;
        }
        catch (Exception failure)
        {
            // Whatever kept the node from it, it is asked again.
            return $"node \"{node}\" has not removed the volume: {failure.Message}";
        }
    }

    private async Task Let(IReadOnlyList<string> finalizers, string why)
    {
        var standing = Existing();
        if (!standing.Metadata.Finalizers.Intersect(finalizers).Any()) return;
        await Release(standing, standing.Metadata with
        {
            Finalizers = [.. standing.Metadata.Finalizers.Except(finalizers)],
        }, why);
    }
}
