using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Grains.Objects;
using Orchestrator.Reconcilers.Deployments;
using Orchestrator.Reconcilers.Lifecycle;
using Orchestrator.Reconcilers.Objects;
using Orchestrator.Storage;
using Orleans.Runtime;

namespace Orchestrator.Grains.Deployments;

/// <summary>Runs <see cref="DeploymentReconciler"/> for one Deployment. Decides nothing itself.</summary>
internal sealed class DeploymentGrain(
    [PersistentState("object", ObjectGrainStorage.Name)] IPersistentState<ObjectState> stored, ClusterAccess cluster)
    : ControllerGrain(stored, cluster), IDeploymentGrain
{
    private const string Component = "deployment-controller";

    protected override async Task<TimeSpan?> Reconcile(CancellationToken cancellation)
    {
        var deployment = (Deployment)Existing();
        var sets = Sets(deployment);
        var pods = sets.SelectMany(set => Cluster.Cache.OwnedBy(set.Metadata.Uid ?? "")).Select(item => item.Object)
            .OfType<Pod>().ToList();
        var plan = DeploymentReconciler.Reconcile(deployment, sets, pods, Cluster.Time.GetUtcNow(),
            name => Cluster.Cache.Find(SetKey(name)) is not null);
        Cluster.Store.Explain(plan.Reasons);
        var annotations = deployment.Metadata.Annotations;
        foreach (var action in plan.Actions)
        {
            if (action is DeploymentAction.SetRevision set)
                annotations = With(annotations, DeploymentAnnotations.Revision, set.Revision);
            else await Do(deployment, action);
        }
        await Record(plan.Status, annotations);
        return plan.LookAgainAfter;
    }

    // Its own, and those that nobody controls, which it may adopt.
    private List<ReplicaSet> Sets(Deployment deployment)
    {
        var own = Cluster.Cache.OwnedBy(deployment.Metadata.Uid ?? "").Select(item => item.Object).OfType<ReplicaSet>()
            .Where(set => Owners.IsControlledBy(set, deployment.Metadata.Uid));
        return [.. own, .. Cluster.Cache.Uncontrolled(ReplicaSet.Kind, Key.Namespace)
            .Select(item => (ReplicaSet)item.Object)];
    }

    private static Dictionary<string, string> With(IReadOnlyDictionary<string, string> map, string key, string value) =>
        new(map) { [key] = value };

    private static Dictionary<string, string> Merged(
        IReadOnlyDictionary<string, string> map, IReadOnlyDictionary<string, string> added)
    {
        var merged = new Dictionary<string, string>(map);
        foreach (var (key, value) in added) merged[key] = value;
        return merged;
    }

    private ObjectKey SetKey(string name) => ReplicaSet.Kind.KeyOf(Key.Namespace, name);

    private async Task Do(Deployment deployment, DeploymentAction action)
    {
        switch (action)
        {
            case DeploymentAction.CreateReplicaSet create:
                await GrainFactory.Object(SetKey(create.ReplicaSet.Metadata.Name!)).Create(create.ReplicaSet,
                    WriteOptions.OfController);
                Tell(deployment, create.Why);
                break;
            case DeploymentAction.ScaleReplicaSet scale:
                await Change(scale.Name, scale.Uid, set => set with
                {
                    Metadata = set.Metadata with { Annotations = Merged(set.Metadata.Annotations, scale.Annotations) },
                    Spec = set.Spec with { Replicas = scale.Replicas },
                });
                Tell(deployment, scale.Why);
                break;
            case DeploymentAction.UpdateReplicaSet update:
                await Change(update.Name, update.Uid, set => set with
                {
                    Metadata = set.Metadata with { Annotations = Merged(set.Metadata.Annotations, update.Annotations) },
                    Spec = set.Spec with { MinReadySeconds = update.MinReadySeconds },
                });
                break;
            case DeploymentAction.AdoptReplicaSet adopt:
                await Change(adopt.Name, adopt.Uid, set => set with
                {
                    Metadata = set.Metadata with { OwnerReferences = Owners.With(set, deployment) },
                });
                break;
            case DeploymentAction.ReleaseReplicaSet release:
                await Change(release.Name, release.Uid, set => set with
                {
                    Metadata =
                        set.Metadata with { OwnerReferences = Owners.Without(set, deployment.Metadata.Uid ?? "") },
                });
                break;
            case DeploymentAction.DeleteReplicaSet delete:
                await GrainFactory.Object(SetKey(delete.Name)).Delete(new DeleteRequest { Uid = delete.Uid });
                break;
        }
    }

    private void Tell(Deployment deployment, string why) =>
        Cluster.Events.Record(deployment, "", "Normal", "ScalingReplicaSet", why, Component);

    // The version read is the precondition: whoever writes meanwhile wins, and the next pass looks again.
    private async Task Change(string name, string uid, Func<ReplicaSet, ReplicaSet> change)
    {
        // An action before this one may have written the same set through another silo.
        await Cluster.CatchUp();
        if (Cluster.Cache.Find(SetKey(name))?.Object is ReplicaSet set && set.Metadata.Uid == uid)
        {
            await GrainFactory.Object(SetKey(name)).Update(change(set), "", WriteOptions.OfController);
        }
    }

    private async Task Record(DeploymentStatus status, IReadOnlyDictionary<string, string> annotations)
    {
        if (Current is not Deployment deployment) return;
        var next = deployment with
        {
            Status = status,
            Metadata = deployment.Metadata with { Annotations = annotations }
        };
        if (!ApiJson.AreSame(next, deployment)) await CommitStatus(next);
    }
}
