using Orchestrator.Reconcilers.Probes;

namespace Orchestrator.Reconcilers.Pods;

/// <summary>
/// What a node sees of one pod at one moment. Holds facts only; what follows from them is the planner's.
/// </summary>
public sealed record PodObservation
{
    /// <summary>
    /// Key of the sandbox in <see cref="Operations"/> and <see cref="Troubles"/>; no container may be called so.
    /// </summary>
    public const string SandboxKey = "POD";

    /// <summary>Key of the volumes in <see cref="Operations"/> and <see cref="Troubles"/>.</summary>
    public const string VolumesKey = "VOLUMES";

    /// <summary>Infra containers, living and dead, in any order.</summary>
    public IReadOnlyList<SandboxObservation> Sandboxes { get; init; } = [];

    /// <summary>Containers of the pod, living and dead, in any order.</summary>
    public IReadOnlyList<ContainerAttempt> Attempts { get; init; } = [];

    /// <summary>What is under way, by container name; nothing else is begun for that name until it ends.</summary>
    public IReadOnlyDictionary<string, PodOperation> Operations { get; init; } = new Dictionary<string, PodOperation>();

    /// <summary>The last start that failed, by container name; gone once a start succeeds.</summary>
    public IReadOnlyDictionary<string, StartTrouble> Troubles { get; init; } = new Dictionary<string, StartTrouble>();

    /// <summary>What a pull under way has come to, by container name: a sentence for the user.</summary>
    public IReadOnlyDictionary<string, string> Pulls { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// What probes have come to, by the id of the attempt they looked at; nothing for those without probes.
    /// </summary>
    public IReadOnlyDictionary<string, ContainerHealth> Health { get; init; } =
        new Dictionary<string, ContainerHealth>();

    /// <summary>The volumes can be mounted.</summary>
    public bool AreVolumesReady { get; init; }

    /// <summary>Nothing of the volumes is left on the node.</summary>
    public bool AreVolumesGone { get; init; }

    /// <summary>What it takes of the node's disk, when it has limits there.</summary>
    public StorageUsage Storage { get; init; } = StorageUsage.None;

    /// <summary>Ids of containers, living and dead, that the status names which the cluster was told last.</summary>
    public IReadOnlySet<string> Named { get; init; } = new HashSet<string>();

    /// <summary>The cluster has been told how the pod ended.</summary>
    public bool IsFinalStatusReported { get; init; }

    /// <summary>The cluster has been told that nothing of the pod runs any more, or need not be.</summary>
    public bool IsStopConfirmed { get; init; }

    /// <summary>When this node began to stop the pod. A node that restarts begins anew, with the full grace.</summary>
    public DateTimeOffset? StopBegan { get; init; }

    /// <summary>What the node has to give to this pod.</summary>
    public NodeSpace Space { get; init; } = NodeSpace.Unknown;

    /// <summary>What the node can and may do for it.</summary>
    public NodeAbilities Abilities { get; init; } = new();

    /// <summary>Containers that were stopped only to be started with other resources.</summary>
    public IReadOnlySet<string> StoppedForResize { get; init; } = new HashSet<string>();

    /// <summary>The shortest grace that was told since then; it never gets longer again.</summary>
    public long? StopGraceSeconds { get; init; }

    /// <summary>Ids of containers whose preStop hook has been begun; none is begun twice.</summary>
    public IReadOnlySet<string> PreStopsBegun { get; init; } = new HashSet<string>();

    /// <summary>How long the node waits between restarts.</summary>
    public CrashBackOffBounds CrashBounds { get; init; } = CrashBackOffBounds.Usual;

    /// <summary>Address of the machine.</summary>
    public string HostIP { get; init; } = "";

    /// <summary>What container ids are prefixed with: <c>docker</c>.</summary>
    public string Scheme { get; init; } = "docker";
}

/// <summary>One infra container.</summary>
public sealed record SandboxObservation(string Id, int Attempt, AttemptPhase Phase, string? IpAddress);

/// <summary>Where one attempt of a container stands.</summary>
public enum AttemptPhase
{
    /// <summary>Made, not started yet.</summary>
    Created,

    /// <summary>Running.</summary>
    Running,

    /// <summary>Ended.</summary>
    Exited,

    /// <summary>The engine cannot say.</summary>
    Unknown,
}

/// <summary>
/// One container as made by the engine: the first one of its name is attempt 0, each restart is one more.
/// </summary>
public sealed record ContainerAttempt(string Id, string Container, int Attempt, string SandboxId, AttemptPhase Phase)
{
    /// <summary>Hash of the spec it was made from.</summary>
    public string SpecHash { get; init; } = "";

    /// <summary>Image by the name it was made from.</summary>
    public string Image { get; init; } = "";

    /// <summary>Image by content.</summary>
    public string ImageId { get; init; } = "";

    /// <summary>How long its predecessor's crash was waited out; null for a first start.</summary>
    public TimeSpan? BackOff { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it started.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Exit code; 128 + n after signal n.</summary>
    public int ExitCode { get; init; }

    /// <summary>The kernel killed it for want of memory.</summary>
    public bool IsOomKilled { get; init; }

    /// <summary>Its share of the machine, as the engine gives it; null when that is not known.</summary>
    public ContainerLimits? Limits { get; init; }

    /// <summary>Why it could not start, in the engine's words.</summary>
    public string? Error { get; init; }

    /// <summary>What it left in its termination message file, or the end of its log.</summary>
    public string? TerminationMessage { get; init; }

    /// <summary>It was made, but the engine could not start it.</summary>
    public bool CouldNotRun => Phase != AttemptPhase.Running && StartedAt is null && !string.IsNullOrEmpty(Error);

    /// <summary>It will never run again.</summary>
    public bool IsDead => Phase == AttemptPhase.Exited || CouldNotRun;

    /// <summary>It did what it was asked to.</summary>
    public bool HasSucceeded => Phase == AttemptPhase.Exited && ExitCode == 0 && !CouldNotRun;
}

/// <summary>What is being done to a container, the sandbox or the volumes.</summary>
/// <param name="IsStop">A stop; otherwise a start, a removal or a preparation.</param>
/// <param name="StopBy">When a stop ends by force.</param>
public sealed record PodOperation(bool IsStop, DateTimeOffset? StopBy = null);

/// <summary>A start that failed and when it is tried again.</summary>
/// <param name="Reason">As containers show it: <c>ErrImagePull</c>, <c>CreateContainerConfigError</c> …</param>
public sealed record StartTrouble(string Reason, string Message, DateTimeOffset At, TimeSpan RetryAfter)
{
    /// <summary>The reason when what was to be done right after the start has failed.</summary>
    public const string PostStartFailed = "PostStartHookError";

    /// <summary>Not before this.</summary>
    public DateTimeOffset RetryAt => At + RetryAfter;

    /// <summary>The same, unless the failure lies ahead: then the clock has been put back since.</summary>
    public DateTimeOffset DueAt(DateTimeOffset now) => At > now ? now : RetryAt;
}
