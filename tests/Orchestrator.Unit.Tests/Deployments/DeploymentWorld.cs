using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Reconcilers.Deployments;

namespace Orchestrator.Unit.Tests.Deployments;

/// <summary>
/// A Deployment and its sets, carried from pass to pass. Sets follow their size only when told to, so that a test
/// chooses how far statuses lag behind.
/// </summary>
internal sealed record DeploymentWorld(Deployment Deployment, IReadOnlyList<ReplicaSet> Sets, DateTimeOffset Now)
{
    public IReadOnlyList<Pod> Pods { get; init; } = [];

    public static DeploymentWorld Of(Deployment deployment, params ReplicaSet[] sets) =>
        new(deployment, sets, Given.Now);

    /// <summary>A Deployment of "v1" rolled out to the end.</summary>
    public static DeploymentWorld Settled(Deployment deployment) => Of(deployment).Settle();

    public int Total => Sets.Sum(set => set.Spec.Replicas ?? 0);

    /// <summary>Sizes oldest first: <c>v1=3 v2=1</c>.</summary>
    public string Sizes => string.Join(' ', Sets.Select(set => $"{Image(set)}={set.Spec.Replicas}"));

    public static string Image(ReplicaSet set) => set.Spec.Template.Spec.Containers[0].Image ?? "";

    public DeploymentPlan Plan() => DeploymentReconciler.Reconcile(Deployment, Sets, Pods, Now);

    public DeploymentWorld With(Func<DeploymentSpec, DeploymentSpec> change) => this with
    {
        Deployment = Deployment with
        {
            Spec = change(Deployment.Spec),
            Metadata = Deployment.Metadata with { Generation = Deployment.Metadata.Generation + 1 },
        },
    };

    public DeploymentWorld WithImage(string image) =>
        With(spec => spec with { Template = Given.Template("web", image) });

    public DeploymentWorld Later(double seconds) => this with { Now = Now.AddSeconds(seconds) };

    /// <summary>One pass and its actions.</summary>
    public DeploymentWorld Pass()
    {
        var plan = Plan();
        var world = this with { Deployment = Deployment with { Status = plan.Status } };
        return plan.Actions.Aggregate(world, (current, action) => current.Do(action));
    }

    /// <summary>
    /// Sets have the pods they want; <paramref name="available"/> says how many of them, all by default.
    /// </summary>
    public DeploymentWorld Follow(Func<ReplicaSet, int>? available = null) => this with
    {
        Sets = [.. Sets.Select(set => set with
        {
            Status = set.Status with
            {
                Replicas = set.Spec.Replicas ?? 0,
                ReadyReplicas = available?.Invoke(set) ?? set.Spec.Replicas ?? 0,
                AvailableReplicas = available?.Invoke(set) ?? set.Spec.Replicas ?? 0,
                ObservedGeneration = set.Metadata.Generation,
            },
        })],
    };

    public DeploymentWorld Settle()
    {
        var world = this;
        for (var i = 0; i < 200; i++)
        {
            if (i > 0 && world.Plan().Actions.Count == 0) return world.Pass();
            world = world.Pass().Follow();
        }
        throw new InvalidOperationException($"does not settle: {world.Sizes}");
    }

    private DeploymentWorld Do(DeploymentAction action) => action switch
    {
        DeploymentAction.CreateReplicaSet create => this with
        {
            Sets =
            [
                .. Sets,
                create.ReplicaSet with
                {
                    Metadata = create.ReplicaSet.Metadata with
                    {
                        Uid = $"uid-{create.ReplicaSet.Metadata.Name}", Generation = 1,
                        CreationTimestamp = Now.AddSeconds(Sets.Count),
                    },
                },
            ],
        },
        DeploymentAction.ScaleReplicaSet scale => Change(scale.Uid, set => set with
        {
            Spec = set.Spec with { Replicas = scale.Replicas },
            Metadata = set.Metadata with
            {
                Annotations = DeploymentAnnotations.Merge(set.Metadata.Annotations, scale.Annotations),
                Generation = set.Metadata.Generation + 1,
            },
        }),
        DeploymentAction.UpdateReplicaSet update => Change(update.Uid, set => set with
        {
            Spec = set.Spec with { MinReadySeconds = update.MinReadySeconds },
            Metadata = set.Metadata with
            {
                Annotations = DeploymentAnnotations.Merge(set.Metadata.Annotations, update.Annotations),
            },
        }),
        DeploymentAction.DeleteReplicaSet delete =>
            this with { Sets = [.. Sets.Where(set => set.Metadata.Uid != delete.Uid)] },
        DeploymentAction.AdoptReplicaSet adopt => Change(adopt.Uid, set => set with
        {
            Metadata = set.Metadata with { OwnerReferences = [Given.Controller("uid-web", "Deployment")] },
        }),
        DeploymentAction.ReleaseReplicaSet release => Change(release.Uid, set => set with
        {
            Metadata = set.Metadata with { OwnerReferences = [] },
        }),
        DeploymentAction.SetRevision revision => this with
        {
            Deployment = Deployment with
            {
                Metadata = Deployment.Metadata with
                {
                    Annotations = DeploymentAnnotations.Merge(
                        Deployment.Metadata.Annotations,
                        Given.Map((DeploymentAnnotations.Revision, revision.Revision))),
                },
            },
        },
        _ => throw new InvalidOperationException(action.ToString()),
    };

    private DeploymentWorld Change(string uid, Func<ReplicaSet, ReplicaSet> change) =>
        this with { Sets = [.. Sets.Select(set => set.Metadata.Uid == uid ? change(set) : set)] };
}
