using Microsoft.Extensions.Logging;
using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Housekeeping;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Nodes.Pods;

/// <summary>
/// Bounds pods as a whole where their machine lets us. Where it does not, it says so once, and each container is
/// bounded alone.
/// </summary>
internal sealed class PodHolds(NodeEngine engine)
{
    private const string Elsewhere = "the engine is not on this machine, so its cgroups are out of reach";
    private readonly HashSet<string> _told = [];

    /// <summary>Pods that are held together, whether they are known or not.</summary>
    public IReadOnlyList<string> PodUids => engine.Runtime.Cgroups?.PodUids ?? [];

    /// <summary>What a container of the pod is to name as its parent; null for nothing.</summary>
    public async Task<string?> ParentAsync(Pod pod, CancellationToken cancellation)
    {
        var bounds = PodBounds.Of(pod.Spec, engine.Options.Policy.PodPidsMax);
        if (!bounds.IsAny) return null;
        var held = engine.Runtime.Cgroups is { } cgroups
            ? await cgroups.HoldAsync(pod.Metadata.Uid!, bounds, cancellation)
            : PodCgroup.None(Elsewhere);
        foreach (var refused in held.Refused) TellOnce(refused);
        return held.Parent;
    }

    /// <summary>Nothing of the pod runs any more.</summary>
    public Task ReleaseAsync(string podUid, CancellationToken cancellation) =>
        engine.Runtime.Cgroups?.ReleaseAsync(podUid, cancellation) ?? Task.CompletedTask;

    private void TellOnce(CgroupRefusal refused)
    {
        if (!_told.Add(refused.What)) return;
        var message = $"this node does not bound {refused.What} of pods as a whole: {refused.Why}";
        engine.Logger.LogWarning("Node {Node}: {Message}", engine.Options.NodeName, message);
        NodeEvents.Warn(engine, "PodsNotBounded", message);
    }
}
