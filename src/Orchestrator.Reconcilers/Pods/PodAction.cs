namespace Orchestrator.Reconcilers.Pods;

/// <summary>One thing a node shall do to a pod. Doing it twice is the same as doing it once.</summary>
public abstract record PodAction(string Key)
{
    /// <summary>Make the volumes ready to mount.</summary>
    public sealed record PrepareVolumes() : PodAction(PodObservation.VolumesKey);

    /// <summary>Create and start the infra container.</summary>
    public sealed record StartSandbox(int Attempt) : PodAction(PodObservation.SandboxKey);

    /// <summary>Get the image, create and start a container in the sandbox.</summary>
    /// <param name="BackOff">How long the crash before was waited out; null for a first start.</param>
    public sealed record StartContainer(string Name, int Attempt, string SandboxId, TimeSpan? BackOff)
        : PodAction(Name);

    /// <summary>Ask a container to end, and kill it after the grace.</summary>
    public sealed record StopContainer(string Name, string Id, TimeSpan Grace, string Why) : PodAction(Name)
    {
        /// <summary>How much of the grace its preStop hook may take; null for all of it.</summary>
        public TimeSpan? HookGrace { get; init; }
    }

    /// <summary>Begin the preStop hook of a container that is to be stopped later, when others have ended.</summary>
    public sealed record BeginPreStop(string Name, string Id, TimeSpan Grace) : PodAction($"preStop/{Id}");

    /// <summary>Kill the infra container; its address is free then.</summary>
    public sealed record StopSandbox(string Id, string Why) : PodAction(PodObservation.SandboxKey);

    /// <summary>Remove a dead container, or an infra container whatever its state.</summary>
    public sealed record RemoveContainer(string Name, string Id) : PodAction(Id);

    /// <summary>Remove the volumes and all other files of the pod.</summary>
    public sealed record RemoveVolumes() : PodAction(PodObservation.VolumesKey);

    /// <summary>Tell the cluster that nothing is left.</summary>
    public sealed record ConfirmStopped() : PodAction(PodObservation.SandboxKey);
}
