using Orchestrator.Api.Apps.V1;

namespace Orchestrator.Reconcilers.Deployments;

/// <summary>Reads and sets conditions. A list is replaced, never changed.</summary>
internal static class DeploymentConditions
{
    public const string Available = "Available";
    public const string Progressing = "Progressing";
    public const string ReplicaFailure = "ReplicaFailure";
    public const string SetAvailable = "NewReplicaSetAvailable";
    public const string DeadlineExceeded = "ProgressDeadlineExceeded";

    public static DeploymentCondition? Find(DeploymentStatus status, string type) =>
        status.Conditions.FirstOrDefault(condition => condition.Type == type);

    public static DeploymentStatus Without(DeploymentStatus status, string type) =>
        Find(status, type) is null
            ? status
            : status with { Conditions = [.. status.Conditions.Where(condition => condition.Type != type)] };

    /// <summary>Sets a condition. The same status and reason again changes nothing, not even its times.</summary>
    public static DeploymentStatus With(
        DeploymentStatus status, string type, string value, string reason, string message, DateTimeOffset now)
    {
        var old = Find(status, type);
        return old?.Status == value && old.Reason == reason
            ? status
            : Renewed(status, type, value, reason, message, now);
    }

    /// <summary>
    /// Sets a condition and its update time, even if it says the same; the progress clock starts anew.
    /// </summary>
    public static DeploymentStatus Renewed(
        DeploymentStatus status, string type, string value, string reason, string message, DateTimeOffset now)
    {
        var old = Find(status, type);
        var condition = new DeploymentCondition
        {
            Type = type,
            Status = value,
            Reason = reason,
            Message = message,
            LastUpdateTime = now,
            LastTransitionTime = old?.Status == value ? old.LastTransitionTime : now,
        };
        var rest = Without(status, type);
        return rest with { Conditions = [.. rest.Conditions, condition] };
    }
}
