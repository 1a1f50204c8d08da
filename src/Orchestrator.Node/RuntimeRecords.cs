using System.Collections.ObjectModel;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Nodes;

/// <summary>What the engine and its machine are.</summary>
/// <param name="Name">Engine and version as a node reports it: <c>docker://20.10.24</c>.</param>
/// <param name="Cpus">Logical processors.</param>
/// <param name="MemoryBytes">Total memory.</param>
public sealed record RuntimeDescription(
    string Name, string MachineId, string OperatingSystem, string OsImage, string KernelVersion, string Architecture,
    int Cpus, long MemoryBytes, IReadOnlyList<string> Warnings)
{
    /// <summary>The machine enforces AppArmor profiles.</summary>
    public bool HasAppArmor { get; init; }

    /// <summary>
    /// A container that joins a sandbox may have another host name than the sandbox was made with.
    /// </summary>
    public bool NamesJoinedHosts { get; init; }

    /// <summary>
    /// Memory that the machine keeps in pages larger than usual, in bytes by the bytes of a page; sizes that it could
    /// keep and does not are there with 0.
    /// </summary>
    public IReadOnlyDictionary<long, long> HugePages { get; init; } = ReadOnlyDictionary<long, long>.Empty;
}

/// <summary>Where a container stands.</summary>
public enum ContainerPhase
{
    /// <summary>Made, never started.</summary>
    Created,

    /// <summary>Running.</summary>
    Running,

    /// <summary>Ended; its exit code stands.</summary>
    Exited,

    /// <summary>The engine cannot say.</summary>
    Unknown,
}

/// <summary>One container as the engine sees it. A list leaves the members below unset.</summary>
public sealed record ContainerSnapshot(
    string Id, string Name, ContainerPhase Phase, IReadOnlyDictionary<string, string> Labels, string Image,
    string ImageId, DateTimeOffset CreatedAt)
{
    /// <summary>When it last started.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Exit code; 128 + n after signal n.</summary>
    public int ExitCode { get; init; }

    /// <summary>The kernel killed it for want of memory.</summary>
    public bool IsOomKilled { get; init; }

    /// <summary>Its share of the machine.</summary>
    public ContainerLimits? Limits { get; init; }

    /// <summary>The signal that asks it to end, where its image or spec names one.</summary>
    public string? StopSignal { get; init; }

    /// <summary>Its own address, when it has a network of its own.</summary>
    public string? IpAddress { get; init; }

    /// <summary>Why it could not start, in the engine's words.</summary>
    public string? Error { get; init; }
}

/// <summary>What a container has written beside its volumes.</summary>
/// <param name="LayerBytes">Into its own file system.</param>
/// <param name="LogBytes">What is kept of its output; null when that cannot be seen from here.</param>
public sealed record ContainerSize(long LayerBytes, long? LogBytes)
{
    /// <summary>All of it that is known.</summary>
    public long Bytes => LayerBytes + (LogBytes ?? 0);
}

/// <summary>An image the engine has.</summary>
/// <param name="Id"><c>sha256:…</c>.</param>
/// <param name="RepoDigest"><c>name@sha256:…</c> when it came from a registry.</param>
public sealed record RuntimeImage(string Id, string? RepoDigest, string? User, long SizeBytes)
{
    /// <summary>
    /// The name the engine knows it by, when it does not know the one that was asked for: a digest may have come from a
    /// mirror, and the engine gives no second name to a digest.
    /// </summary>
    public string? KnownAs { get; init; }
}

/// <summary>What happened to a container.</summary>
public enum RuntimeEventType
{
    /// <summary>It runs.</summary>
    Started,

    /// <summary>It ended.</summary>
    Died,

    /// <summary>The kernel killed a process of it for want of memory.</summary>
    OutOfMemory,

    /// <summary>It was removed.</summary>
    Removed,
}

/// <summary>One event, with the container's labels, so that the pod is known without asking.</summary>
public sealed record RuntimeEvent(
    RuntimeEventType Type, string ContainerId, DateTimeOffset Time, IReadOnlyDictionary<string, string> Labels);

/// <summary>Which part of the output is wanted.</summary>
/// <param name="HasTerminal">Whether the container has a terminal; who knows saves a call.</param>
public sealed record LogQuery(
    bool Follow = false, long? TailLines = null, DateTimeOffset? Since = null, bool Timestamps = false,
    bool? HasTerminal = null);

/// <summary>Labels of every container we make: identity survives a wiped control plane.</summary>
public static class ContainerLabels
{
    /// <summary>Which cluster and node it belongs to; the value is chosen at configuration.</summary>
    public const string Node = "io.orchestrator.node";

    /// <summary>Namespace of the pod.</summary>
    public const string PodNamespace = "io.kubernetes.pod.namespace";

    /// <summary>Name of the pod.</summary>
    public const string PodName = "io.kubernetes.pod.name";

    /// <summary>UID of the pod.</summary>
    public const string PodUid = "io.kubernetes.pod.uid";

    /// <summary>Name of the container; <see cref="InfraContainer"/> for the infra one.</summary>
    public const string ContainerName = "io.kubernetes.container.name";

    /// <summary><c>infra</c>, <c>init</c>, <c>container</c>.</summary>
    public const string Role = "io.orchestrator.role";

    /// <summary>Restart count at creation: 0, 1, 2 …</summary>
    public const string Attempt = "io.kubernetes.container.restartCount";

    /// <summary>Hash of the container's spec, to see that it changed.</summary>
    public const string SpecHash = "io.kubernetes.container.hash";

    /// <summary>The name of the infra container of a pod.</summary>
    public const string InfraContainer = "POD";
}
