using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1.Validation;

/// <summary>What holds for a pod, and which of its fields may change once it exists.</summary>
internal static class PodValidation
{
    private const string Updatable =
        "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
        + "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
        + "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

    public static IReadOnlyList<FieldError> Check(Pod pod, Pod? old)
    {
        // A status update leaves the spec untouched, and pods get many of them: nothing to look at twice.
        if (old is not null && ReferenceEquals(pod.Spec, old.Spec)) return [];
        var errors = new FieldErrors();
        var at = errors["spec"];
        CheckSpec(at, pod.Spec);
        if (old is null) CheckCreate(at, pod);
        else
        {
            CheckMirror(errors["metadata"]["annotations"], pod, old);
            CheckUpdate(at, pod.Spec, old.Spec);
        }
        return errors.Found;
    }

    /// <summary>The spec of a pod, however it came to be.</summary>
    public static void CheckSpec(FieldErrors at, PodSpec spec)
    {
        PodSpecValidation.Check(at, spec, isPod: true);
        CheckImages(at["containers"], spec.Containers);
        CheckImages(at["initContainers"], spec.InitContainers);
        CheckImages(at["ephemeralContainers"], spec.EphemeralContainers);
    }

    private static void CheckImages(FieldErrors at, IReadOnlyList<Container> containers)
    {
        for (var i = 0; i < containers.Count; i++)
        {
            var image = containers[i].Image ?? "";
            if (image.Trim() != image) at[i]["image"].Invalid(image, "must not have leading or trailing whitespace");
        }
    }

    private static void CheckCreate(FieldErrors at, Pod pod)
    {
        var spec = pod.Spec;
        ClaimTemplateValidation.CheckNames(at["volumes"], pod);
        if (spec.EphemeralContainers.Count > 0) at["ephemeralContainers"].Forbidden("cannot be set on create");
        if (!string.IsNullOrEmpty(spec.NodeName) && spec.SchedulingGates.Count > 0)
        {
            at["nodeName"].Forbidden("cannot be set until all schedulingGates have been cleared");
        }
    }

    // A mirror without its mark would be a pod like any other, and run a second time.
    private static void CheckMirror(FieldErrors at, Pod pod, Pod old)
    {
        const string mark = MirrorPods.MirrorAnnotation;
        var (now, before) =
            (pod.Metadata.Annotations.GetValueOrDefault(mark), old.Metadata.Annotations.GetValueOrDefault(mark));
        if (now == before) return;
        at.Key(mark).Forbidden(before is null
            ? "may not add mirror pod annotation"
            : "may not remove or update mirror pod annotation");
    }

    private static void CheckUpdate(FieldErrors at, PodSpec spec, PodSpec old)
    {
        foreach (var (name, now, before) in new[]
        {
            ("containers", spec.Containers, old.Containers),
            ("initContainers", spec.InitContainers, old.InitContainers),
        })
        {
            if (now.Count == before.Count) continue;
            at[name].Forbidden("pod updates may not add or remove containers");
            return;
        }
        CheckDeadline(at["activeDeadlineSeconds"], spec.ActiveDeadlineSeconds, old.ActiveDeadlineSeconds);
        CheckOnlyAdded(at["tolerations"], spec.Tolerations, old.Tolerations);
        CheckOnlyRemoved(at["schedulingGates"], spec.SchedulingGates, old.SchedulingGates);
        if (old.SchedulingGates.Count > 0) CheckOnlyAdded(at["nodeSelector"], spec.NodeSelector, old.NodeSelector);
        var changed = FieldChanges.Between(old, WithAllowedChangesUndone(spec, old));
        if (changed.Count > 0)
            at.Forbidden($"{Updatable}\nchanged: {string.Join(", ", changed.Select(f => $"spec.{f}"))}");
    }

    private static PodSpec WithAllowedChangesUndone(PodSpec spec, PodSpec old)
    {
        var wasNegative = old.TerminationGracePeriodSeconds < 0 && spec.TerminationGracePeriodSeconds == 1;
        return spec with
        {
            Containers = WithImagesOf(spec.Containers, old.Containers),
            InitContainers = WithImagesOf(spec.InitContainers, old.InitContainers),
            ActiveDeadlineSeconds = old.ActiveDeadlineSeconds,
            Tolerations = old.Tolerations,
            SchedulingGates = old.SchedulingGates,
            NodeSelector = old.SchedulingGates.Count > 0 ? old.NodeSelector : spec.NodeSelector,
            TerminationGracePeriodSeconds =
                wasNegative ? old.TerminationGracePeriodSeconds : spec.TerminationGracePeriodSeconds,
        };
    }

    private static List<Container> WithImagesOf(IReadOnlyList<Container> containers, IReadOnlyList<Container> old) =>
        [.. containers.Select((container, i) => container with { Image = old[i].Image })];

    private static void CheckDeadline(FieldErrors at, long? seconds, long? old)
    {
        if (old is null) return;
        if (seconds is null) at.Invalid(null, "must not update from a positive integer to nil value");
        else if (seconds > old) at.Invalid(seconds, "must be less than or equal to previous value");
    }

    private static void CheckOnlyAdded(
        FieldErrors at, IReadOnlyList<Toleration> tolerations, IReadOnlyList<Toleration> old)
    {
        var isKept = old.All(before =>
            tolerations.Any(now => now == before with { TolerationSeconds = now.TolerationSeconds }));
        if (!isKept) at.Forbidden("existing toleration can not be modified except its tolerationSeconds");
    }

    private static void CheckOnlyRemoved(
        FieldErrors at, IReadOnlyList<PodSchedulingGate> gates, IReadOnlyList<PodSchedulingGate> old)
    {
        for (var i = 0; i < gates.Count; i++)
        {
            if (old.Contains(gates[i])) continue;
            at[i]["name"].Forbidden($"only deletion is allowed, but found new scheduling gate '{gates[i].Name}'");
        }
    }

    private static void CheckOnlyAdded(
        FieldErrors at, IReadOnlyDictionary<string, string> selector, IReadOnlyDictionary<string, string> old)
    {
        if (old.Any(before => !selector.TryGetValue(before.Key, out var now) || now != before.Value))
        {
            at.Invalid(selector, "only additions to spec.nodeSelector are allowed (no mutations or deletions)");
        }
    }
}
