using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Reconcilers.Probes;

namespace Orchestrator.Reconcilers.Pods;

/// <summary>Says what one container of a pod looks like.</summary>
internal static class ContainerStatusBuilder
{
    private const int SignalExitBase = 128;
    private const int SignalMax = 31;

    public static ContainerStatus Build(PodView view, ContainerView container)
    {
        var old = Old(view, container);
        if (container.Newest is not { } newest) return Unseen(view, container, old);
        var state = State(view, container);
        return new ContainerStatus
        {
            Name = container.Name,
            State = state,
            LastState = LastState(view, container, state, old),
            Ready = IsReady(view, container),
            RestartCount = newest.Attempt,
            Image = newest.Image.Length > 0 ? newest.Image : container.Spec.Image ?? "",
            ImageID = newest.ImageId,
            ContainerID = Id(view, newest),
            Started = IsStarted(view, container),
            AllocatedResources = Allocated(container),
            Resources = Granted(view, container),
            StopSignal = container.Spec.Lifecycle?.StopSignal,
        };
    }

    // Nothing is promised to an ephemeral container, and nobody waits until it has started.
    private static bool? IsStarted(PodView view, ContainerView container) => container.Role switch
    {
        ContainerRole.Ephemeral => null,
        ContainerRole.Init when container.Newest!.HasSucceeded => false,
        _ => ProbeVerdicts.IsStarted(view, container),
    };

    // The view shows the container with what it is promised.
    private static IReadOnlyDictionary<string, Quantity> Allocated(ContainerView container) =>
        container.Role == ContainerRole.Ephemeral
            ? Map<Quantity>.Empty
            : container.Spec.Resources?.Requests ?? Map<Quantity>.Empty;

    private static ResourceRequirements? Granted(PodView view, ContainerView container) => container switch
    {
        { Role: ContainerRole.Ephemeral } => null,
        { IsRunning: true, Newest.Limits: { } given } => given.Over(view.Pod.Spec, container.Spec),
        _ => container.Spec.Resources,
    };

    // Without probes a container is ready while it runs; an init container is ready once it is done.
    private static bool IsReady(PodView view, ContainerView container) => container.Role switch
    {
        ContainerRole.Ephemeral => false,
        ContainerRole.Init => container.CurrentDead is { HasSucceeded: true },
        _ => ProbeVerdicts.IsReady(view, container),
    };

    private static ContainerState State(PodView view, ContainerView container)
    {
        var newest = container.Newest!;
        if (container.IsUp)
        {
            return new ContainerState { Running = new ContainerStateRunning { StartedAt = newest.StartedAt } };
        }
        if (!newest.IsDead) return Waiting(view, container);
        var isLasting = view.IsDeleting || view.IsEnded || view.IsOverdue || PodOutcome.Of(view) is not null;
        if (isLasting || !PodOutcome.WantsRestart(view, container)) return Terminated(view, newest);
        if (container.Trouble is not null && !PodTroubles.HasGivenWay(view, container)) return Waiting(view, container);
        return IsBackingOff(view, container) ? BackingOff(view, container) : Terminated(view, newest);
    }

    private static bool IsBackingOff(PodView view, ContainerView container) =>
        !container.IsBusy && container.CurrentDead is { } dead && IsUpHere(view, dead)
        && !view.IsStoppedForResize(dead)
        && (dead.FinishedAt ?? dead.CreatedAt) + CrashBackOff.After(dead, view.Seen.CrashBounds) > view.Now;

    private static bool IsUpHere(PodView view, ContainerAttempt dead) => dead.SandboxId == view.Sandbox?.Id;

    private static ContainerState BackingOff(PodView view, ContainerView container)
    {
        var dead = container.Newest!;
        var delay = CrashBackOff.After(dead, view.Seen.CrashBounds);
        return dead.CouldNotRun && view.Now < PodTroubles.BackOffShownAt(dead, delay)
            ? WaitingFor("RunContainerError", dead.Error!)
            : WaitingFor("CrashLoopBackOff", CrashBackOff.Message(delay, container.Name, view.PodText));
    }

    private static ContainerState Waiting(PodView view, ContainerView container)
    {
        var pull = view.Seen.Pulls.GetValueOrDefault(container.Name);
        if (container.Trouble is { } trouble
            && (!container.IsBusy || (pull is null && PodTroubles.IsShownMeanwhile(trouble))))
        {
            var (reason, message) = PodTroubles.Shown(container, trouble, view.Now);
            return WaitingFor(reason, message);
        }
        if (view.AbsentTargetOf(container) is { } target)
        {
            return WaitingFor("ContainerCreating", $"waiting for its target container {target} to run");
        }
        return WaitingFor(view.Inits.Count > 0 ? "PodInitializing" : "ContainerCreating", pull);
    }

    private static ContainerState WaitingFor(string reason, string? message) =>
        new() { Waiting = new ContainerStateWaiting { Reason = reason, Message = message } };

    private static ContainerState Terminated(PodView view, ContainerAttempt dead) => new()
    {
        Terminated = new ContainerStateTerminated
        {
            ExitCode = dead.CouldNotRun && dead.ExitCode == 0 ? SignalExitBase : dead.ExitCode,
            Signal = dead.ExitCode is > SignalExitBase and <= SignalExitBase + SignalMax
                ? dead.ExitCode - SignalExitBase
                : 0,
            Reason = Reason(dead),
            Message = dead.CouldNotRun ? dead.Error : dead.TerminationMessage,
            StartedAt = dead.StartedAt ?? DateTimeOffset.UnixEpoch,
            FinishedAt = dead.FinishedAt ?? (dead.CouldNotRun ? dead.CreatedAt : null),
            ContainerID = Id(view, dead),
        },
    };

    private static string Reason(ContainerAttempt dead)
    {
        if (dead.CouldNotRun) return "ContainerCannotRun";
        if (dead.IsOomKilled) return "OOMKilled";
        return dead.ExitCode == 0 ? "Completed" : "Error";
    }

    // The end before this one. Its container may have been removed since; then the old status remembers it.
    private static ContainerState? LastState(
        PodView view, ContainerView container, ContainerState state, ContainerStatus? old)
    {
        var shown = state.Terminated is null ? null : container.Newest;
        var dead = container.Attempts.FirstOrDefault(attempt => attempt.IsDead && attempt != shown);
        if (dead is not null) return Terminated(view, dead);
        // One that ran and was lost leaves an older one, which never ran, as the newest.
        if (old?.State?.Running is not null && old.ContainerID != Id(view, container.Newest!)) return Lost(old);
        if (old?.State?.Terminated is { } before && before.ContainerID != Id(view, container.Newest!)) return old.State;
        return old?.LastState?.Terminated?.ContainerID == Id(view, container.Newest!) ? null : old?.LastState;
    }

    // No container of that name is left: what was known of it stands, and one that ran is taken for lost.
    private static ContainerStatus Unseen(PodView view, ContainerView container, ContainerStatus? old)
    {
        var isLasting = view.IsEnded || view.IsDeleting || container.Role == ContainerRole.Ephemeral;
        if (old?.ContainerID is not null && isLasting && old.State?.Terminated is not null) return old;
        var lost = old?.State?.Running is null ? old?.State?.Terminated is null ? null : old.State : Lost(old);
        return new ContainerStatus
        {
            Name = container.Name,
            State = isLasting && lost is not null ? lost : Waiting(view, container),
            LastState = isLasting && lost is not null ? old!.LastState : lost ?? old?.LastState,
            RestartCount = old?.RestartCount ?? 0,
            Image = container.Spec.Image ?? "",
            ImageID = old?.ImageID ?? "",
            ContainerID = old?.ContainerID,
            Started = container.Role == ContainerRole.Ephemeral ? null : false,
            AllocatedResources = Allocated(container),
            Resources = Granted(view, container),
        };
    }

    private static ContainerState Lost(ContainerStatus old) => new()
    {
        Terminated = new ContainerStateTerminated
        {
            ExitCode = 137,
            Reason = "ContainerStatusUnknown",
            Message = "The container could not be located when the pod was looked at",
            ContainerID = old.ContainerID,
        },
    };

    private static string Id(PodView view, ContainerAttempt attempt) => $"{view.Seen.Scheme}://{attempt.Id}";

    /// <summary>What was known of the container before.</summary>
    public static ContainerStatus? Old(PodView view, ContainerView container) =>
        (container.Role switch
        {
            ContainerRole.App => view.Pod.Status.ContainerStatuses,
            ContainerRole.Ephemeral => view.Pod.Status.EphemeralContainerStatuses,
            _ => view.Pod.Status.InitContainerStatuses,
        })
        .FirstOrDefault(status => status.Name == container.Name);
}
