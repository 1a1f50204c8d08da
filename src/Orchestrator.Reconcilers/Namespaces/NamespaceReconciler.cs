using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Reconcilers.Lifecycle;

namespace Orchestrator.Reconcilers.Namespaces;

/// <summary>Furnishes a namespace while it lives, and empties it when it is deleted.</summary>
public static class NamespaceReconciler
{
    /// <summary>At most so many deletions a pass; the next pass goes on.</summary>
    public const int BurstMax = 500;

    /// <summary>The ConfigMap that lets pods trust the API server.</summary>
    public const string RootCaName = "kube-root-ca.crt";

    private const string RootCaDescription =
        "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the "
        + "internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of "
        + "Kubernetes clusters.";

    private static readonly TimeSpan EmptyingPeriod = TimeSpan.FromSeconds(5);

    /// <summary>One of the objects that every namespace has.</summary>
    public static bool IsFurnishing(ApiObject obj) =>
        obj is ServiceAccount { Metadata.Name: "default" } or ConfigMap { Metadata.Name: RootCaName };

    /// <summary>One look at a namespace.</summary>
    /// <param name="desired">The namespace as it is stored.</param>
    /// <param name="contents">All objects it holds, of any kind.</param>
    /// <param name="rootCa">The certificate of the cluster's authority, PEM; null when there is none to hand
    /// out.</param>
    /// <param name="now">The time of the pass.</param>
    /// <param name="failures">What went wrong with deletions of the last pass.</param>
    public static NamespacePlan Reconcile(
        Namespace desired, IReadOnlyList<ApiObject> contents, string? rootCa, DateTimeOffset now,
        IReadOnlyList<string>? failures = null) =>
        desired.Metadata.DeletionTimestamp is null
            ? Furnish(desired, contents, rootCa, now)
            : Empty(desired, contents, now, failures ?? []);

    private static NamespacePlan Furnish(
        Namespace desired, IReadOnlyList<ApiObject> contents, string? rootCa, DateTimeOffset now)
    {
        var actions = new List<NamespaceAction>();
        var name = desired.Metadata.Name ?? "";
        if (!contents.Any(obj => obj is ServiceAccount { Metadata.Name: "default" }))
        {
            actions.Add(new NamespaceAction.Create(
                new ServiceAccount { Metadata = new() { Name = "default", Namespace = name } }));
        }
        if (rootCa is not null)
        {
            var stored = contents.OfType<ConfigMap>().FirstOrDefault(map => map.Metadata.Name == RootCaName);
            var data = new Dictionary<string, string> { ["ca.crt"] = rootCa };
            if (stored is null) actions.Add(new NamespaceAction.Create(RootCa(name, data)));
            else if (stored.Data.Count != 1 || stored.Data.GetValueOrDefault("ca.crt") != rootCa)
            {
                actions.Add(new NamespaceAction.Update(
                    stored with { Data = data }, "it differs from the certificate of the cluster's authority"));
            }
        }
        var status = desired.Status.Phase == "Active" ? desired.Status : desired.Status with { Phase = "Active" };
        return new(actions, status, null, Reasons(desired, actions, now));
    }

    private static NamespacePlan Empty(
        Namespace desired, IReadOnlyList<ApiObject> contents, DateTimeOffset now, IReadOnlyList<string> failures)
    {
        var why = $"namespace {desired.Metadata.Name} is being deleted";
        List<NamespaceAction> actions =
        [
            .. contents.Where(obj => obj.Metadata.DeletionTimestamp is null)
                .Select(obj => (Key: KindRegistry.KeyOf(obj), obj.Metadata.Uid))
                .OrderBy(entry => entry.Key.ToString(), StringComparer.Ordinal)
                .Take(BurstMax)
                .Select(entry => new NamespaceAction.Delete(entry.Key, entry.Uid ?? "", why)),
        ];
        if (contents.Count == 0 && desired.Spec.Finalizers.Contains(Finalizers.Kubernetes))
        {
            actions.Add(new NamespaceAction.RemoveFinalizer(Finalizers.Kubernetes, "nothing is left in it"));
        }
        var status = NamespaceConditions.Terminating(desired.Status, contents, failures, now);
        var hasMore = contents.Count(obj => obj.Metadata.DeletionTimestamp is null) > BurstMax;
        TimeSpan? again = contents.Count == 0 ? null : hasMore ? TimeSpan.Zero : EmptyingPeriod;
        return new(actions, status, again, Reasons(desired, actions, now));
    }

    private static ConfigMap RootCa(string ns, IReadOnlyDictionary<string, string> data) => new()
    {
        Metadata = new()
        {
            Name = RootCaName,
            Namespace = ns,
            Annotations = new Dictionary<string, string> { ["kubernetes.io/description"] = RootCaDescription },
        },
        Data = data,
    };

    private static List<ReasonRecord> Reasons(
        Namespace desired, List<NamespaceAction> actions, DateTimeOffset now)
    {
        var subject = KindRegistry.KeyOf(desired).ToString();
        return [.. actions.Select(action => action switch
        {
            NamespaceAction.Create create => new ReasonRecord(now, desired.Metadata.Uid ?? "", subject, "Created",
                $"{KindRegistry.KeyOf(create.Object)}: every namespace has one"),
            NamespaceAction.Update update => new ReasonRecord(now, desired.Metadata.Uid ?? "", subject, "Updated",
                $"{KindRegistry.KeyOf(update.Object)}: {update.Why}"),
            NamespaceAction.Delete delete =>
                new ReasonRecord(now, delete.Uid, delete.Key.ToString(), "Deleted", delete.Why),
            NamespaceAction.RemoveFinalizer remove => new ReasonRecord(now, desired.Metadata.Uid ?? "", subject,
                "FinalizerRemoved", $"{remove.Finalizer}: {remove.Why}"),
            _ => throw new System.Diagnostics.UnreachableException($"no words for {action}"),
        })];
    }
}
