using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Reconcilers.Pods;

/// <summary>How large an emptyDir may become, and what a pod says that has filled one beyond that.</summary>
public static class EmptyDirSizes
{
    /// <summary>The volumes whose size is watched.</summary>
    public static IEnumerable<Volume> Limited(PodSpec spec) =>
        spec.Volumes.Where(volume => volume.EmptyDir?.SizeLimit is { } limit && limit > Quantity.Zero);

    /// <summary>The bytes that a volume in memory gets: the least of its own limit, that of the pod, and what the node
    /// has to give; 0 when none of them is known.</summary>
    public static long InMemory(PodSpec spec, Volume volume, Quantity allocatable)
    {
        Quantity[] bounds = [allocatable, MemoryLimit(spec), volume.EmptyDir?.SizeLimit ?? Quantity.Zero];
        return bounds.Where(bound => bound > Quantity.Zero).Select(bound => bound.Value).DefaultIfEmpty(0).Min();
    }

    /// <summary>Why the node puts the pod out, in the words of the reference; null while it keeps to its
    /// limits.</summary>
    /// <param name="spec">The pod.</param>
    /// <param name="bytes">What its volumes hold, by their names.</param>
    public static string? Excess(PodSpec spec, IReadOnlyDictionary<string, long> bytes) =>
        Limited(spec).FirstOrDefault(volume =>
            bytes.TryGetValue(volume.Name, out var held) && held > volume.EmptyDir!.SizeLimit!.Value.Value)
            is { } full
            ? $"Usage of EmptyDir volume \"{full.Name}\" exceeds the limit \"{full.EmptyDir!.SizeLimit}\". "
            : null;

    // A pod has a limit when each of its containers has one: those that run side by side add up.
    private static Quantity MemoryLimit(PodSpec spec)
    {
        if (spec.Resources?.Limits.TryGetValue("memory", out var whole) == true) return whole;
        var sidecars = spec.InitContainers.Where(init => init.RestartPolicy == "Always").ToList();
        var together = spec.Containers.Concat(sidecars).Select(LimitOf).ToList();
        if (together.Count == 0 || together.Any(limit => limit == 0)) return Quantity.Zero;
        var inits = spec.InitContainers.Except(sidecars).Select(LimitOf);
        return Quantity.FromBytes(inits.Append(together.Sum()).Max());
    }

    private static long LimitOf(Container container) =>
        container.Resources?.Limits.GetValueOrDefault("memory").Value ?? 0;
}
