using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Reconcilers.ReplicaSets;

namespace Orchestrator.Reconcilers.Quotas;

/// <summary>What one object counts for, by the names that quotas give to resources.</summary>
public static class QuotaUsage
{
    private const string OfClass = ".storageclass.storage.k8s.io/";
    private const string ClassAnnotation = "volume.beta.kubernetes.io/storage-class";
    private static readonly Quantity One = Quantity.FromUnits(1);
    private static readonly string[] Computed = ["cpu", "memory", "ephemeral-storage"];

    /// <summary>Objects of that key count; those who tell of others do not.</summary>
    public static bool IsCounted(in ObjectKey key) => key is not { Group: "", Plural: "events" };

    /// <summary>The usage of an object.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="obj">The object.</param>
    /// <param name="isOverdue">A pod that should have ended: it holds no resources any more, but its name.</param>
    public static IReadOnlyDictionary<string, Quantity> Of(in ObjectKey key, ApiObject obj, bool isOverdue = false)
    {
        var resource = key.Group.Length == 0 ? key.Plural : $"{key.Plural}.{key.Group}";
        var usage = new Dictionary<string, Quantity>(StringComparer.Ordinal) { [$"count/{resource}"] = One };
        switch (obj)
        {
            case Pod pod:
                if (!isOverdue && !PodFacts.IsFinished(pod))
                    AddCompute(usage, PodResources.Requests(pod), PodResources.Limits(pod.Spec));
                break;
            case Service service:
                AddService(usage, service.Spec);
                break;
            case PersistentVolumeClaim claim:
                AddClaim(usage, claim);
                break;
            case ConfigMap or Secret or ReplicationController or ResourceQuota:
                usage[key.Plural] = One;
                break;
        }
        return usage;
    }

    /// <summary>The usage of one container, or of a pod as a whole, by which a quota sees what it has said.</summary>
    internal static IReadOnlyDictionary<string, Quantity> Of(ResourceRequirements? said)
    {
        var usage = new Dictionary<string, Quantity>(StringComparer.Ordinal);
        if (said is not null) AddCompute(usage, said.Requests, said.Limits);
        return usage;
    }

    /// <summary>When a pod that is being deleted holds its resources no longer, though it is still there.</summary>
    public static DateTimeOffset? OverdueAt(ApiObject obj) =>
        obj is Pod { Metadata: { DeletionTimestamp: { } due, DeletionGracePeriodSeconds: { } grace } }
            ? due.AddSeconds(grace)
            : null;

    /// <summary>The change may count. A write of a status mostly does not.</summary>
    public static bool MayDiffer(in ObjectKey key, ApiObject? before, ApiObject? after) => (before, after) switch
    {
        _ when !IsCounted(key) => false,
        (null, _) or (_, null) => true,
        (Pod old, Pod next) => !ReferenceEquals(old.Spec.Containers, next.Spec.Containers)
            || !ReferenceEquals(old.Spec.InitContainers, next.Spec.InitContainers)
            || old.Spec.ActiveDeadlineSeconds != next.Spec.ActiveDeadlineSeconds
            || PodFacts.IsFinished(old) != PodFacts.IsFinished(next)
            || OverdueAt(old) != OverdueAt(next),
        (Service old, Service next) => !ReferenceEquals(old.Spec, next.Spec),
        (PersistentVolumeClaim old, PersistentVolumeClaim next) => !ReferenceEquals(old.Spec, next.Spec)
            || !ReferenceEquals(old.Status.AllocatedResources, next.Status.AllocatedResources),
        (ResourceQuota old, ResourceQuota next) => !ReferenceEquals(old.Spec, next.Spec),
        _ => false,
    };

    /// <summary>The new state uses more of something than the old one.</summary>
    public static bool IsRaised(in ObjectKey key, ApiObject before, ApiObject after)
    {
        if (!MayDiffer(key, before, after)) return false;
        var (old, next) = (Of(key, before), Of(key, after));
        return next.Any(pair => pair.Value > old.GetValueOrDefault(pair.Key));
    }

    private static void AddCompute(
        Dictionary<string, Quantity> usage, IReadOnlyDictionary<string, Quantity> requests,
        IReadOnlyDictionary<string, Quantity> limits)
    {
        usage["pods"] = One;
        foreach (var (name, amount) in requests)
        {
            var isPlain = Computed.Contains(name) || HugePageSize.IsResource(name);
            if (isPlain) usage[name] = amount;
            if (isPlain || IsExtended(name)) usage[$"requests.{name}"] = amount;
        }
        foreach (var (name, amount) in limits)
        {
            if (Computed.Contains(name)) usage[$"limits.{name}"] = amount;
        }
    }

    private static void AddService(Dictionary<string, Quantity> usage, ServiceSpec spec)
    {
        usage["services"] = One;
        usage["services.loadbalancers"] = spec.Type == "LoadBalancer" ? One : Quantity.Zero;
        usage["services.nodeports"] = Quantity.FromUnits(spec.Type switch
        {
            "LoadBalancer" when spec.AllocateLoadBalancerNodePorts == false =>
                spec.Ports.Count(port => port.NodePort != 0),
            "LoadBalancer" or "NodePort" => spec.Ports.Count,
            _ => 0,
        });
    }

    private static void AddClaim(Dictionary<string, Quantity> usage, PersistentVolumeClaim claim)
    {
        var storageClass = claim.Metadata.Annotations.GetValueOrDefault(ClassAnnotation) is { Length: > 0 } named
            ? named
            : claim.Spec.StorageClassName ?? "";
        usage["persistentvolumeclaims"] = One;
        if (storageClass.Length > 0) usage[$"{storageClass}{OfClass}persistentvolumeclaims"] = One;
        if (claim.Spec.Resources?.Requests.TryGetValue("storage", out var storage) != true) return;
        // What was given for an expansion that failed is held until the storage says otherwise.
        var given = claim.Status.AllocatedResources.GetValueOrDefault("storage");
        if (given > storage) storage = given;
        usage["requests.storage"] = storage;
        if (storageClass.Length > 0) usage[$"{storageClass}{OfClass}requests.storage"] = storage;
    }

    private static bool IsExtended(string name) =>
        name.Contains('/') && !name.Contains("kubernetes.io/", StringComparison.Ordinal)
        && !name.StartsWith("requests.", StringComparison.Ordinal);
}
