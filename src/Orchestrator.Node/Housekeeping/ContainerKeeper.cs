using Microsoft.Extensions.Logging;
using Orchestrator.Nodes.Pods;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Nodes.Housekeeping;

/// <summary>
/// Removes dead containers of pods that have ended, with their logs, when there are more than the settings allow. Those
/// of pods that live are their workers' business, and those of pods that are gone go at once.
/// </summary>
internal sealed class ContainerKeeper(NodeEngine engine)
{
    /// <summary>One look; costs nothing when the settings allow any number.</summary>
    public async Task LookAsync(CancellationToken cancellation)
    {
        var limits = engine.Options.Housekeeping.DeadContainers;
        // A pod that has ended holds one of each name by itself.
        if (limits is { Max: < 0, PerContainerMax: < 0 or >= 1 }) return;
        var ended = (await engine.Runtime.ListAsync(cancellation)).Where(IsOfEndedPod).ToList();
        var dead = ended.Where(seen => RoleOf(seen) != PodLabels.InfraRole).Select(seen => new DeadContainer(
            seen.Id, Label(seen, ContainerLabels.PodUid), Label(seen, ContainerLabels.ContainerName),
            seen.CreatedAt)).ToList();
        var removed = DeadContainers.ToRemove(dead, limits, engine.Time.GetUtcNow());
        if (removed.Count == 0 || !await engine.Reports.MayActAsync(isDestructive: true)) return;
        // With its last container a sandbox has lost its use.
        var left = dead.Where(one => !removed.Contains(one.Id)).Select(one => one.PodUid).ToHashSet();
        var touched = dead.Where(one => removed.Contains(one.Id)).Select(one => one.PodUid).ToHashSet();
        var sandboxes = ended.Where(seen => RoleOf(seen) == PodLabels.InfraRole
            && Label(seen, ContainerLabels.PodUid) is var uid && touched.Contains(uid) && !left.Contains(uid));
        foreach (var id in removed.Concat(sandboxes.Select(seen => seen.Id)))
            await engine.Runtime.RemoveAsync(id, cancellation);
        engine.Logger.LogInformation("{Count} dead containers of ended pods were removed from node {Node}",
            removed.Count, engine.Options.NodeName);
    }

    private bool IsOfEndedPod(ContainerSnapshot seen) =>
        seen.Phase == ContainerPhase.Exited
        && engine.Inputs.FindPod(Label(seen, ContainerLabels.PodNamespace), Label(seen, ContainerLabels.PodName))
            is { Status.Phase: "Succeeded" or "Failed", Metadata: var meta }
        && meta.Uid == Label(seen, ContainerLabels.PodUid);

    private static string RoleOf(ContainerSnapshot seen) => Label(seen, ContainerLabels.Role);

    private static string Label(ContainerSnapshot seen, string name) => seen.Labels.GetValueOrDefault(name, "");
}
