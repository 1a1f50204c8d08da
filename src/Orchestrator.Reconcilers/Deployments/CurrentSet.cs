using Orchestrator.Api.Apps.V1;
using Orchestrator.Reconcilers.Lifecycle;

namespace Orchestrator.Reconcilers.Deployments;

/// <summary>Keeps the books of the current set, or makes it.</summary>
internal static class CurrentSet
{
    /// <summary>A new set, sized for its first step, and the collisions met when naming it.</summary>
    public sealed record Made(ReplicaSet Set, int? CollisionCount);

    /// <summary>What the current set and the Deployment lack: annotations, minReadySeconds, the revision.</summary>
    public static IReadOnlyList<DeploymentAction> Upkeep(Rollout rollout)
    {
        if (rollout.Current is not { } current) return [];
        var deployment = rollout.Deployment;
        var actions = new List<DeploymentAction>();
        var missing = DeploymentAnnotations.Missing(deployment, current.Metadata.Annotations, rollout.NextRevision);
        if (missing.Count > 0 || current.Spec.MinReadySeconds != deployment.Spec.MinReadySeconds)
        {
            var isReused = missing.TryGetValue(DeploymentAnnotations.Revision, out var to);
            actions.Add(new DeploymentAction.UpdateReplicaSet(
                current.Metadata.Name ?? "", current.Metadata.Uid ?? "", missing, deployment.Spec.MinReadySeconds,
                isReused ? $"its template is wanted again: it becomes revision {to}" : "follows the Deployment"));
        }
        var revision = missing.GetValueOrDefault(DeploymentAnnotations.Revision)
            ?? current.Metadata.Annotations.GetValueOrDefault(DeploymentAnnotations.Revision);
        if (revision is not null) actions.AddRange(Revision(deployment, revision));
        return actions;
    }

    /// <summary>The current set, when there is none yet.</summary>
    public static Made Make(Rollout rollout, Func<string, bool> isTaken)
    {
        var deployment = rollout.Deployment;
        var collisions = deployment.Status.CollisionCount;
        var taken = rollout.Old.Select(set => set.Metadata.Name ?? "").ToHashSet(StringComparer.Ordinal);
        string hash, name;
        while (true)
        {
            hash = TemplateHash.Of(deployment.Spec.Template, collisions ?? 0);
            name = $"{deployment.Metadata.Name}-{hash}";
            if (!taken.Contains(name) && !isTaken(name)) break;
            collisions = (collisions ?? 0) + 1;
        }
        var size = RolloutMath.NewSetSize(deployment, rollout.Old, null);
        return new(Create(deployment, name, hash, size, rollout.NextRevision), collisions);
    }

    /// <summary>The action that brings the Deployment's own revision up to date, if it is behind.</summary>
    public static IEnumerable<DeploymentAction> Revision(Deployment deployment, string revision) =>
        deployment.Metadata.Annotations.GetValueOrDefault(DeploymentAnnotations.Revision) == revision
            ? []
            : [new DeploymentAction.SetRevision(revision)];

    private static ReplicaSet Create(Deployment deployment, string name, string hash, int size, long revision)
    {
        var template = deployment.Spec.Template;
        var labels = TemplateHash.With(template.Metadata.Labels, hash);
        var selector = deployment.Spec.Selector;
        return new()
        {
            Metadata = new()
            {
                Name = name,
                Namespace = deployment.Metadata.Namespace,
                Labels = labels,
                Annotations = DeploymentAnnotations.Merge(
                    DeploymentAnnotations.Missing(deployment, new Dictionary<string, string>(), revision),
                    DeploymentAnnotations.OfSize(deployment)),
                OwnerReferences = [Owners.ControllerReference(deployment)],
            },
            Spec = new()
            {
                Replicas = size,
                MinReadySeconds = deployment.Spec.MinReadySeconds,
                Selector = selector with { MatchLabels = TemplateHash.With(selector.MatchLabels, hash) },
                Template = template with { Metadata = template.Metadata with { Labels = labels } },
            },
        };
    }
}
