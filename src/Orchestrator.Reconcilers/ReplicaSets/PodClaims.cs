using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Reconcilers.Lifecycle;

namespace Orchestrator.Reconcilers.ReplicaSets;

/// <summary>Which of the observed pods are the controller's, which it takes in and which it lets go.</summary>
/// <param name="Active">Active pods that are, or are about to be, the controller's; ordered by name.</param>
/// <param name="Actions">Adoptions and releases.</param>
internal sealed record PodClaims(IReadOnlyList<Pod> Active, IReadOnlyList<PodAction> Actions)
{
    public static PodClaims Of(ApiObject controller, LabelSelector selector, IReadOnlyList<Pod> observed)
    {
        var active = new List<Pod>(observed.Count);
        var actions = new List<PodAction>();
        var isLeaving = controller.Metadata.DeletionTimestamp is not null;
        foreach (var pod in Ordered(observed))
        {
            if (!PodFacts.IsActive(pod) || pod.Metadata.Namespace != controller.Metadata.Namespace) continue;
            var (name, uid) = (pod.Metadata.Name ?? "", pod.Metadata.Uid ?? "");
            var matches = Selectors.Matches(selector, pod.Metadata.Labels);
            switch (Owners.ControllerOf(pod))
            {
                case { } owner when owner.Uid != controller.Metadata.Uid:
                    break;
                case not null when matches:
                    active.Add(pod);
                    break;
                case not null when !isLeaving:
                    actions.Add(new PodAction.Release(name, uid, "its labels no longer match the selector"));
                    break;
                case null when matches && !isLeaving:
                    active.Add(pod);
                    actions.Add(new PodAction.Adopt(name, uid));
                    break;
                default:
                    break;
            }
        }
        return new(active, actions);
    }

    // They come from indexes that are in order, and mostly from one.
    private static IReadOnlyList<Pod> Ordered(IReadOnlyList<Pod> pods)
    {
        for (var i = 1; i < pods.Count; i++)
        {
            if (string.CompareOrdinal(pods[i - 1].Metadata.Name, pods[i].Metadata.Name) <= 0) continue;
            return [.. pods.OrderBy(pod => pod.Metadata.Name, StringComparer.Ordinal)];
        }
        return pods;
    }
}
