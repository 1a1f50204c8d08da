namespace Orchestrator.Api.Core.V1;

/// <summary>
/// Pods that a node runs from files of its own, and their mirrors in the API: what users see of them, and no more.
/// </summary>
public static class MirrorPods
{
    /// <summary>Where a pod comes from; <c>file</c> when a node has read it from its folder.</summary>
    public const string SourceAnnotation = "kubernetes.io/config.source";

    /// <summary>Hash of what the file says; the UID of the pod that runs.</summary>
    public const string HashAnnotation = "kubernetes.io/config.hash";

    /// <summary>Marks a mirror; its value is the hash of the pod that it mirrors.</summary>
    public const string MirrorAnnotation = "kubernetes.io/config.mirror";

    /// <summary>When the node first saw the file as it is.</summary>
    public const string SeenAnnotation = "kubernetes.io/config.seen";

    /// <summary>The value of <see cref="SourceAnnotation"/> for a file.</summary>
    public const string FileSource = "file";

    /// <summary>It shows a pod that a node runs from a file: nothing that is done to it reaches a container.</summary>
    public static bool IsMirror(Pod pod) => pod.Metadata.Annotations.ContainsKey(MirrorAnnotation);

    /// <summary>
    /// It is what a node has read from a file, and no mirror. Users may annotate as they like, but choose no UID.
    /// </summary>
    public static bool IsStatic(Pod pod) =>
        pod.Metadata.Annotations.GetValueOrDefault(SourceAnnotation) == FileSource
        && pod.Metadata.Annotations.GetValueOrDefault(HashAnnotation) is { Length: > 0 } hash
        && hash == pod.Metadata.Uid && !IsMirror(pod);
}
