using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Nodes.Docker;

/// <summary>What confines a container, and what it is given of the machine, in the engine's words. Pure.</summary>
internal static class ContainerConfinement
{
    private const long CpuPeriodMicros = 100_000;
    private static readonly string[] GpuAbilities = ["gpu"];

    public static IReadOnlyList<string> SecurityOptions(ContainerSpec spec)
    {
        var options = new List<string>();
        if (spec.NoNewPrivileges) options.Add("no-new-privileges");
        if (spec.Seccomp is { } seccomp) options.Add($"seccomp={seccomp}");
        if (spec.AppArmor is { } profile) options.Add($"apparmor={profile}");
        if (spec.SeLinux is { } labels)
        {
            AddLabel("user", labels.User);
            AddLabel("role", labels.Role);
            AddLabel("type", labels.Type);
            AddLabel("level", labels.Level);
        }
        return options;

        void AddLabel(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value)) options.Add($"label={name}:{value}");
        }
    }

    /// <summary>The vendor before the resource's domain names the engine's driver: nvidia.com/gpu → nvidia.</summary>
    public static IReadOnlyList<DeviceRequest>? DeviceRequests(ContainerSpec spec) => spec.Accelerators.Count == 0
        ? null
        : [.. spec.Accelerators.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new DeviceRequest
        {
            Driver = pair.Key.Split('.')[0], DeviceIds = pair.Value, Capabilities = [GpuAbilities],
        })];

    /// <summary>The change of a share; what is 0 stays as it is.</summary>
    public static UpdateContainer ToEngine(ContainerLimits limits) => new()
    {
        CpuShares = limits.CpuShares,
        CpuPeriod = limits.CpuQuotaMicros > 0 ? CpuPeriodMicros : 0,
        CpuQuota = limits.CpuQuotaMicros,
        Memory = limits.MemoryBytes,
        // Equal to the limit means no swap.
        MemorySwap = limits.MemoryBytes,
    };
}
