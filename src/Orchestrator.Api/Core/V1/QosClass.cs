using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1;

/// <summary>
/// The quality-of-service class of a pod, fixed at creation from requests and limits of cpu and memory.
/// </summary>
public static class QosClass
{
    public const string Guaranteed = "Guaranteed";
    public const string Burstable = "Burstable";
    public const string BestEffort = "BestEffort";

    private static readonly string[] Counted = ["cpu", "memory"];

    /// <summary>
    /// Guaranteed when every container, init containers too, limits cpu and memory and requests exactly that;
    /// BestEffort when none says anything; else Burstable. Where the pod says what it has as a whole, only that counts.
    /// </summary>
    public static string Of(PodSpec spec)
    {
        List<ResourceRequirements> containers = PodResources.IsSetFor(spec)
            ? [spec.Resources!]
            : [.. spec.Containers.Concat(spec.InitContainers).Select(c => c.Resources ?? new())];
        if (!containers.Any(c => Counted.Any(name => IsPositive(c.Requests, name) || IsPositive(c.Limits, name))))
        {
            return BestEffort;
        }
        return containers.All(IsGuaranteed) ? Guaranteed : Burstable;
    }

    private static bool IsGuaranteed(ResourceRequirements resources) => Counted.All(name =>
        IsPositive(resources.Limits, name)
        && (!resources.Requests.TryGetValue(name, out var request) || request == resources.Limits[name]));

    private static bool IsPositive(IReadOnlyDictionary<string, Quantity> amounts, string name) =>
        amounts.TryGetValue(name, out var amount) && amount > Quantity.Zero;
}
