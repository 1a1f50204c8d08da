using Orchestrator.Api.Core.V1;
using Orchestrator.Reconcilers.Probes;

namespace Orchestrator.Reconcilers.Pods;

/// <summary>Says what a pod looks like. Fields it knows nothing about are kept from the pod's own status.</summary>
internal static class PodStatusBuilder
{
    private const string DeadlineMessage = "Pod was active on the node longer than the specified deadline";

    public static PodStatus Build(PodView view)
    {
        var old = view.Pod.Status;
        var inits = view.Inits.Select(init => ContainerStatusBuilder.Build(view, init)).ToList();
        var apps = view.Apps.Select(app => ContainerStatusBuilder.Build(view, app)).ToList();
        var ephemerals = view.Ephemerals.Select(one => ContainerStatusBuilder.Build(view, one)).ToList();
        var phase = Phase(view, inits, apps);
        var address = Address(view) ?? old.PodIP;
        var host = view.Seen.HostIP.Length > 0 ? view.Seen.HostIP : old.HostIP;
        var next = old with
        {
            Phase = phase,
            HostIP = host,
            HostIPs = host is null ? [] : [new HostIP { Ip = host }],
            PodIP = address,
            PodIPs = address is null ? [] : [new PodIP { Ip = address }],
            StartTime = old.StartTime ?? view.Now,
            QosClass = string.IsNullOrEmpty(old.QosClass) ? Api.Core.V1.QosClass.Of(view.Pod.Spec) : old.QosClass,
            InitContainerStatuses = inits,
            ContainerStatuses = apps,
            EphemeralContainerStatuses = ephemerals,
            ObservedGeneration = view.Pod.Metadata.Generation,
        };
        if (view.Rejection is { } rejection)
        {
            next = next with { Phase = "Failed", Reason = rejection.Reason, Message = rejection.StatusMessage };
        }
        // Not before nothing runs any more: reason and phase come together.
        if (view.IsOverdue && !view.IsEnded && phase == "Failed")
        {
            next = next with
            {
                Reason = "DeadlineExceeded",
                Message = DeadlineMessage,
            };
        }
        if (view.Eviction is { } why) next = next with { Reason = PodEviction.Reason, Message = why };
        return next with { Conditions = PodConditions.Build(view, next) };
    }

    /// <summary>Once an app container was started in a sandbox, its init containers are not run in it again.</summary>
    public static bool HasStartedApps(PodView view, SandboxObservation sandbox) =>
        view.Apps.Any(app => app.Attempts.Any(attempt => attempt.SandboxId == sandbox.Id));

    /// <summary>Init containers that still stand between the pod and its app containers.</summary>
    public static IReadOnlyList<string> IncompleteInits(PodView view)
    {
        if (view.IsEnded && view.Pod.Status.Phase == "Succeeded") return [];
        var sandbox = view.Sandbox;
        if (sandbox is not null && HasStartedApps(view, sandbox)) return [];
        return [.. view.Inits.Where(init => !IsComplete(view, init, sandbox)).Select(init => init.Name)];
    }

    private static bool IsComplete(PodView view, ContainerView init, SandboxObservation? sandbox) =>
        init.Newest is { } newest && newest.SandboxId == sandbox?.Id
        && (init.Role == ContainerRole.Sidecar ? ProbeVerdicts.IsStarted(view, init) : newest.HasSucceeded);

    private static string? Address(PodView view)
    {
        if (view.Pod.Spec.HostNetwork) return view.Seen.HostIP.Length > 0 ? view.Seen.HostIP : null;
        return view.Sandbox is { Phase: AttemptPhase.Running, IpAddress: { Length: > 0 } address } ? address : null;
    }

    // The published phase is final only when nothing runs any more, for Jobs and others act on it.
    private static string Phase(PodView view, List<ContainerStatus> inits, List<ContainerStatus> apps)
    {
        if (view.IsEnded) return view.Pod.Status.Phase!;
        var hasSettled = view.All.All(container => container.IsSettled);
        if (hasSettled && view.IsDeleting)
        {
            return view.Apps.All(app => app.Newest is { HasSucceeded: true }) ? "Succeeded" : "Failed";
        }
        if (hasSettled && (view.IsOverdue || view.Eviction is not null)) return "Failed";
        if (PodOutcome.Of(view) is { } outcome) return hasSettled ? outcome : StillRunning(inits, apps);
        return StillRunning(inits, apps);
    }

    private static string StillRunning(List<ContainerStatus> inits, List<ContainerStatus> apps)
    {
        var hasBegun = apps.All(status => status.State?.Waiting is null || status.LastState?.Terminated is not null);
        return hasBegun && (apps.Count > 0 || inits.Count > 0) ? "Running" : "Pending";
    }
}
