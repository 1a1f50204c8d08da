using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Nodes.Pods;

/// <summary>What a node says of itself. Pure but for the size of the disk.</summary>
public static class NodeStatuses
{
    private static readonly (string Type, string Reason, string Message)[] Pressures =
    [
        ("MemoryPressure", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
        ("DiskPressure", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
        ("PIDPressure", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
    ];

    /// <summary>Capacity, addresses and names; with no description the old ones stay.</summary>
    public static NodeStatus Describe(NodeStatus old, RuntimeDescription? engine, NodeAgentOptions options)
    {
        IReadOnlyList<NodeAddress> addresses =
        [
            new() { Type = "InternalIP", Address = options.HostIP },
            new() { Type = "Hostname", Address = options.NodeName },
        ];
        if (engine is null) return old with { Addresses = addresses, NodeInfo = old.NodeInfo ?? Names(null, options) };
        var storage = Storage(options);
        return old with
        {
            Capacity = Amounts(engine, engine.Cpus * 1000L, engine.MemoryBytes, storage, options),
            // Memory in huge pages is no use for anything else.
            Allocatable = Amounts(
                engine, Math.Max(0, (engine.Cpus * 1000L) - options.ReservedCpuMilli),
                Math.Max(0, engine.MemoryBytes - options.ReservedMemoryBytes - engine.HugePages.Values.Sum()), storage,
                options),
            Addresses = addresses,
            NodeInfo = Names(engine, options),
            DaemonEndpoints = old.DaemonEndpoints ?? new NodeDaemonEndpoints { KubeletEndpoint = new DaemonEndpoint() },
        };
    }

    /// <summary>All conditions; times of transition change only with the status.</summary>
    public static NodeStatus WithReady(NodeStatus old, bool isReady, string reason, string message, DateTimeOffset now)
    {
        List<NodeCondition> next =
        [
            .. Pressures.Select(pressure => Condition(pressure.Type, "False", pressure.Reason, pressure.Message)),
            Condition("Ready", isReady ? "True" : "False", reason, message),
        ];
        return old with
        {
            Conditions = [.. next.Select(
                condition => condition with { LastHeartbeatTime = now, LastTransitionTime = Since(condition) })],
        };

        DateTimeOffset Since(NodeCondition condition) =>
            old.Conditions.FirstOrDefault(before => before.Type == condition.Type && before.Status == condition.Status)
                ?.LastTransitionTime ?? now;
    }

    /// <summary>One condition more.</summary>
    public static NodeStatus With(NodeStatus next, NodeStatus old, NodeCondition more, DateTimeOffset now)
    {
        var before = old.Conditions.FirstOrDefault(known => known.Type == more.Type && known.Status == more.Status);
        return next with
        {
            Conditions =
            [
                .. next.Conditions,
                more with { LastHeartbeatTime = now, LastTransitionTime = before?.LastTransitionTime ?? now },
            ],
        };
    }

    private static NodeCondition Condition(string type, string status, string reason, string message) =>
        new() { Type = type, Status = status, Reason = reason, Message = message };

    private static Dictionary<string, Quantity> Amounts(
        RuntimeDescription engine, long cpuMilli, long memory, long storage, NodeAgentOptions options)
    {
        var amounts = new Dictionary<string, Quantity>
        {
            ["cpu"] = Quantity.FromMilli(cpuMilli),
            ["ephemeral-storage"] = Quantity.FromBytes(storage),
            ["memory"] = Quantity.FromBytes(memory),
            ["pods"] = Quantity.FromUnits(options.PodsMax),
        };
        foreach (var (page, bytes) in engine.HugePages)
            amounts[HugePageSize.ResourceOf(page)] = Quantity.FromBytes(bytes);
        foreach (var same in options.Policy.Devices.GroupBy(device => device.Resource))
            amounts[same.Key] = Quantity.FromUnits(same.Sum(device => device.Count));
        return amounts;
    }

    private static NodeSystemInfo Names(RuntimeDescription? engine, NodeAgentOptions options) => new()
    {
        MachineID = engine?.MachineId ?? "",
        SystemUUID = engine?.MachineId ?? "",
        BootID = engine?.MachineId ?? "",
        KernelVersion = engine?.KernelVersion ?? "",
        OsImage = engine?.OsImage ?? "",
        ContainerRuntimeVersion = engine?.Name ?? "",
        KubeletVersion = options.KubeletVersion,
        KubeProxyVersion = options.KubeletVersion,
        OperatingSystem = engine?.OperatingSystem is { Length: > 0 } system ? system : "linux",
        Architecture = engine?.Architecture ?? "",
    };

    private static long Storage(NodeAgentOptions options)
    {
        if (options.EphemeralStorageBytes > 0) return options.EphemeralStorageBytes;
        if (options.DataDirectory is not { } path) return 0;
        Directory.CreateDirectory(path);
        return new DriveInfo(Path.GetFullPath(path)).TotalSize;
    }
}
