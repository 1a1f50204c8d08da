using Orchestrator.Api.Core.V1;

namespace Orchestrator.Reconcilers.Pods;

/// <summary>Which ConfigMaps and Secrets a pod is made of.</summary>
public static class PodObjects
{
    /// <summary>The pod mentions the object in a volume or a variable.</summary>
    /// <param name="spec">The pod.</param>
    /// <param name="kind"><c>ConfigMap</c> or <c>Secret</c>.</param>
    /// <param name="name">Its name, in the namespace of the pod.</param>
    public static bool Mentions(PodSpec spec, string kind, string name)
    {
        var isMap = kind == ConfigMap.Kind.Name;
        return spec.Volumes.Any(InVolume)
            || PodContainers.All(spec).Any(container => container.EnvFrom.Any(IsFrom) || container.Env.Any(InVariable));

        bool InVolume(Volume volume) => volume.Projected is { } projected
            ? projected.Sources.Any(source => name == (isMap ? source.ConfigMap?.Name : source.Secret?.Name))
            : name == (isMap ? volume.ConfigMap?.Name : volume.Secret?.SecretName);

        bool IsFrom(EnvFromSource source) => name == (isMap ? source.ConfigMapRef?.Name : source.SecretRef?.Name);

        bool InVariable(EnvVar variable) =>
            name == (isMap ? variable.ValueFrom?.ConfigMapKeyRef?.Name : variable.ValueFrom?.SecretKeyRef?.Name);
    }

    /// <summary>A volume of the pod shows its labels or annotations.</summary>
    public static bool ShowsMetadata(PodSpec spec) => spec.Volumes.Any(volume => volume.DownwardAPI is not null
        || volume.Projected?.Sources.Any(source => source.DownwardAPI?.Items.Any(IsChangeable) == true) == true);

    private static bool IsChangeable(DownwardAPIVolumeFile file) =>
        file.FieldRef?.FieldPath.StartsWith("metadata.labels", StringComparison.Ordinal) == true
            || file.FieldRef?.FieldPath.StartsWith("metadata.annotations", StringComparison.Ordinal) == true
            || file.ResourceFieldRef is not null;
}
