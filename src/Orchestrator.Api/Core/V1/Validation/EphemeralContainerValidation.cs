using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1.Validation;

/// <summary>
/// What holds for containers that are put into a pod to look at it: they serve nothing, and once there they stay as
/// they are.
/// </summary>
internal static class EphemeralContainerValidation
{
    private const string NotOfEphemeral = "cannot be set for an Ephemeral Container";

    /// <summary>The list as it stands in a spec.</summary>
    public static void Check(FieldErrors at, PodSpec spec)
    {
        var others = spec.Containers.Concat(spec.InitContainers).Select(c => c.Name).ToHashSet();
        var names = new HashSet<string>(others);
        for (var i = 0; i < spec.EphemeralContainers.Count; i++)
        {
            var container = spec.EphemeralContainers[i];
            ContainerValidation.Check(at[i], container, spec);
            if (!names.Add(container.Name)) at[i]["name"].Duplicate(container.Name);
            if (container.TargetContainerName is { Length: > 0 } target && !others.Contains(target))
            {
                at[i]["targetContainerName"].NotFound(target);
            }
            CheckUnset(at[i], container);
            CheckMounts(at[i]["volumeMounts"], container.VolumeMounts);
        }
    }

    /// <summary>What the subresource wrote: others may come, those that are there stay as they are.</summary>
    public static IReadOnlyList<FieldError> CheckUpdate(Pod pod, Pod old)
    {
        var errors = new FieldErrors();
        if (MirrorPods.IsMirror(old))
        {
            errors.Forbidden("static pods do not support ephemeral containers");
            return errors.Found;
        }
        PodValidation.CheckSpec(errors["spec"], pod.Spec);
        var at = errors["spec"]["ephemeralContainers"];
        // A patch does not keep the order, so each is looked for by its name.
        foreach (var before in old.Spec.EphemeralContainers)
        {
            var now = pod.Spec.EphemeralContainers.LastOrDefault(container => container.Name == before.Name);
            if (now is null)
            {
                at.Forbidden($"existing ephemeral containers \"{before.Name}\" may not be removed\n");
                continue;
            }
            var changed = FieldChanges.Between(before, now);
            if (changed.Count == 0) continue;
            at.Forbidden($"existing ephemeral containers \"{before.Name}\" may not be changed\n"
                + $"changed: {string.Join(", ", changed)}");
        }
        return errors.Found;
    }

    private static void CheckUnset(FieldErrors at, EphemeralContainer container)
    {
        if (container.Ports.Count > 0) at["ports"].Forbidden(NotOfEphemeral);
        if (container.Resources is { } r && r.Limits.Count + r.Requests.Count + r.Claims.Count > 0)
        {
            at["resources"].Forbidden(NotOfEphemeral);
        }
        if (container.ResizePolicy.Count > 0) at["resizePolicy"].Forbidden(NotOfEphemeral);
        if (container.RestartPolicy is not null) at["restartPolicy"].Forbidden(NotOfEphemeral);
        if (container.RestartPolicyRules.Count > 0) at["restartPolicyRules"].Forbidden(NotOfEphemeral);
        if (container.LivenessProbe is not null) at["livenessProbe"].Forbidden(NotOfEphemeral);
        if (container.ReadinessProbe is not null) at["readinessProbe"].Forbidden(NotOfEphemeral);
        if (container.StartupProbe is not null) at["startupProbe"].Forbidden(NotOfEphemeral);
        if (container.Lifecycle is not null) at["lifecycle"].Forbidden(NotOfEphemeral);
    }

    private static void CheckMounts(FieldErrors at, IReadOnlyList<VolumeMount> mounts)
    {
        for (var i = 0; i < mounts.Count; i++)
        {
            if (!string.IsNullOrEmpty(mounts[i].SubPath)) at[i]["subPath"].Forbidden(NotOfEphemeral);
            if (!string.IsNullOrEmpty(mounts[i].SubPathExpr)) at[i]["subPathExpr"].Forbidden(NotOfEphemeral);
        }
    }
}
