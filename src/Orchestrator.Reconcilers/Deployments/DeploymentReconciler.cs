using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Reconcilers.Lifecycle;
using Orchestrator.Reconcilers.ReplicaSets;

namespace Orchestrator.Reconcilers.Deployments;

/// <summary>
/// Decides the next step of a Deployment. Reads only its arguments; a step repeated is the same step.
/// </summary>
public static class DeploymentReconciler
{
    /// <summary>One look at a Deployment.</summary>
    /// <param name="desired">The Deployment as it is stored.</param>
    /// <param name="observed">All ReplicaSets of its namespace that match its selector or that it owns.</param>
    /// <param name="pods">The pods of those sets.</param>
    /// <param name="now">The time of the pass.</param>
    /// <param name="isTaken">A ReplicaSet of that name exists, whoever owns it.</param>
    public static DeploymentPlan Reconcile(
        Deployment desired, IReadOnlyList<ReplicaSet> observed, IReadOnlyList<Pod> pods, DateTimeOffset now,
        Func<string, bool>? isTaken = null)
    {
        var (owned, claims) = Claim(desired, observed);
        var rollout = Rollout.Of(desired, owned, pods);
        var paused = DeploymentStatuses.Pause(desired, now);
        var step = desired switch
        {
            { Metadata.DeletionTimestamp: not null } => new Step([], desired.Status, IsRollout: false),
            { Spec.Paused: true } => Resize(rollout, paused),
            _ when Scaling.IsDue(rollout) && Scaling.Plan(rollout).Count > 0 => Resize(rollout, paused),
            _ => Roll(rollout, paused, isTaken ?? (static _ => false), now),
        };
        var status = DeploymentStatuses.Count(rollout, step.Status, now);
        if (step.IsRollout)
        {
            status = DeploymentStatuses.Progress(rollout, status, now);
            if (DeploymentStatuses.IsComplete(desired, status) && step.Actions.Count == 0)
            {
                step = step with { Actions = History.Plan(rollout) };
            }
        }
        IReadOnlyList<DeploymentAction> actions = [.. claims, .. step.Actions];
        // Only a rollout runs against the clock: one that is being deleted would look again for ever.
        return new(
            actions, status, step.IsRollout ? DeploymentStatuses.UntilDeadline(desired, status, now) : null,
            DeploymentReasons.Of(desired, actions, rollout, status, now));
    }

    // The status a step starts from carries the conditions that the step itself sets.
    private sealed record Step(IReadOnlyList<DeploymentAction> Actions, DeploymentStatus Status, bool IsRollout);

    private static Step Resize(Rollout rollout, DeploymentStatus status)
    {
        var history = rollout.Deployment.Spec.Paused ? History.Plan(rollout) : [];
        return new([.. CurrentSet.Upkeep(rollout), .. Scaling.Plan(rollout), .. history], status, IsRollout: false);
    }

    private static Step Roll(Rollout rollout, DeploymentStatus status, Func<string, bool> isTaken, DateTimeOffset now)
    {
        var upkeep = CurrentSet.Upkeep(rollout);
        var isRolling = RolloutMath.IsRolling(rollout.Deployment);
        if (!isRolling)
        {
            var clearing = Recreate.Clear(rollout);
            if (clearing.Count > 0 || Recreate.HasOldPods(rollout))
            {
                return new([.. upkeep, .. clearing], Noted(rollout, status, now), IsRollout: true);
            }
        }
        if (rollout.Current is not { } current) return Begin(rollout, status, isTaken, now);
        var steps = isRolling ? RollingUpdate.Plan(rollout, current) : Recreate.Fill(rollout, current);
        return new([.. upkeep, .. steps], Noted(rollout, status, now), IsRollout: true);
    }

    private static Step Begin(Rollout rollout, DeploymentStatus status, Func<string, bool> isTaken, DateTimeOffset now)
    {
        var made = CurrentSet.Make(rollout, isTaken);
        var name = made.Set.Metadata.Name;
        var create = new DeploymentAction.CreateReplicaSet(
            made.Set, $"Scaled up replica set {name} from 0 to {made.Set.Spec.Replicas}");
        var next = status with { CollisionCount = made.CollisionCount };
        if (DeploymentStatuses.HasDeadline(rollout.Deployment))
        {
            next = DeploymentConditions.With(next, DeploymentConditions.Progressing, "True", "NewReplicaSetCreated",
                $"Created new replica set \"{name}\"", now);
        }
        var revision = made.Set.Metadata.Annotations[DeploymentAnnotations.Revision];
        return new([create, .. CurrentSet.Revision(rollout.Deployment, revision)], next, IsRollout: true);
    }

    // A Deployment that finds its set already there (adopted, or made before a crash) starts the clock then.
    private static DeploymentStatus Noted(Rollout rollout, DeploymentStatus status, DateTimeOffset now) =>
        rollout.Current is { } current && DeploymentStatuses.HasDeadline(rollout.Deployment)
            && DeploymentConditions.Find(status, DeploymentConditions.Progressing) is null
            ? DeploymentConditions.With(status, DeploymentConditions.Progressing, "True", "FoundNewReplicaSet",
                $"Found new replica set \"{current.Metadata.Name}\"", now)
            : status;

    private static (IReadOnlyList<ReplicaSet> Owned, IReadOnlyList<DeploymentAction> Actions) Claim(
        Deployment desired, IReadOnlyList<ReplicaSet> observed)
    {
        var owned = new List<ReplicaSet>(observed.Count);
        var actions = new List<DeploymentAction>();
        var isLeaving = desired.Metadata.DeletionTimestamp is not null;
        foreach (var set in observed.OrderBy(set => set.Metadata.Name, StringComparer.Ordinal))
        {
            if (set.Metadata.Namespace != desired.Metadata.Namespace) continue;
            var (name, uid) = (set.Metadata.Name ?? "", set.Metadata.Uid ?? "");
            var matches = Selectors.Matches(desired.Spec.Selector, set.Metadata.Labels);
            switch (Owners.ControllerOf(set))
            {
                case { } owner when owner.Uid != desired.Metadata.Uid:
                    break;
                case not null when matches:
                    owned.Add(set);
                    break;
                case not null when !isLeaving:
                    actions.Add(new DeploymentAction.ReleaseReplicaSet(
                        name, uid, "its labels no longer match the selector"));
                    break;
                case null when matches && !isLeaving && set.Metadata.DeletionTimestamp is null:
                    owned.Add(set);
                    actions.Add(new DeploymentAction.AdoptReplicaSet(name, uid));
                    break;
                default:
                    break;
            }
        }
        return (owned, actions);
    }
}
