using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1.Validation;

/// <summary>What resources may be called: by containers, by quotas, and elsewhere.</summary>
internal static class ResourceNames
{
    public static readonly string[] Counted =
    [
        "pods", "resourcequotas", "services", "replicationcontrollers", "secrets", "configmaps",
        "persistentvolumeclaims", "services.nodeports", "services.loadbalancers",
    ];

    private static readonly string[] OfContainer = ["cpu", "memory", "ephemeral-storage"];

    private static readonly string[] OfQuota =
    [
        "cpu", "memory", "ephemeral-storage", "requests.cpu", "requests.memory", "requests.storage",
        "requests.ephemeral-storage", "limits.cpu", "limits.memory", "limits.ephemeral-storage", .. Counted,
    ];

    private static readonly string[] Elsewhere = ["storage", "requests.storage"];

    public static void Check(FieldErrors at, string name)
    {
        at.Invalid(name, NameRules.QualifiedName(name));
        if (name.Contains('/') || OfQuota.Contains(name) || Elsewhere.Contains(name) || IsHugePages(name)) return;
        at.Invalid(name, "must be a standard resource type or fully qualified");
    }

    public static void CheckOfContainer(FieldErrors at, string name)
    {
        Check(at, name);
        if (!name.Contains('/') && !OfContainer.Contains(name) && !IsHugePages(name))
            at.Invalid(name, "must be a standard resource for containers");
    }

    public static void CheckOfQuota(FieldErrors at, string name)
    {
        Check(at, name);
        if (!name.Contains('/') && !IsOfQuota(name)) at.Invalid(name, "must be a standard resource for quota");
    }

    /// <summary>One of the resources that Kubernetes itself has quotas for.</summary>
    public static bool IsOfQuota(string name) => OfQuota.Contains(name) || IsHugePages(name);

    private static bool IsHugePages(string name) =>
        HugePageSize.IsResource(name)
        || name.StartsWith("requests.hugepages-", StringComparison.Ordinal);
}
