using Orchestrator.Api.Core.V1;

namespace Orchestrator.Nodes;

/// <summary>All an engine must know to make one container.</summary>
public sealed record ContainerSpec
{
    /// <summary>The name of the profile that confines nothing.</summary>
    public const string Unconfined = "unconfined";

    /// <summary><c>k8s_&lt;container&gt;_&lt;pod&gt;_&lt;namespace&gt;_&lt;uid&gt;_&lt;attempt&gt;</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Image reference or id; must be there.</summary>
    public required string Image { get; init; }

    /// <summary>Identity.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>Replaces ENTRYPOINT when not empty; then the image's CMD is dropped too.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>Replaces CMD when not empty.</summary>
    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary>NAME=value.</summary>
    public IReadOnlyList<string> Env { get; init; } = [];

    /// <summary>Working directory; null is the image's.</summary>
    public string? WorkingDir { get; init; }

    /// <summary>
    /// Host name of an infra container, or of one that joins an infra container that was made with another one: only
    /// where the engine can do that (<see cref="RuntimeDescription.NamesJoinedHosts"/>).
    /// </summary>
    public string? Hostname { get; init; }

    /// <summary>The container whose network and IPC are joined; null for the infra container itself.</summary>
    public string? JoinsSandbox { get; init; }

    /// <summary>Joins the PID namespace of the sandbox too.</summary>
    public bool SharesPid { get; init; }

    /// <summary>
    /// The running container whose PID namespace is joined; null for one of its own, or for that which the pod shares.
    /// </summary>
    public string? JoinsPidOf { get; init; }

    /// <summary>Uses the network, PID or IPC of the machine.</summary>
    public bool HostNetwork { get; init; }

    /// <summary>Uses the PIDs of the machine.</summary>
    public bool HostPid { get; init; }

    /// <summary>Uses the IPC of the machine.</summary>
    public bool HostIpc { get; init; }

    /// <summary>Directories or files of the machine, seen inside.</summary>
    public IReadOnlyList<ContainerMount> Mounts { get; init; } = [];

    /// <summary>Memory file systems: path → size in bytes, 0 for no limit.</summary>
    public IReadOnlyDictionary<string, long> Tmpfs { get; init; } = new Dictionary<string, long>();

    /// <summary>Relative weight, 2–262144; 0 leaves the default.</summary>
    public long CpuShares { get; init; }

    /// <summary>Microseconds of processor time per 100 ms; 0 is no limit.</summary>
    public long CpuQuotaMicros { get; init; }

    /// <summary>Memory limit; 0 is none.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>How readily the kernel kills it; left out with a warning where the machine refuses it.</summary>
    public int? OomScoreAdj { get; init; }

    /// <summary><c>uid[:gid]</c> or null for the image's.</summary>
    public string? User { get; init; }

    /// <summary>Supplementary groups.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>Capabilities added, without CAP_.</summary>
    public IReadOnlyList<string> AddCapabilities { get; init; } = [];

    /// <summary>Capabilities dropped, without CAP_.</summary>
    public IReadOnlyList<string> DropCapabilities { get; init; } = [];

    /// <summary>All capabilities and devices.</summary>
    public bool Privileged { get; init; }

    /// <summary>The root file system cannot be written.</summary>
    public bool ReadOnlyRoot { get; init; }

    /// <summary>No process may gain privileges.</summary>
    public bool NoNewPrivileges { get; init; }

    /// <summary>
    /// System calls it may use: null for the engine's own profile, <see cref="Unconfined"/>, or a profile in JSON.
    /// </summary>
    public string? Seccomp { get; init; }

    /// <summary>
    /// AppArmor profile: null for the engine's own, <see cref="Unconfined"/>, or a name the machine knows.
    /// </summary>
    public string? AppArmor { get; init; }

    /// <summary>SELinux labels; the engine passes over them where the machine has none.</summary>
    public SELinuxOptions? SeLinux { get; init; }

    /// <summary>Sees all of /proc.</summary>
    public bool UnmasksProc { get; init; }

    /// <summary>Processes it may have at a time; 0 is no limit.</summary>
    public long PidsMax { get; init; }

    /// <summary>The group of its pod (<see cref="IPodCgroups"/>); null for the engine's own.</summary>
    public string? CgroupParent { get; init; }

    /// <summary>Limits of each process; the engine's where nothing is said.</summary>
    public IReadOnlyList<ContainerUlimit> Ulimits { get; init; } = [];

    /// <summary>Name the engine has for what runs the container; null for its default.</summary>
    public string? Runtime { get; init; }

    /// <summary>Device files of the machine, seen inside under the same path.</summary>
    public IReadOnlyList<string> Devices { get; init; } = [];

    /// <summary>Accelerators by the name of their resource: <c>nvidia.com/gpu</c> → <c>0</c>, <c>1</c>.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Accelerators { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Kernel parameters of the sandbox.</summary>
    public IReadOnlyDictionary<string, string> Sysctls { get; init; } = new Dictionary<string, string>();

    /// <summary>Standard input stays open.</summary>
    public bool Stdin { get; init; }

    /// <summary>Standard input ends when the first who attached to it is done.</summary>
    public bool StdinOnce { get; init; }

    /// <summary>Has a terminal.</summary>
    public bool Tty { get; init; }

    /// <summary>Signal that asks it to stop; null is the image's.</summary>
    public string? StopSignal { get; init; }
}

/// <summary>A directory or file of the engine's machine, or a volume of the engine, seen inside a container.</summary>
public sealed record ContainerMount(string Source, string Target, bool IsReadOnly, string? Propagation = null)
{
    /// <summary>The source is the name of a volume.</summary>
    public bool IsVolume { get; init; }
}
