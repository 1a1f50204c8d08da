using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Selectors;
using Orchestrator.Api.Settings.V1Alpha1;

namespace Orchestrator.Reconcilers.Presets;

/// <summary>
/// Gives a new pod what the presets of its namespace hold for it: all of it, or nothing when any of it contradicts the
/// pod or another preset. Reads only its arguments.
/// </summary>
public static class PodPresets
{
    /// <summary>Set to <c>true</c> on a pod that wants no presets.</summary>
    public const string ExcludeAnnotation = $"{Prefix}exclude";

    private const string Prefix = "podpreset.admission.kubernetes.io/";

    /// <summary>One look at a pod that is about to be created, defaults filled in.</summary>
    public static PodPresetPlan Plan(Pod pod, IEnumerable<PodPreset> presets)
    {
        var annotations = pod.Metadata.Annotations;
        if (MirrorPods.IsMirror(pod) || annotations.GetValueOrDefault(ExcludeAnnotation) == "true") return new(pod, []);
        var chosen = presets.Where(preset => LabelSelectors.Matches(preset.Spec.Selector, pod.Metadata.Labels))
            .OrderBy(preset => preset.Metadata.Name, StringComparer.Ordinal).ToList();
        if (chosen.Count == 0) return new(pod, []);
        var conflicts = new List<string>();
        var spec = pod.Spec with
        {
            Volumes = WithVolumes(pod.Spec.Volumes, chosen, conflicts),
            Containers = [.. pod.Spec.Containers.Select(container => Merged(container, chosen, conflicts))],
            InitContainers = [.. pod.Spec.InitContainers.Select(container => Merged(container, chosen, conflicts))],
        };
        return conflicts.Count > 0
            ? new(pod, conflicts)
            : new(pod with { Spec = spec, Metadata = Marked(pod.Metadata, chosen) }, []);
    }

    private static ObjectMeta Marked(ObjectMeta metadata, List<PodPreset> chosen)
    {
        var annotations = new Dictionary<string, string>(metadata.Annotations);
        foreach (var preset in chosen)
            annotations[$"{Prefix}podpreset-{preset.Metadata.Name}"] = preset.Metadata.ResourceVersion ?? "";
        return metadata with { Annotations = annotations };
    }

    private static Container Merged(Container container, List<PodPreset> chosen, List<string> conflicts) =>
        container with
        {
            Env = WithEnv(container, chosen, conflicts),
            // As in the reference these add up: of two that say the same variable the later one counts.
            EnvFrom = [.. container.EnvFrom, .. chosen.SelectMany(preset => preset.Spec.EnvFrom)],
            VolumeMounts = WithMounts(container, chosen, conflicts),
        };

    private static List<EnvVar> WithEnv(Container container, List<PodPreset> chosen, List<string> conflicts)
    {
        var merged = container.Env.ToList();
        foreach (var (preset, variable) in Each(chosen, spec => spec.Env))
        {
            var known = merged.LastOrDefault(known => known.Name == variable.Name);
            if (known is null) merged.Add(variable);
            else if (!ApiJson.AreSame(known, variable))
            {
                conflicts.Add($"merging env for {preset.Metadata.Name} has a conflict on {variable.Name}: container "
                    + $"{container.Name} has another value");
            }
        }
        return merged;
    }

    private static List<VolumeMount> WithMounts(Container container, List<PodPreset> chosen, List<string> conflicts)
    {
        var merged = container.VolumeMounts.ToList();
        foreach (var (preset, mount) in Each(chosen, spec => spec.VolumeMounts))
        {
            var named = merged.FirstOrDefault(known => known.Name == mount.Name);
            var isTaken = merged.Any(known => known.MountPath == mount.MountPath);
            if (named is not null && ApiJson.AreSame(named, mount)) continue;
            if (named is null && !isTaken)
            {
                merged.Add(mount);
                continue;
            }
            conflicts.Add(named is not null
                ? $"merging volume mounts for {preset.Metadata.Name} has a conflict on {mount.Name}: container "
                    + $"{container.Name} mounts it in another way"
                : $"merging volume mounts for {preset.Metadata.Name} has a conflict on mount path {mount.MountPath}: "
                    + $"container {container.Name} has another volume there");
        }
        return merged;
    }

    private static List<Volume> WithVolumes(
        IReadOnlyList<Volume> volumes, List<PodPreset> chosen, List<string> conflicts)
    {
        var merged = volumes.ToList();
        foreach (var (preset, volume) in Each(chosen, spec => spec.Volumes))
        {
            var known = merged.FirstOrDefault(known => known.Name == volume.Name);
            if (known is null) merged.Add(volume);
            else if (!ApiJson.AreSame(known, volume))
            {
                conflicts.Add($"merging volumes for {preset.Metadata.Name} has a conflict on {volume.Name}: the pod "
                    + "has another volume of that name");
            }
        }
        return merged;
    }

    private static IEnumerable<(PodPreset Preset, T Item)> Each<T>(
        List<PodPreset> chosen, Func<PodPresetSpec, IReadOnlyList<T>> items) =>
        chosen.SelectMany(preset => items(preset.Spec).Select(item => (preset, item)));
}

/// <summary>The pod to create, and what kept it from getting its presets.</summary>
public sealed record PodPresetPlan(Pod Pod, IReadOnlyList<string> Conflicts);
