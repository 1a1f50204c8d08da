using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Policy.V1;
using Orchestrator.Api.Selectors;
using Orchestrator.Reconcilers.ReplicaSets;

namespace Orchestrator.Reconcilers.Disruptions;

/// <summary>
/// Counts how many pods of a PodDisruptionBudget may be evicted. Percentages round up, of what is wanted as of what may
/// be missing. A pod whose eviction was granted counts as gone until it is, or until two minutes have passed.
/// </summary>
public static class BudgetReconciler
{
    private const string Allowed = "DisruptionAllowed";
    private static readonly TimeSpan EvictionMax = TimeSpan.FromMinutes(2);

    /// <summary>The budget speaks of the pod: an empty selector of all, none at all of nothing.</summary>
    public static bool Covers(PodDisruptionBudget budget, Pod pod)
    {
        ArgumentNullException.ThrowIfNull(budget);
        ArgumentNullException.ThrowIfNull(pod);
        return budget.Metadata.Namespace == pod.Metadata.Namespace
            && budget.Spec.Selector is { } selector && LabelSelectors.Matches(selector, pod.Metadata.Labels);
    }

    /// <summary>One pass.</summary>
    /// <param name="budget">The budget.</param>
    /// <param name="pods">The pods it covers.</param>
    /// <param name="grantedTo">The UID of the pod that an eviction was granted to, by name, where known.</param>
    /// <param name="scaleOf">The controller of a pod, by UID, and how many it keeps; null when none is known.</param>
    /// <param name="now">The time.</param>
    public static BudgetPlan Reconcile(
        PodDisruptionBudget budget, IReadOnlyList<Pod> pods, IReadOnlyDictionary<string, string> grantedTo,
        Func<Pod, (string Uid, int Replicas)?> scaleOf, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(budget);
        ArgumentNullException.ThrowIfNull(pods);
        var scales = pods.Select(pod => (pod.Metadata.Name, Scale: scaleOf(pod))).ToList();
        var kept = scales.Where(pod => pod.Scale is not null).Select(pod => pod.Scale!.Value).Distinct()
            .Sum(scale => scale.Replicas);
        var (expected, desired) = Expected(budget.Spec, pods.Count, kept);
        var disrupted = Granted(budget.Status, pods, grantedTo, now);
        var healthy = pods.Count(pod => IsHealthy(pod) && !disrupted.ContainsKey(pod.Metadata.Name ?? ""));
        var allowed = expected <= 0 ? 0 : Math.Max(healthy - desired, 0);
        var status = new PodDisruptionBudgetStatus
        {
            ObservedGeneration = budget.Metadata.Generation,
            DisruptedPods = disrupted,
            DisruptionsAllowed = allowed,
            CurrentHealthy = healthy,
            DesiredHealthy = desired,
            ExpectedPods = expected,
            Conditions = Conditions(budget, allowed, now),
        };
        return new(status, CountsByController(budget.Spec) ? [.. Unmanaged(scales)] : [],
            disrupted.Count == 0 ? null : disrupted.Values.Min() + EvictionMax - now);
    }

    /// <summary>The budget with one eviction granted, counted against it at once.</summary>
    /// <param name="budget">The budget, its status fresh.</param>
    /// <param name="pod">The pod's name.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="ApiException">429: too few of its pods are healthy.</exception>
    public static PodDisruptionBudget Grant(PodDisruptionBudget budget, string pod, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(budget);
        var status = budget.Status;
        if (status.DisruptionsAllowed <= 0) throw TooFew(budget);
        var allowed = status.DisruptionsAllowed - 1;
        return budget with
        {
            Status = status with
            {
                DisruptionsAllowed = allowed,
                DisruptedPods = new SortedDictionary<string, DateTimeOffset>(
                    status.DisruptedPods.ToDictionary(), StringComparer.Ordinal)
                { [pod] = now },
                Conditions = Conditions(budget, allowed, now),
            },
        };
    }

    /// <summary>Whether a pod may go without being counted: it is no loss.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="budget">The budget that covers it, its status fresh.</param>
    public static bool IsNoLoss(Pod pod, PodDisruptionBudget budget)
    {
        ArgumentNullException.ThrowIfNull(pod);
        ArgumentNullException.ThrowIfNull(budget);
        if (PodFacts.IsReady(pod)) return false;
        var status = budget.Status;
        return budget.Spec.UnhealthyPodEvictionPolicy == "AlwaysAllow"
            || (status.CurrentHealthy >= status.DesiredHealthy && status.DesiredHealthy > 0);
    }

    /// <summary>No budget is asked for a pod that serves nobody: not yet, or not any more.</summary>
    public static bool IsExempt(Pod pod)
    {
        ArgumentNullException.ThrowIfNull(pod);
        return PodFacts.IsFinished(pod) || PodFacts.IsTerminating(pod) || pod.Status.Phase == "Pending";
    }

    private static ApiException TooFew(PodDisruptionBudget budget)
    {
        var (name, status) = (budget.Metadata.Name, budget.Status);
        return new(429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.",
            new StatusDetails(null, null, null, [new("DisruptionBudget",
                $"The disruption budget {name} needs {status.DesiredHealthy} healthy pods and has "
                + $"{status.CurrentHealthy} currently")]));
    }

    private static bool CountsByController(PodDisruptionBudgetSpec spec) =>
        spec.MaxUnavailable is not null || spec.MinAvailable?.Text is not null;

    private static (int Expected, int Desired) Expected(PodDisruptionBudgetSpec spec, int seen, int kept)
    {
        if (spec.MaxUnavailable is { } most)
            return (kept, Math.Max(kept - (most.Of(kept, roundUp: true) ?? 0), 0));
        if (spec.MinAvailable is { Text: not null } share) return (kept, share.Of(kept, roundUp: true) ?? 0);
        return (seen, spec.MinAvailable?.Number ?? 0);
    }

    private static bool IsHealthy(Pod pod) => !PodFacts.IsTerminating(pod) && PodFacts.IsReady(pod);

    private static SortedDictionary<string, DateTimeOffset> Granted(
        PodDisruptionBudgetStatus status, IReadOnlyList<Pod> pods, IReadOnlyDictionary<string, string> grantedTo,
        DateTimeOffset now)
    {
        var granted = new SortedDictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var pod in pods.Where(pod => !PodFacts.IsTerminating(pod)))
        {
            if (status.DisruptedPods.TryGetValue(pod.Metadata.Name ?? "", out var at) && at + EvictionMax > now
                && pod.Metadata.CreationTimestamp <= at
                && grantedTo.GetValueOrDefault(pod.Metadata.Name!, pod.Metadata.Uid ?? "") == pod.Metadata.Uid)
            {
                granted[pod.Metadata.Name!] = at;
            }
        }
        return granted;
    }

    private static IEnumerable<string> Unmanaged(IEnumerable<(string? Name, (string, int)? Scale)> scales) =>
        scales.Where(pod => pod.Scale is null).Select(pod => pod.Name ?? "");

    private static IReadOnlyList<Condition> Conditions(PodDisruptionBudget budget, int allowed, DateTimeOffset now)
    {
        var before = budget.Status.Conditions.FirstOrDefault(condition => condition.Type == Allowed);
        var (status, reason) = allowed > 0 ? ("True", "SufficientPods") : ("False", "InsufficientPods");
        var condition = new Condition
        {
            Type = Allowed,
            Status = status,
            Reason = reason,
            ObservedGeneration = budget.Metadata.Generation,
            LastTransitionTime = before?.Status == status ? before.LastTransitionTime : now,
        };
        return [.. budget.Status.Conditions.Where(other => other.Type != Allowed), condition];
    }
}
