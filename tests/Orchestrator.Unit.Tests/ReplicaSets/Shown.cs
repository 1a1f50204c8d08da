using Orchestrator.Reconcilers.ReplicaSets;

namespace Orchestrator.Unit.Tests.ReplicaSets;

/// <summary>
/// Actions as text: <c>+0</c> creates slot 0, <c>-a</c> deletes a, <c>?a</c> adopts it, <c>!a</c> releases it.
/// </summary>
internal static class Shown
{
    public static string As(IEnumerable<PodAction> actions) => string.Join(' ', actions.Select(action => action switch
    {
        PodAction.Create create => $"+{create.Slot}",
        PodAction.Delete delete => $"-{delete.Name}",
        PodAction.Adopt adopt => $"?{adopt.Name}",
        PodAction.Release release => $"!{release.Name}",
        _ => action.ToString(),
    }));
}
