using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Storage.V1;
using Orchestrator.Grains.Objects;
using Orchestrator.Reconcilers.Volumes;
using Orchestrator.Storage;
using Orleans.Runtime;

namespace Orchestrator.Grains.Volumes;

/// <summary>Runs <see cref="ClaimReconciler"/> for one claim. Decides nothing itself.</summary>
internal sealed class PersistentVolumeClaimGrain(
    [PersistentState("object", ObjectGrainStorage.Name)] IPersistentState<ObjectState> stored, ClusterAccess cluster)
    : ControllerGrain(stored, cluster), IPersistentVolumeClaimGrain
{
    private VolumeNews? _lastNews;

    private PersistentVolumeClaim Claim => (PersistentVolumeClaim)Existing();

    public async Task<bool> Select(string uid, string nodeName)
    {
        if (!await CatchUpOrMakeWay() || Current is not PersistentVolumeClaim claim) return false;
        if (claim.Metadata.Uid != uid || claim.Metadata.DeletionTimestamp is not null) return false;
        if (claim.Status.Phase != "Bound")
            await Do(claim, ClaimReconciler.Select(claim, nodeName, Context(), Cluster.Now));
        // It may have been bound meanwhile, and elsewhere.
        return Current is PersistentVolumeClaim { Status.Phase: "Bound", Spec.VolumeName: { } name }
            && await FindVolume(name) is { } volume
            && Cluster.Cache.Find(Node.Kind, "", nodeName) is { } node && VolumeMatch.IsReachable(volume, node);
    }

    protected override ValueTask<ApiObject> Admit(ApiObject sent, ApiObject? before, WriteOptions options) =>
        new(before is null
            ? ClaimClasses.WithDefault((PersistentVolumeClaim)sent, Cluster.Cache.All(StorageClass.Kind))
            : sent);

    protected override void RefuseBeside(ApiObject next)
    {
        if (Current is PersistentVolumeClaim before)
            ClaimGrowth.Refuse((PersistentVolumeClaim)next, before, FindClass);
    }

    protected override async Task<TimeSpan?> Reconcile(CancellationToken cancellation)
    {
        var claim = Claim;
        var plan = ClaimReconciler.Reconcile(claim, Context(), Cluster.Now);
        await Do(claim, plan);
        return plan.LookAgainAfter;
    }

    private async Task Do(PersistentVolumeClaim claim, ClaimPlan plan)
    {
        Cluster.Store.Explain(plan.Reasons ?? []);
        if (plan.IsUnused)
        {
            await Release(claim, claim.Metadata with
            {
                Finalizers = [.. claim.Metadata.Finalizers.Where(
                    finalizer => finalizer != VolumeAnnotations.ClaimProtection)],
            }, "no pod uses it");
            return;
        }
        if (!await Act(plan.Action)) return;
        if (!ApiJson.AreSame(plan.Next, claim)) await Commit(plan.Next);
        Tell(plan.News ?? []);
    }

    private async Task<bool> Act(ClaimAction? action)
    {
        switch (action)
        {
            // The version read is the precondition: of two claims that want a volume one gets it, and the other looks
            // for another.
            case ClaimAction.Take take:
                await GrainOf(take.Volume).Update(take.Volume, "", WriteOptions.OfController);
                break;
            case ClaimAction.Grow grow:
                await GrainOf(grow.Volume).Update(grow.Volume, "", WriteOptions.OfController);
                break;
            case ClaimAction.Make make:
                return await Make(make.Volume);
        }
        return true;
    }

    private async Task<bool> Make(PersistentVolume volume)
    {
        try
        {
            await GrainOf(volume).Create(volume, WriteOptions.OfController);
            return true;
        }
        catch (ApiException taken) when (taken.Reason == "AlreadyExists")
        {
            // A pass that died made it, perhaps for another node; the next pass finds it kept for this claim.
            await Cluster.CatchUp();
            if (Cluster.Cache.Find(PersistentVolume.Kind, "", volume.Metadata.Name!) is { } known
                && VolumeMatch.IsKeptFor(known, Claim))
            {
                Reconsider();
                return false;
            }
            throw ApiException.Unavailable($"volume {volume.Metadata.Name} is there already, and not this claim's");
        }
    }

    private void Reconsider() => _ = GrainFactory.Object(Key).Nudge();

    // What is so for long is told once.
    private void Tell(IReadOnlyList<VolumeNews> news)
    {
        foreach (var told in news.Where(told => told != _lastNews))
            Cluster.Events.Record(Claim, "", told.Type, told.Reason, told.Message, told.Component);
        _lastNews = news.Count == 0 ? null : news[^1];
    }

    private async ValueTask<PersistentVolume?> FindVolume(string name)
    {
        if (Cluster.Cache.Find(PersistentVolume.Kind, "", name) is { } known) return known;
        await Cluster.CatchUp();
        return Cluster.Cache.Find(PersistentVolume.Kind, "", name);
    }

    private StorageClass? FindClass(string name) => Cluster.Cache.Find(StorageClass.Kind, "", name);

    private ClaimContext Context() => new()
    {
        Volumes = Cluster.Cache.All(PersistentVolume.Kind),
        FindVolume = name => Cluster.Cache.Find(PersistentVolume.Kind, "", name),
        Classes = Cluster.Cache.All(StorageClass.Kind),
        FindClass = FindClass,
        Nodes = Cluster.Cache.All(Node.Kind).Where(
            node => node.Metadata.Annotations.ContainsKey(NodeRegistration.EndpointAnnotation)),
        Pods = Cluster.Cache.All(Pod.Kind, Key.Namespace),
    };

    private IObjectGrain GrainOf(PersistentVolume volume) => GrainFactory.Object(KindRegistry.KeyOf(volume));
}
