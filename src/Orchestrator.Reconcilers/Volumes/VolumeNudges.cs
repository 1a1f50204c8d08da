using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Storage.V1;
using Orchestrator.Reconcilers.Lifecycle;

namespace Orchestrator.Reconcilers.Volumes;

/// <summary>Who must look again when a claim, a volume, a class, or a pod or node of theirs has changed.</summary>
public static class VolumeNudges
{
    /// <summary>The nudges of one change.</summary>
    public static IEnumerable<Nudge> For(ApiObject? before, ApiObject? after, NudgeLookups lookups) =>
        (after ?? before) switch
        {
            Pod pod => OfPod((Pod?)before, (Pod?)after, pod, lookups),
            PersistentVolumeClaim => OfClaim((PersistentVolumeClaim?)before, (PersistentVolumeClaim?)after, lookups),
            PersistentVolume => OfVolume((PersistentVolume?)before, (PersistentVolume?)after, lookups),
            StorageClass => [.. Waiting(lookups), .. Schedulers(lookups)],
            Node node when after is not null => OfNode((Node?)before, node, lookups),
            _ => [],
        };

    /// <summary>A pod that found no node may find one now.</summary>
    public static bool IsOpening(ApiObject? before, ApiObject? after) => (after ?? before) switch
    {
        PersistentVolumeClaim => Essence(before as PersistentVolumeClaim) != Essence(after as PersistentVolumeClaim),
        PersistentVolume => (before as PersistentVolume)?.Status.Phase != (after as PersistentVolume)?.Status.Phase,
        StorageClass => true,
        _ => false,
    };

    // A new pod makes the claims it brings with it. A claim that is being deleted waits for its last pod.
    private static IEnumerable<Nudge> OfPod(Pod? before, Pod? after, Pod newest, NudgeLookups lookups)
    {
        if (before is null) return PodOwnClaims.Has(newest) ? [new Nudge.Object(KindRegistry.KeyOf(newest))] : [];
        if (after is not null && (!ClaimReconciler.IsOver(after) || ClaimReconciler.IsOver(before))) return [];
        return from volume in newest.Spec.Volumes
               let claim = ClaimNames.Of(newest, volume)
               where claim is not null
               let key = PersistentVolumeClaim.Kind.KeyOf(newest.Metadata.Namespace ?? "", claim)
               where lookups.Find(key) is { Metadata.DeletionTimestamp: not null }
               select new Nudge.Object(key);
    }

    private static IEnumerable<Nudge> OfClaim(
        PersistentVolumeClaim? before, PersistentVolumeClaim? after, NudgeLookups lookups)
    {
        var newest = (after ?? before)!;
        if (newest.Spec.VolumeName is { Length: > 0 } name)
            yield return new Nudge.Object(PersistentVolume.Kind.KeyOf("", name));
        if (after is null)
        {
            // It may have been made for the claim without the claim's knowing.
            yield return new Nudge.Object(PersistentVolume.Kind.KeyOf("", LocalVolumes.NameFor(newest)));
            foreach (var pod in Wanting(newest, lookups)) yield return pod;
        }
        if (!IsOpening(before, after)) yield break;
        foreach (var scheduler in Schedulers(lookups)) yield return scheduler;
    }

    private static IEnumerable<Nudge> OfVolume(
        PersistentVolume? before, PersistentVolume? after, NudgeLookups lookups)
    {
        foreach (var reference in new[] { before?.Spec.ClaimRef, after?.Spec.ClaimRef }.OfType<ObjectReference>())
        {
            yield return new Nudge.Object(
                PersistentVolumeClaim.Kind.KeyOf(reference.Namespace ?? "", reference.Name ?? ""));
        }
        if (!IsOpening(before, after)) yield break;
        if (after?.Status.Phase == "Available") foreach (var claim in Waiting(lookups)) yield return claim;
        foreach (var scheduler in Schedulers(lookups)) yield return scheduler;
    }

    // What is to be erased on a node that was away.
    private static IEnumerable<Nudge> OfNode(Node? before, Node node, NudgeLookups lookups) =>
        before is not null && Scheduling.NodeTraits.AreSame(before, node)
            ? []
            : lookups.All(PersistentVolume.Kind).Cast<PersistentVolume>()
                .Where(volume => volume.Status.Phase != "Bound" && LocalStorage.NodeOf(volume) == node.Metadata.Name)
                .Select(volume => new Nudge.Object(KindRegistry.KeyOf(volume)));

    // Pods that could not make a claim of their own, because there was one of its name.
    private static IEnumerable<Nudge> Wanting(PersistentVolumeClaim gone, NudgeLookups lookups) =>
        from pod in lookups.InNamespace(Pod.Kind, gone.Metadata.Namespace ?? "").Cast<Pod>()
        where pod.Spec.Volumes.Any(volume => volume.Ephemeral is not null
            && ClaimNames.OfPodsOwn(pod, volume) == gone.Metadata.Name)
        select new Nudge.Object(KindRegistry.KeyOf(pod));

    private static IEnumerable<Nudge> Waiting(NudgeLookups lookups) =>
        lookups.All(PersistentVolumeClaim.Kind).Cast<PersistentVolumeClaim>()
            .Where(claim => claim.Status.Phase == "Pending")
            .Select(claim => new Nudge.Object(KindRegistry.KeyOf(claim)));

    private static IEnumerable<Nudge> Schedulers(NudgeLookups lookups) =>
        lookups.Schedulers.Select(name => new Nudge.Scheduler(name));

    private static (string?, string?, bool) Essence(PersistentVolumeClaim? claim) =>
        (claim?.Status.Phase, claim?.Spec.VolumeName, claim?.Metadata.DeletionTimestamp is not null);
}
