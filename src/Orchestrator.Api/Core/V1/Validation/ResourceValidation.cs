using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1.Validation;

/// <summary>What holds for requests and limits.</summary>
internal static class ResourceValidation
{
    private static readonly string[] OfContainers = ["cpu", "memory", "ephemeral-storage"];

    private static readonly string[] OfElsewhere =
    [
        "pods", "services", "replicationcontrollers", "resourcequotas", "secrets", "configmaps",
        "persistentvolumeclaims",
        "storage", "requests.storage", "services.nodeports", "services.loadbalancers",
    ];

    public static void Check(FieldErrors at, ResourceRequirements? resources, PodSpec spec)
    {
        if (resources is null) return;
        CheckAmounts(at["limits"], resources.Limits);
        CheckAmounts(at["requests"], resources.Requests);
        CheckPairs(at, resources);
        CheckClaims(at["claims"], resources.Claims, spec);
    }

    /// <summary>What holds between requests and limits.</summary>
    public static void CheckPairs(FieldErrors at, ResourceRequirements resources)
    {
        foreach (var (name, request) in resources.Requests)
        {
            var mayDiffer = !HugePageSize.IsResource(name) && !IsExtended(name);
            if (!resources.Limits.TryGetValue(name, out var limit))
            {
                if (!mayDiffer) at["limits"].Required("Limit must be set for non overcommitable resources");
            }
            else if (!mayDiffer && request != limit)
            {
                at["requests"].Invalid($"{request}", $"must be equal to {name} limit of {limit}");
            }
            else if (request > limit)
            {
                at["requests"].Invalid($"{request}", $"must be less than or equal to {name} limit of {limit}");
            }
        }
        var names = resources.Limits.Keys.Concat(resources.Requests.Keys).ToList();
        if (names.Any(HugePageSize.IsResource) && !names.Contains("cpu") && !names.Contains("memory"))
        {
            at.Forbidden("HugePages require cpu or memory");
        }
    }

    /// <summary>Names and amounts of resources a container, or a pod's overhead, may have.</summary>
    public static void CheckAmounts(FieldErrors at, IReadOnlyDictionary<string, Quantity> amounts)
    {
        foreach (var (name, amount) in amounts)
        {
            CheckName(at.Key(name), name);
            CheckAmount(at.Key(name), name, amount);
            if (HugePageSize.IsResource(name) && !HugePageSize.IsWhole(name, amount))
                at.Key(name).Invalid($"{amount}", $"{amount} is not positive integer multiple of {name}");
        }
    }

    /// <summary>No amount is below zero; pods and the like come in whole numbers.</summary>
    public static void CheckAmount(FieldErrors at, string name, Quantity amount)
    {
        if (amount.IsNegative) at.Invalid($"{amount}", "must be greater than or equal to 0");
        var isCounted = name is "pods" || IsExtended(name);
        if (isCounted && amount.MilliValue % 1000 != 0) at.Invalid($"{amount}", "must be an integer");
    }

    private static void CheckName(FieldErrors at, string name)
    {
        at.Invalid(name, NameRules.QualifiedName(name));
        if (name.Contains('/'))
        {
            if (!IsNative(name) && !IsExtended(name))
                at.Invalid(name, "doesn't follow extended resource name standard");
            return;
        }
        if (OfContainers.Contains(name) || HugePageSize.IsResource(name)) return;
        if (!OfElsewhere.Contains(name)) at.Invalid(name, "must be a standard resource type or fully qualified");
        at.Invalid(name, "must be a standard resource for containers");
    }

    private static bool IsNative(string name) => !name.Contains('/') || name.Contains("kubernetes.io/");

    private static bool IsExtended(string name) =>
        !IsNative(name) && !name.StartsWith("requests.", StringComparison.Ordinal);

    private static void CheckClaims(FieldErrors at, IReadOnlyList<ResourceClaim> claims, PodSpec spec)
    {
        for (var i = 0; i < claims.Count; i++)
        {
            if (string.IsNullOrEmpty(claims[i].Name)) at[i].Required();
            else if (!spec.ResourceClaims.Any(claim => claim.Name == claims[i].Name)) at[i].NotFound(claims[i].Name);
        }
    }
}
