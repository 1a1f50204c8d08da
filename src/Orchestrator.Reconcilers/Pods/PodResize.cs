using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Reconcilers.Pods;

/// <summary>What a node makes of the resources a pod asks for while it runs.</summary>
/// <param name="Promised">The spec with the resources the node stands for.</param>
/// <param name="Reason">Why it does not stand for those asked for; null when it does.</param>
/// <param name="Message">The same in a sentence.</param>
public sealed record PodResize(PodSpec Promised, string? Reason = null, string? Message = null)
{
    private const string RestartPolicy = "RestartContainer";

    /// <summary>
    /// Key of the change of a container's limits in operations and troubles; no container is called so.
    /// </summary>
    public static string KeyOf(string container) => $"RESIZE/{container}";

    /// <summary>Stands for what is asked for, if there is room for it; else for what it stood for before.</summary>
    public static PodResize Of(Pod pod, NodeSpace space)
    {
        // Nothing of a pod that nobody has updated has changed.
        if (pod.Metadata.Generation <= 1 || pod.Status.Phase is "Succeeded" or "Failed") return new(pod.Spec);
        var before = Before(pod);
        if (ReferenceEquals(before, pod.Spec) || space.WhyNot(pod.Spec, before) is not { } why) return new(pod.Spec);
        return new(before, why.Reason, why.Message);
    }

    internal static IEnumerable<PodStep> Steps(PodView view)
    {
        if (view.ReadySandbox is null) yield break;
        foreach (var container in view.All.Where(container => !container.IsBusy && IsChanging(view, container)))
        {
            if (MustRestart(view, container))
            {
                yield return Restart(view, container);
                continue;
            }
            if (view.IsBusy(KeyOf(container.Name))) continue;
            yield return view.Seen.Troubles.GetValueOrDefault(KeyOf(container.Name)) is { } trouble
                && trouble.RetryAt > view.Now
                ? new PodStep(LookAt: trouble.RetryAt)
                : new PodStep(new PodAction.ResizeContainer(
                    container.Name, container.Newest!.Id, container.Newest.Limits!,
                    ContainerLimits.Of(view.Pod.Spec, container.Spec)));
        }
    }

    /// <summary>The conditions that tell of a resize; none when there is none.</summary>
    internal static IEnumerable<PodCondition> Conditions(PodView view)
    {
        if (view.IsEnded || view.IsDeleting) yield break;
        if (view.Resize.Reason is { } reason)
        {
            yield return new()
            {
                Type = PodReservation.Pending,
                Status = "True",
                Reason = reason,
                Message = view.Resize.Message,
            };
        }
        var changing = view.All.Where(container => IsChanging(view, container)
            || (container.Newest is { IsDead: true } dead && view.IsStoppedForResize(dead))).ToList();
        if (changing.Count == 0) yield break;
        var failed = changing.Select(container => view.Seen.Troubles.GetValueOrDefault(KeyOf(container.Name)))
            .FirstOrDefault(trouble => trouble is not null);
        yield return new()
        {
            Type = PodReservation.InProgress,
            Status = "True",
            Reason = failed is null ? null : "Error",
            Message = failed?.Message,
        };
    }

    private static bool IsChanging(PodView view, ContainerView container) =>
        view.Pod.Metadata.Generation > 1 && container.Role is ContainerRole.App or ContainerRole.Sidecar
        && container is { IsRunning: true, Newest: { Limits: { } given, StartedAt: not null } newest }
        && newest.SpecHash == container.Hash && given != ContainerLimits.Of(view.Pod.Spec, container.Spec);

    private static bool MustRestart(PodView view, ContainerView container)
    {
        var (given, wanted) = (container.Newest!.Limits!, ContainerLimits.Of(view.Pod.Spec, container.Spec));
        return (given.MemoryBytes != wanted.MemoryBytes && IsRestarted("memory"))
            || ((given.CpuShares, given.CpuQuotaMicros) != (wanted.CpuShares, wanted.CpuQuotaMicros)
                && IsRestarted("cpu"));

        bool IsRestarted(string resource) => container.Spec.ResizePolicy.Any(
            policy => policy.ResourceName == resource && policy.RestartPolicy == RestartPolicy);
    }

    private static PodStep Restart(PodView view, ContainerView container)
    {
        var why = $"Container {container.Name} resize requires restart";
        return new PodStep(
            new PodAction.StopContainer(
                container.Name, container.Newest!.Id,
                TimeSpan.FromSeconds(view.Pod.Spec.TerminationGracePeriodSeconds ?? 30), why)
            { IsForResize = true },
            new PodReason(container.Name, "Kill", why));
    }

    // What was promised stands in the status: requests as allocated, limits as they were given.
    private static PodSpec Before(Pod pod)
    {
        var statuses = PodContainers.All(pod.Status).ToDictionary(status => status.Name);
        var hasGrown = pod.Spec.Containers.Concat(pod.Spec.InitContainers).Any(container =>
            Promise(container) is { } known && !AreSame(known.Requests, container.Resources?.Requests));
        return !hasGrown ? pod.Spec : pod.Spec with
        {
            Containers = [.. pod.Spec.Containers.Select(Promised)],
            InitContainers = [.. pod.Spec.InitContainers.Select(Promised)],
        };

        Container Promised(Container container) =>
            Promise(container) is { } known ? container with { Resources = known } : container;

        ResourceRequirements? Promise(Container container) =>
            statuses.GetValueOrDefault(container.Name) is { Resources: { } given } status
                ? given with { Requests = PodReservation.PromisedOf(status) }
                : null;
    }

    private static bool AreSame(
        IReadOnlyDictionary<string, Quantity> promised, IReadOnlyDictionary<string, Quantity>? asked) =>
        promised.GetValueOrDefault("cpu") == (asked?.GetValueOrDefault("cpu") ?? Quantity.Zero)
        && promised.GetValueOrDefault("memory") == (asked?.GetValueOrDefault("memory") ?? Quantity.Zero);
}
