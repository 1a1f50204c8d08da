using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1.Validation;

/// <summary>
/// What the <c>resize</c> subresource takes of a pod, and what of it may change: cpu and memory, of containers and of
/// sidecars, within the pod's quality of service. The sentences are the reference's.
/// </summary>
internal static class PodResizeValidation
{
    private static readonly string[] Resizable = ["cpu", "memory"];

    /// <summary>
    /// The stored pod with the resources that were sent. Containers that came, went or moved are kept as sent, so that
    /// the check sees them.
    /// </summary>
    public static Pod Prepare(Pod sent, Pod stored)
    {
        var (now, before) = (sent.Spec, stored.Spec);
        if (now.Containers.Count != before.Containers.Count || now.InitContainers.Count != before.InitContainers.Count)
        {
            return stored with { Spec = now };
        }
        return stored with
        {
            Spec = before with
            {
                Containers = Taken(now.Containers, before.Containers),
                InitContainers = Taken(now.InitContainers, before.InitContainers),
            },
        };
    }

    /// <summary>What stands in the way of the change.</summary>
    public static IReadOnlyList<FieldError> Check(Pod pod, Pod old)
    {
        var errors = new FieldErrors();
        if (MirrorPods.IsMirror(old))
        {
            errors.Forbidden("static pods cannot be resized");
            return errors.Found;
        }
        if (old.Spec.Os?.Name == "windows")
        {
            errors.Forbidden("windows pods cannot be resized");
            return errors.Found;
        }
        if (PodResources.IsSetFor(old.Spec))
        {
            errors.Forbidden("pods with pod-level resources cannot be resized");
            return errors.Found;
        }
        var at = errors["spec"];
        PodValidation.CheckSpec(at, pod.Spec);
        var quality = old.Status.QosClass is { Length: > 0 } known ? known : QosClass.Of(old.Spec);
        if (quality != QosClass.Of(pod.Spec))
            at.Invalid(quality, "Pod QOS Class may not change as a result of resizing");
        var isOrdered = CheckOrder(at["containers"], "containers", pod.Spec.Containers, old.Spec.Containers);
        isOrdered &= CheckOrder(
            at["initContainers"], "initContainers", pod.Spec.InitContainers, old.Spec.InitContainers);
        if (!isOrdered) return errors.Found;
        CheckKept(at["initContainers"], pod.Spec.InitContainers, old.Spec.InitContainers);
        CheckKept(at["containers"], pod.Spec.Containers, old.Spec.Containers);
        CheckOnlyResizable(at, pod.Spec, old.Spec);
        return errors.Found;
    }

    private static List<Container> Taken(IReadOnlyList<Container> sent, IReadOnlyList<Container> stored) =>
        [.. sent.Select(container => stored.FirstOrDefault(old => old.Name == container.Name) is { } old
            ? old with { Resources = container.Resources, ResizePolicy = container.ResizePolicy }
            : container)];

    private static bool CheckOrder(
        FieldErrors at, string what, IReadOnlyList<Container> now, IReadOnlyList<Container> old)
    {
        if (now.Count != old.Count)
        {
            at.Forbidden($"{what} may not be added or removed on resize");
            return false;
        }
        var isOrdered = true;
        for (var i = 0; i < now.Count; i++)
        {
            if (now[i].Name == old[i].Name) continue;
            at[i]["name"].Forbidden($"{what} may not be renamed or reordered on resize");
            isOrdered = false;
        }
        return isOrdered;
    }

    private static void CheckKept(FieldErrors at, IReadOnlyList<Container> now, IReadOnlyList<Container> old)
    {
        for (var i = 0; i < now.Count; i++)
        {
            var (next, before) = (now[i].Resources ?? new(), old[i].Resources ?? new());
            if (before.Requests.Keys.Except(next.Requests.Keys).Any())
                at[i]["resources"]["requests"].Forbidden("resource requests cannot be removed");
            if (before.Limits.Keys.Except(next.Limits.Keys).Any())
                at[i]["resources"]["limits"].Forbidden("resource limits cannot be removed");
        }
    }

    private static void CheckOnlyResizable(FieldErrors at, PodSpec spec, PodSpec old)
    {
        for (var i = 0; i < spec.Containers.Count; i++)
        {
            var undone = Undone(spec.Containers[i], old.Containers[i]);
            if (!ApiJson.AreSame(undone.Resources, old.Containers[i].Resources))
                at.Forbidden("only cpu and memory resources are mutable");
        }
        for (var i = 0; i < spec.InitContainers.Count; i++)
        {
            var (now, before) = (spec.InitContainers[i], old.InitContainers[i]);
            var isSidecar = PodResources.IsSidecar(before);
            if (ApiJson.AreSame(isSidecar ? Undone(now, before) : now, before)) continue;
            at.Forbidden(isSidecar
                ? "only cpu and memory resources for sidecar containers are mutable"
                : "resources for non-sidecar init containers are immutable");
        }
    }

    private static Container Undone(Container now, Container old)
    {
        var (next, before) = (now.Resources ?? new(), old.Resources ?? new());
        return now with
        {
            ResizePolicy = old.ResizePolicy,
            Resources = next with
            {
                Requests = Undone(next.Requests, before.Requests),
                Limits = Undone(next.Limits, before.Limits),
            },
        };
    }

    private static Dictionary<string, Quantity> Undone(
        IReadOnlyDictionary<string, Quantity> now, IReadOnlyDictionary<string, Quantity> old)
    {
        var undone = now.Where(amount => !Resizable.Contains(amount.Key))
            .ToDictionary(amount => amount.Key, amount => amount.Value, StringComparer.Ordinal);
        foreach (var name in Resizable)
        {
            if (old.TryGetValue(name, out var before)) undone[name] = before;
        }
        return undone;
    }
}
