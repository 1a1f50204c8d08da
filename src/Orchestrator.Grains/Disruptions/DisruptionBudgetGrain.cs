using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Policy.V1;
using Orchestrator.Grains.Objects;
using Orchestrator.Reconcilers.Disruptions;
using Orchestrator.Reconcilers.Lifecycle;
using Orchestrator.Storage;
using Orleans.Runtime;

namespace Orchestrator.Grains.Disruptions;

/// <summary>
/// Owns a PodDisruptionBudget: keeps its count, and grants evictions one after the other, each from a fresh count.
/// </summary>
internal sealed class DisruptionBudgetGrain(
    [PersistentState("object", ObjectGrainStorage.Name)] IPersistentState<ObjectState> stored, ClusterAccess cluster)
    : ControllerGrain(stored, cluster), IDisruptionBudgetGrain
{
    private const string Component = "controllermanager";

    // By name, the pod that an eviction was granted to: a replacement may have its name within the same second. Who
    // takes over from this activation goes by times.
    private readonly Dictionary<string, string> _granted = [];

    public async Task Grant(string pod, string uid, bool isTrial)
    {
        await Cluster.CatchUp();
        if (Current is not PodDisruptionBudget budget) return;
        var evicted = Covered(budget).FirstOrDefault(covered => covered.Metadata.Uid == uid);
        if (evicted is null || BudgetReconciler.IsExempt(evicted)) return;
        budget = budget with { Status = Count(budget).Status };
        // The answer to an earlier question may have been lost.
        if (budget.Status.DisruptedPods.ContainsKey(pod) || BudgetReconciler.IsNoLoss(evicted, budget)) return;
        var next = BudgetReconciler.Grant(budget, pod, Cluster.Now);
        if (isTrial) return;
        Explain(budget, "EvictionGranted",
            $"pod {pod} may go: {next.Status.CurrentHealthy} are healthy and {next.Status.DesiredHealthy} must be");
        _granted[pod] = uid;
        await CommitStatus(next);
    }

    protected override async Task<TimeSpan?> Reconcile(CancellationToken cancellation)
    {
        var budget = (PodDisruptionBudget)Existing();
        var plan = Count(budget);
        if (plan.Unmanaged.Count > 0)
        {
            Cluster.Events.Record(budget, "", "Warning", "UnmanagedPods",
                $"Pods selected by this PodDisruptionBudget were found to be unmanaged: {string.Join(", ", plan.Unmanaged)}."
                + " As a result, the status of the PDB cannot be calculated correctly: use a minAvailable that is a "
                + "number.", Component);
        }
        var next = budget with { Status = plan.Status };
        if (!ApiJson.AreSame(next, budget)) await CommitStatus(next);
        // Not before it is written: a count that is not, as of an eviction that is refused, leaves the name there.
        foreach (var name in _granted.Keys.Except(plan.Status.DisruptedPods.Keys).ToList()) _granted.Remove(name);
        return plan.LookAgainAfter;
    }

    private BudgetPlan Count(PodDisruptionBudget budget) =>
        BudgetReconciler.Reconcile(budget, Covered(budget), _granted, ScaleOf, Cluster.Now);

    private List<Pod> Covered(PodDisruptionBudget budget) =>
        [.. Cluster.Cache.All(Pod.Kind, Key.Namespace).Where(pod => BudgetReconciler.Covers(budget, pod))];

    // A Deployment keeps the pods of all its sets.
    private (string Uid, int Replicas)? ScaleOf(Pod pod) => ControllerOf(pod) switch
    {
        ReplicaSet set when ControllerOf(set) is Deployment deployment =>
            (deployment.Metadata.Uid ?? "", deployment.Spec.Replicas ?? 1),
        ReplicaSet set => (set.Metadata.Uid ?? "", set.Spec.Replicas ?? 1),
        StatefulSet set => (set.Metadata.Uid ?? "", set.Spec.Replicas ?? 1),
        ReplicationController controller => (controller.Metadata.Uid ?? "", controller.Spec.Replicas ?? 1),
        _ => null,
    };

    private ApiObject? ControllerOf(ApiObject obj) =>
        Owners.ControllerOf(obj) is { } owner && Owners.KeyOf(owner, Key.Namespace) is { } key
        && Cluster.Cache.Find(key)?.Object is { } found && found.Metadata.Uid == owner.Uid
            ? found : null;
}
