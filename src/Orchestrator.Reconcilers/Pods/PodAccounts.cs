using Orchestrator.Api.Core.V1;

namespace Orchestrator.Reconcilers.Pods;

/// <summary>What a new pod gets from the ServiceAccount it runs under.</summary>
public static class PodAccounts
{
    private const string MirrorAnnotation = "kubernetes.io/config.mirror";

    /// <summary>The account a pod names, or the one that every namespace has.</summary>
    public static string NameOf(PodSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (!string.IsNullOrEmpty(spec.ServiceAccountName)) return spec.ServiceAccountName;
        return string.IsNullOrEmpty(spec.ServiceAccount) ? "default" : spec.ServiceAccount;
    }

    /// <summary>
    /// The pod with the pull secrets of its account. One that names secrets of its own gets none, as in the reference,
    /// and neither does the mirror of a pod that its node has from a file.
    /// </summary>
    public static Pod WithPullSecrets(Pod pod, ServiceAccount? account)
    {
        ArgumentNullException.ThrowIfNull(pod);
        return account is not { ImagePullSecrets: { Count: > 0 } secrets } || pod.Spec.ImagePullSecrets.Count > 0
            || pod.Metadata.Annotations.ContainsKey(MirrorAnnotation)
            ? pod
            : pod with { Spec = pod.Spec with { ImagePullSecrets = secrets } };
    }
}
