using System.Collections.Frozen;

namespace Orchestrator.Api.Patching;

/// <summary>
/// The one table of merge keys, by record name and field. By name and not by type, so that a record of a kind that
/// is added later only needs its line here. A list that is not named is atomic.
/// </summary>
internal static class MergeRules
{
    private static readonly MergeRule ByType = Keyed("type");
    private static readonly MergeRule Set = new() { IsPrimitiveMerge = true, IsApplySet = true };
    private static readonly MergeRule ApplySet = new() { IsApplySet = true };
    private static readonly MergeRule ApplyAtomic = new() { IsApplyAtomic = true };

    private static readonly FrozenDictionary<string, MergeRule> Rules = new Dictionary<string, MergeRule>
    {
        ["ObjectMeta.ownerReferences"] = Keyed("uid"),
        ["ObjectMeta.finalizers"] = Set,
        ["PodSpec.containers"] = Keyed("name"),
        ["PodSpec.initContainers"] = Keyed("name"),
        ["PodSpec.ephemeralContainers"] = Keyed("name"),
        ["PodSpec.imagePullSecrets"] = Keyed("name"),
        ["PodSpec.schedulingGates"] = Keyed("name"),
        ["PodSpec.volumes"] = Keyed("name") with { RetainsKeys = true },
        ["PodSpec.resourceClaims"] = Keyed("name"),
        ["PodSpec.hostAliases"] = Keyed("ip"),
        ["PodSpec.topologySpreadConstraints"] = new()
        {
            MergeKey = "topologyKey",
            ApplyKeys = [new("topologyKey"), new("whenUnsatisfiable")],
        },
        ["PodSpec.nodeSelector"] = ApplyAtomic,
        ["Container.env"] = Keyed("name"),
        ["Container.ports"] = new()
        {
            MergeKey = "containerPort",
            ApplyKeys = [new("containerPort"), new("protocol", "TCP")],
        },
        ["Container.volumeMounts"] = Keyed("mountPath"),
        ["Container.volumeDevices"] = Keyed("devicePath"),
        ["ResourceRequirements.claims"] = new() { ApplyKeys = [new("name")] },
        ["PodStatus.podIPs"] = Keyed("ip"),
        ["PodStatus.hostIPs"] = new() { MergeKey = "ip" },
        ["PodStatus.resourceClaimStatuses"] = Keyed("name"),
        ["ContainerStatus.volumeMounts"] = Keyed("mountPath"),
        ["ContainerStatus.allocatedResourcesStatus"] = Keyed("name"),
        ["DeploymentSpec.strategy"] = new() { RetainsKeys = true },
        ["ServiceSpec.ports"] = new() { MergeKey = "port", ApplyKeys = [new("port"), new("protocol", "TCP")] },
        ["ServiceSpec.selector"] = ApplyAtomic,
        ["ReplicationControllerSpec.selector"] = ApplyAtomic,
        ["ServiceAccount.secrets"] = Keyed("name"),
        ["NodeStatus.addresses"] = ByType,
        ["NodeSpec.podCIDRs"] = Set,
        ["CSINodeSpec.drivers"] = Keyed("name"),
        ["MutatingWebhookConfiguration.webhooks"] = Keyed("name"),
        ["ValidatingWebhookConfiguration.webhooks"] = Keyed("name"),
        ["MutatingWebhook.matchConditions"] = Keyed("name"),
        ["ValidatingWebhook.matchConditions"] = Keyed("name"),
        ["JobStatus.conditions"] = new() { MergeKey = "type" },
        ["UncountedTerminatedPods.succeeded"] = ApplySet,
        ["UncountedTerminatedPods.failed"] = ApplySet,
        ["PodFailurePolicyOnExitCodesRequirement.values"] = ApplySet,
        ["RuntimeClassScheduling.nodeSelector"] = ApplyAtomic,
        ["PodDisruptionBudgetSpec.selector"] = new() { IsReplaced = true },
    }.ToFrozenDictionary();

    // Records that server-side apply owns as one value, wherever they stand.
    private static readonly FrozenSet<string> AtomicRecords = new[]
    {
        "LabelSelector", "OwnerReference", "ObjectReference", "LocalObjectReference", "TypedLocalObjectReference",
        "ObjectFieldSelector", "ResourceFieldSelector", "ConfigMapKeySelector", "SecretKeySelector", "RoleRef",
        "Subject", "NodeSelector", "NodeSelectorTerm", "SecretReference", "CrossVersionObjectReference",
        "ScopeSelector",
        "TopologySelectorTerm",
    }.ToFrozenSet();

    /// <summary>The rule of a field of a record.</summary>
    public static MergeRule Find(string record, string field)
    {
        // An ephemeral container is a container with one more field.
        if (record == "EphemeralContainer") record = "Container";
        if (Rules.TryGetValue($"{record}.{field}", out var rule)) return rule;
        return field == "conditions" && record.EndsWith("Status", StringComparison.Ordinal)
            ? ByType
            : MergeRule.Default;
    }

    /// <summary>Server-side apply owns records of this type as one value.</summary>
    public static bool IsApplyAtomic(Type record) => AtomicRecords.Contains(record.Name);

    private static MergeRule Keyed(string key) => new() { MergeKey = key, ApplyKeys = [new(key)] };
}
