using Orchestrator.Api.Apps.V1;

namespace Orchestrator.Reconcilers.Deployments;

/// <summary>The status maths of a Deployment, and its progress clock.</summary>
internal static class DeploymentStatuses
{
    /// <summary>The numbers, and whether the minimum is available.</summary>
    public static DeploymentStatus Count(Rollout rollout, DeploymentStatus before, DateTimeOffset now)
    {
        var all = rollout.All;
        var available = all.Sum(set => set.Status.AvailableReplicas);
        var counted = before with
        {
            ObservedGeneration = rollout.Deployment.Metadata.Generation,
            Replicas = all.Sum(set => set.Status.Replicas),
            UpdatedReplicas = rollout.Current?.Status.Replicas ?? 0,
            ReadyReplicas = all.Sum(set => set.Status.ReadyReplicas),
            AvailableReplicas = available,
            UnavailableReplicas = Math.Max(0, RolloutMath.Total(all) - available),
        };
        return available >= rollout.MinAvailable
            ? DeploymentConditions.With(counted, DeploymentConditions.Available, "True",
                "MinimumReplicasAvailable", "Deployment has minimum availability.", now)
            : DeploymentConditions.With(counted, DeploymentConditions.Available, "False",
                "MinimumReplicasUnavailable", "Deployment does not have minimum availability.", now);
    }

    /// <summary>Every pod is of the current template and available, none is left over.</summary>
    public static bool IsComplete(Deployment deployment, DeploymentStatus status) =>
        status.UpdatedReplicas == RolloutMath.Replicas(deployment)
        && status.Replicas == RolloutMath.Replicas(deployment)
        && status.AvailableReplicas == RolloutMath.Replicas(deployment)
        && status.ObservedGeneration >= deployment.Metadata.Generation;

    public static bool HasDeadline(Deployment deployment) =>
        deployment.Spec.ProgressDeadlineSeconds is not null and not int.MaxValue;

    /// <summary>Pausing stops the progress clock and resuming starts it; a rollout that timed out stays so.</summary>
    public static DeploymentStatus Pause(Deployment deployment, DateTimeOffset now)
    {
        var status = deployment.Status;
        if (!HasDeadline(deployment)) return status;
        var progressing = DeploymentConditions.Find(status, DeploymentConditions.Progressing);
        if (progressing?.Reason == DeploymentConditions.DeadlineExceeded) return status;
        var isNoted = progressing?.Reason == "DeploymentPaused";
        return (deployment.Spec.Paused, isNoted) switch
        {
            (true, false) => DeploymentConditions.With(status, DeploymentConditions.Progressing, "Unknown",
                "DeploymentPaused", "Deployment is paused", now),
            (false, true) => DeploymentConditions.With(status, DeploymentConditions.Progressing, "Unknown",
                "DeploymentResumed", "Deployment is resumed", now),
            _ => status,
        };
    }

    /// <summary>The conditions of a rollout under way, given what is stored and what is counted now.</summary>
    public static DeploymentStatus Progress(Rollout rollout, DeploymentStatus counted, DateTimeOffset now)
    {
        var deployment = rollout.Deployment;
        var status = counted;
        var progressing = DeploymentConditions.Find(status, DeploymentConditions.Progressing);
        var isSettled = status.Replicas == status.UpdatedReplicas
            && progressing?.Reason == DeploymentConditions.SetAvailable;
        if (!HasDeadline(deployment)) status = DeploymentConditions.Without(status, DeploymentConditions.Progressing);
        else if (!isSettled) status = Clock(rollout, status, now);
        return Failures(rollout, status, now);
    }

    /// <summary>How long until the deadline must be checked; null when no clock runs.</summary>
    public static TimeSpan? UntilDeadline(Deployment deployment, DeploymentStatus status, DateTimeOffset now)
    {
        if (!HasDeadline(deployment) || deployment.Spec.Paused || IsComplete(deployment, status)) return null;
        var progressing = DeploymentConditions.Find(status, DeploymentConditions.Progressing);
        if (progressing?.LastUpdateTime is not { } since) return null;
        if (progressing.Reason is DeploymentConditions.DeadlineExceeded or DeploymentConditions.SetAvailable)
            return null;
        var left = since.AddSeconds(deployment.Spec.ProgressDeadlineSeconds!.Value) - now;
        // One second more, for stored times have whole seconds.
        return left < TimeSpan.Zero ? TimeSpan.Zero : left + TimeSpan.FromSeconds(1);
    }

    private static DeploymentStatus Clock(Rollout rollout, DeploymentStatus status, DateTimeOffset now)
    {
        var deployment = rollout.Deployment;
        var what = rollout.Current is { } current
            ? $"ReplicaSet \"{current.Metadata.Name}\""
            : $"Deployment \"{deployment.Metadata.Name}\"";
        if (IsComplete(deployment, status))
        {
            return DeploymentConditions.With(status, DeploymentConditions.Progressing, "True",
                DeploymentConditions.SetAvailable, $"{what} has successfully progressed.", now);
        }
        if (HasProgressed(deployment.Status, status))
        {
            return DeploymentConditions.Renewed(status, DeploymentConditions.Progressing, "True",
                "ReplicaSetUpdated", $"{what} is progressing.", now);
        }
        return HasTimedOut(deployment, status, now)
            ? DeploymentConditions.With(status, DeploymentConditions.Progressing, "False",
                DeploymentConditions.DeadlineExceeded, $"{what} has timed out progressing.", now)
            : status;
    }

    private static bool HasProgressed(DeploymentStatus before, DeploymentStatus after) =>
        after.UpdatedReplicas > before.UpdatedReplicas
        || after.Replicas - after.UpdatedReplicas < before.Replicas - before.UpdatedReplicas
        || after.ReadyReplicas > before.ReadyReplicas
        || after.AvailableReplicas > before.AvailableReplicas;

    private static bool HasTimedOut(Deployment deployment, DeploymentStatus status, DateTimeOffset now)
    {
        var progressing = DeploymentConditions.Find(status, DeploymentConditions.Progressing);
        if (progressing?.LastUpdateTime is not { } since) return false;
        return progressing.Reason switch
        {
            DeploymentConditions.SetAvailable => false,
            DeploymentConditions.DeadlineExceeded => true,
            _ => since.AddSeconds(deployment.Spec.ProgressDeadlineSeconds!.Value) < now,
        };
    }

    private static DeploymentStatus Failures(Rollout rollout, DeploymentStatus status, DateTimeOffset now)
    {
        ReplicaSetCondition? Failure(ReplicaSet? set) =>
            set?.Status.Conditions.FirstOrDefault(condition => condition.Type == DeploymentConditions.ReplicaFailure);

        var failure = Failure(rollout.Current)
            ?? rollout.All.Select(Failure).FirstOrDefault(found => found is not null);
        return failure is null
            ? DeploymentConditions.Without(status, DeploymentConditions.ReplicaFailure)
            : DeploymentConditions.With(status, DeploymentConditions.ReplicaFailure, failure.Status,
                failure.Reason ?? "", failure.Message ?? "", now);
    }
}
