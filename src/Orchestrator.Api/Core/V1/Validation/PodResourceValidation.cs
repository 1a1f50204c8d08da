using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1.Validation;

/// <summary>What holds for the resources of a pod as a whole. The sentences are the reference's.</summary>
internal static class PodResourceValidation
{
    public static void Check(FieldErrors at, PodSpec spec)
    {
        if (spec.Resources is not { } whole) return;
        if (spec.Os?.Name == "windows") at.Forbidden("may not be set for a windows pod");
        if (whole.Claims.Count > 0) at["claims"].Forbidden("claims cannot be set for Resources at pod-level");
        CheckAmounts(at["limits"], whole.Limits);
        CheckAmounts(at["requests"], whole.Requests);
        ResourceValidation.CheckPairs(at, whole);
        CheckSums(at, spec, whole);
        // Those of init containers are not compared: the pod's own bounds them once they run.
        for (var i = 0; i < spec.Containers.Count; i++) CheckContainer(at["containers"][i], spec.Containers[i], whole);
    }

    private static void CheckAmounts(FieldErrors at, IReadOnlyDictionary<string, Quantity> amounts)
    {
        ResourceValidation.CheckAmounts(at, amounts);
        foreach (var name in amounts.Keys.Where(name => !PodResources.IsOfPods(name)))
            at.Key(name).NotSupported(name, "cpu", "hugepages-", "memory");
    }

    private static void CheckSums(FieldErrors at, PodSpec spec, ResourceRequirements whole)
    {
        foreach (var (name, sum) in PodResources.RequestsOfContainers(spec))
        {
            if (whole.Requests.TryGetValue(name, out var request) && request < sum)
            {
                at["requests"].Key(name).Invalid(
                    $"{request}", $"must be greater than or equal to aggregate container requests of {sum}");
            }
        }
        // Of what can be overcommitted all containers together may have limits beyond that of the pod.
        foreach (var (name, sum) in PodResources.LimitsOfContainers(spec))
        {
            if (HugePageSize.IsResource(name) && whole.Limits.TryGetValue(name, out var limit) && limit < sum)
            {
                at["limits"].Key(name).Invalid(
                    $"{limit}", $"must be greater than or equal to aggregate container limits of {sum}");
            }
        }
    }

    private static void CheckContainer(FieldErrors at, Container container, ResourceRequirements whole)
    {
        foreach (var (name, limit) in container.Resources?.Limits ?? Map<Quantity>.Empty)
        {
            if (whole.Limits.TryGetValue(name, out var most) && limit > most)
                at.Key(name)["limits"].Invalid($"{limit}", $"must be less than or equal to pod limits of {most}");
        }
    }
}
