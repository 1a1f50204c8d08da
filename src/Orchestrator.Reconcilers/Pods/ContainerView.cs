using Orchestrator.Api.Core.V1;

namespace Orchestrator.Reconcilers.Pods;

/// <summary>What a container is for.</summary>
internal enum ContainerRole
{
    App,
    Init,
    Sidecar,

    /// <summary>Put into the pod to look at it: started once, never again, no matter for the pod's state.</summary>
    Ephemeral,
}

/// <summary>A declared container beside what is seen of it; attempts are newest first.</summary>
internal sealed record ContainerView(
    Container Spec, ContainerRole Role, string Hash, IReadOnlyList<ContainerAttempt> Attempts, PodOperation? Operation,
    StartTrouble? Trouble)
{
    public string Name => Spec.Name;

    public ContainerAttempt? Newest => Attempts.Count > 0 ? Attempts[0] : null;

    public bool IsRunning => Newest is { IsDead: false, Phase: AttemptPhase.Running or AttemptPhase.Unknown };

    public bool IsBusy => Operation is not null;

    /// <summary>It runs, but what is to be done right after its start has not returned.</summary>
    public bool IsHooking => IsRunning && Operation is { IsStop: false } && HasPostStart;

    /// <summary>It runs, and its start is over.</summary>
    public bool IsUp => IsRunning && Newest!.StartedAt is not null && !IsHooking;

    public bool HasPostStart => Spec.Lifecycle?.PostStart is not null;

    public bool HasPreStop => Spec.Lifecycle?.PreStop is not null;

    public bool IsSettled => !IsRunning && !IsBusy;

    /// <summary>The newest attempt is dead and was made from the spec the pod has now.</summary>
    public ContainerAttempt? CurrentDead => Newest is { IsDead: true } dead && dead.SpecHash == Hash ? dead : null;
}

/// <summary>A pod beside what is seen of it.</summary>
internal sealed record PodView(
    Pod Pod, PodObservation Seen, DateTimeOffset Now, IReadOnlyList<ContainerView> Inits,
    IReadOnlyList<ContainerView> Apps, IReadOnlyList<ContainerView> Ephemerals)
{
    /// <summary>What the node stands for; the containers of this view are shown with it.</summary>
    public PodResize Resize { get; init; } = new(Pod.Spec);

    /// <summary>Why nothing of the pod is started here; null when it is.</summary>
    public PodRejection? Rejection { get; init; }

    public string RestartPolicy => Pod.Spec.RestartPolicy ?? "Always";

    public IEnumerable<ContainerView> All => Inits.Concat(Apps).Concat(Ephemerals);

    public IEnumerable<ContainerView> Sidecars => Inits.Where(view => view.Role == ContainerRole.Sidecar);

    public IEnumerable<ContainerView> Mains => Inits.Where(view => view.Role == ContainerRole.Init).Concat(Apps);

    /// <summary>The newest infra container.</summary>
    public SandboxObservation? Sandbox => Seen.Sandboxes.OrderByDescending(sandbox => sandbox.Attempt).FirstOrDefault();

    /// <summary>The infra container, when containers can join it.</summary>
    public SandboxObservation? ReadySandbox =>
        Sandbox is { Phase: AttemptPhase.Running or AttemptPhase.Unknown } sandbox && !IsBusy(PodObservation.SandboxKey)
            ? sandbox : null;

    public bool IsBusy(string key) => Seen.Operations.ContainsKey(key);

    public bool IsDeleting => Pod.Metadata.DeletionTimestamp is not null;

    /// <summary>It has run longer than it may.</summary>
    public bool IsOverdue => Deadline is { } deadline && Now >= deadline;

    public DateTimeOffset? Deadline =>
        Pod.Spec.ActiveDeadlineSeconds is { } seconds && Pod.Status.StartTime is { } start
        ? start.AddSeconds(seconds) : null;

    public bool IsEnded => Pod.Status.Phase is "Succeeded" or "Failed";

    /// <summary>It was stopped only to be started with other resources.</summary>
    public bool IsStoppedForResize(ContainerAttempt dead) => Seen.StoppedForResize.Contains(dead.Id);

    /// <summary>Why the node puts the pod out, for good; null while it does not.</summary>
    public string? Eviction => IsEnded ? null
        : Pod.Status.Reason == PodEviction.Reason ? Pod.Status.Message ?? ""
        : LocalStorage.Excess(Pod.Spec, Seen.Storage);

    /// <summary>As the kubelet writes it in sentences: <c>web-1_default(uid)</c>.</summary>
    public string PodText => $"{Pod.Metadata.Name}_{Pod.Metadata.Namespace}({Pod.Metadata.Uid})";

    /// <summary>The container whose processes this one is to see, while it does not run; else null.</summary>
    public string? AbsentTargetOf(ContainerView container) =>
        container.Spec is EphemeralContainer { TargetContainerName: { Length: > 0 } target }
        && !All.Any(other => other.Name == target && other.IsRunning)
            ? target : null;

    public static PodView Of(Pod pod, PodObservation seen, DateTimeOffset now)
    {
        var attempts = seen.Attempts.ToLookup(attempt => attempt.Container);
        var resize = PodResize.Of(pod, seen.Space);
        ContainerView View(Container spec, ContainerRole role) => new(
            spec, role, ContainerHash.Of(spec),
            [.. attempts[spec.Name].OrderByDescending(attempt => attempt.Attempt)],
            seen.Operations.GetValueOrDefault(spec.Name), seen.Troubles.GetValueOrDefault(spec.Name));
        return new(pod, seen, now,
            [.. resize.Promised.InitContainers.Select(spec => View(
                spec, spec.RestartPolicy == "Always" ? ContainerRole.Sidecar : ContainerRole.Init))],
            [.. resize.Promised.Containers.Select(spec => View(spec, ContainerRole.App))],
            [.. pod.Spec.EphemeralContainers.Select(spec => View(spec, ContainerRole.Ephemeral))])
        {
            Resize = resize,
            Rejection = PodRejection.Of(pod, seen),
        };
    }
}
