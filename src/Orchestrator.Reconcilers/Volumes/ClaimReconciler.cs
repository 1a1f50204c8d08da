using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Storage.V1;

namespace Orchestrator.Reconcilers.Volumes;

/// <summary>
/// Finds a claim its volume: one that is there and fits, else a new one. The volume says first whose it is, then the
/// claim says which it has; so a pass that dies in between is finished by the next.
/// </summary>
public static class ClaimReconciler
{
    private const string Storage = "storage";
    private static readonly TimeSpan NoNodeDelay = TimeSpan.FromSeconds(5);

    /// <summary>One look at a claim.</summary>
    public static ClaimPlan Reconcile(PersistentVolumeClaim claim, ClaimContext context, DateTimeOffset now)
    {
        if (claim.Metadata.DeletionTimestamp is not null) return Leaving(claim, context);
        var plan = claim.Metadata.Annotations.ContainsKey(VolumeAnnotations.BindCompleted)
            ? Bound(claim, context, now)
            : Unbound(claim, context);
        return plan with { Reasons = [.. ReasonsOf(claim, plan, now)] };
    }

    /// <summary>
    /// As <see cref="Reconcile"/>, when it is known on which node its first pod will run: a claim that waited for that
    /// waits no more.
    /// </summary>
    public static ClaimPlan Select(
        PersistentVolumeClaim claim, string node, ClaimContext context, DateTimeOffset now) =>
        Reconcile(With(claim, (VolumeAnnotations.SelectedNode, node)), context, now);

    /// <summary>
    /// A pod that has a node counts, whether it runs or has ended. One that waits for its own claim to go does not,
    /// when nothing of it runs any more: they would wait for each other.
    /// </summary>
    public static bool IsUsedBy(PersistentVolumeClaim claim, Pod pod) =>
        pod.Spec.NodeName is { Length: > 0 }
        && pod.Spec.Volumes.Any(volume => IsFor(claim, pod, volume) && !(volume.Ephemeral is not null && IsOver(pod)));

    /// <summary>Nothing of the pod runs any more, and only finalizers hold it.</summary>
    public static bool IsOver(Pod pod) =>
        pod.Metadata is { DeletionTimestamp: not null, DeletionGracePeriodSeconds: 0 };

    private static bool IsFor(PersistentVolumeClaim claim, Pod pod, Volume volume) =>
        pod.Metadata.Namespace == claim.Metadata.Namespace && ClaimNames.Of(pod, volume) == claim.Metadata.Name
        && PodOwnClaims.Fault(pod, volume, claim) is null;

    private static ClaimPlan Leaving(PersistentVolumeClaim claim, ClaimContext context) =>
        new(claim, IsUnused: claim.Metadata.Finalizers.Contains(VolumeAnnotations.ClaimProtection)
            && !context.Pods.Any(pod => IsUsedBy(claim, pod)));

    private static ClaimPlan Bound(PersistentVolumeClaim claim, ClaimContext context, DateTimeOffset now)
    {
        if (claim.Spec.VolumeName is not { Length: > 0 } name)
        {
            return Lost(claim, "ClaimLost",
                "Bound claim has lost reference to PersistentVolume. Data on the volume is lost!");
        }
        if (context.FindVolume(name) is not { } volume)
        {
            return Lost(claim, "ClaimLost", "Bound claim has lost its PersistentVolume. Data on the volume is lost!");
        }
        if (volume.Spec.ClaimRef is null) return Take(claim, volume);
        if (volume.Spec.ClaimRef.Uid != claim.Metadata.Uid || !VolumeMatch.IsKeptFor(volume, claim))
        {
            return Lost(claim, "ClaimMisbound",
                "Two claims are bound to the same volume, this one is bound incorrectly");
        }
        var next = claim.Status.Phase == "Bound" ? claim : Having(claim, volume);
        return Grown(next, volume, context, now);
    }

    // A directory is as large as its disk, so growing is a matter of saying so.
    private static ClaimPlan Grown(
        PersistentVolumeClaim claim, PersistentVolume volume, ClaimContext context, DateTimeOffset now)
    {
        var (wanted, has) = (ClaimGrowth.Requested(claim), claim.Status.Capacity.GetValueOrDefault(Storage));
        if (wanted <= has || wanted <= VolumeMatch.Capacity(volume)) return Settled(claim, volume, wanted);
        if (!LocalStorage.IsOurs(volume))
        {
            return context.FindClass(ClaimClasses.Of(claim))?.AllowVolumeExpansion != true
                ? new(claim)
                : new(claim, News: [VolumeNews.Normal("ExternalExpanding",
                    "waiting for an external controller to expand this PVC", "volume_expand")]);
        }
        var grown = volume with { Spec = volume.Spec with { Capacity = Of(wanted) } };
        return new(Resized(claim, wanted), new ClaimAction.Grow(grown),
            [VolumeNews.Normal("VolumeResizeSuccessful", "Resize volume succeeded", LocalStorage.Provisioner)]);
    }

    // The pass that grew the volume may have died before it told the claim.
    private static ClaimPlan Settled(PersistentVolumeClaim claim, PersistentVolume volume, Quantity wanted) =>
        LocalStorage.IsOurs(volume) && claim.Status.Capacity.GetValueOrDefault(Storage) < wanted
            ? new(Resized(claim, wanted))
            : new(claim);

    private static PersistentVolumeClaim Resized(PersistentVolumeClaim claim, Quantity size) => claim with
    {
        Status = claim.Status with { Capacity = Of(size), AllocatedResources = Map<Quantity>.Empty, Conditions = [] },
    };

    private static ClaimPlan Lost(PersistentVolumeClaim claim, string reason, string why) =>
        claim.Status.Phase == "Lost"
            ? new(claim)
            : new(claim with { Status = new() { Phase = "Lost" } }, News: [VolumeNews.Warning(reason, why)]);

    private static ClaimPlan Unbound(PersistentVolumeClaim claim, ClaimContext context)
    {
        if (claim.Spec.VolumeName is { Length: > 0 } name) return Named(claim, context.FindVolume(name));
        var storage = context.FindClass(ClaimClasses.Of(claim));
        var selected = claim.Metadata.Annotations.GetValueOrDefault(VolumeAnnotations.SelectedNode);
        var node = selected is null
            ? null
            : context.Nodes.FirstOrDefault(candidate => candidate.Metadata.Name == selected);
        var waits = ClaimClasses.Waits(storage) && selected is null;
        if (VolumeMatch.Best(claim, context.Volumes, node, onlyKept: waits) is { } volume) return Take(claim, volume);
        if (ClaimClasses.IsUnsaid(claim) && ClaimClasses.WithDefault(claim, context.Classes) is var classed
            && !ReferenceEquals(classed, claim))
        {
            return new(classed);
        }
        // What can never be made is said before anybody waits for it.
        if (storage is not null && LocalVolumes.Refusal(claim, storage) is { } never) return Failed(claim, never);
        if (waits) return Waiting(claim, context);
        if (ClaimClasses.Of(claim) is not { Length: > 0 } className)
        {
            return new(claim, News: [VolumeNews.Normal("FailedBinding",
                "no persistent volumes available for this claim and no storage class is set")]);
        }
        return storage is null
            ? Failed(claim, $"storageclass.storage.k8s.io \"{className}\" not found")
            : Provisioned(claim, storage, node, selected, context);
    }

    private static ClaimPlan Named(PersistentVolumeClaim claim, PersistentVolume? volume)
    {
        if (volume is null) return new(claim);
        if (volume.Spec.ClaimRef is not null && !VolumeMatch.IsKeptFor(volume, claim))
        {
            return new(claim, News: [VolumeNews.Warning(
                "FailedBinding", $"volume \"{volume.Metadata.Name}\" already bound to a different claim.")]);
        }
        return volume.Spec.ClaimRef is null && VolumeMatch.Mismatch(claim, volume) is { } why
            ? new(claim, News: [VolumeNews.Warning("VolumeMismatch",
                $"Cannot bind to requested volume \"{volume.Metadata.Name}\": {why}")])
            : Take(claim, volume);
    }

    private static ClaimPlan Waiting(PersistentVolumeClaim claim, ClaimContext context)
    {
        var pods = context.Pods
            .Where(pod => pod.Spec.NodeName is null or "" && pod.Spec.Volumes.Any(volume => IsFor(claim, pod, volume)))
            .Select(pod => pod.Metadata.Name ?? "").Order(StringComparer.Ordinal).ToList();
        return new(claim, News: [pods.Count == 0
            ? VolumeNews.Normal("WaitForFirstConsumer", "waiting for first consumer to be created before binding")
            : VolumeNews.Normal("WaitForPodScheduled",
                $"waiting for pod {string.Join(',', pods)} to be scheduled")]);
    }

    private static ClaimPlan Provisioned(
        PersistentVolumeClaim claim, StorageClass storage, Node? node, string? selected, ClaimContext context)
    {
        if (storage.Provisioner == LocalStorage.NoProvisioner)
            return Failed(claim, $"no volume plugin matched name: {LocalStorage.NoProvisioner}");
        var asked = With(claim, (VolumeAnnotations.StorageProvisioner, storage.Provisioner),
            (VolumeAnnotations.OlderStorageProvisioner, storage.Provisioner));
        if (storage.Provisioner != LocalStorage.Provisioner)
        {
            return new(asked, News: [VolumeNews.Normal("ExternalProvisioning",
                "Waiting for a volume to be created either by the external provisioner "
                + $"'{storage.Provisioner}' or manually by the system administrator. If volume creation is delayed, "
                + "please verify that the provisioner is running and correctly registered.")]);
        }
        if (selected is not null && node is null) return Failed(claim, $"node {selected} is gone");
        if ((node ?? LocalVolumes.Choose(storage, context)) is not { } place)
        {
            return Failed(claim, $"no node that class {storage.Metadata.Name} allows is ready to hold the volume")
                with
            { LookAgainAfter = NoNodeDelay };
        }
        var volume = LocalVolumes.For(claim, storage, place);
        return new(BoundTo(asked, volume), new ClaimAction.Make(volume),
        [
            VolumeNews.Normal("ProvisioningSucceeded", $"Successfully provisioned volume {volume.Metadata.Name}",
                LocalStorage.Provisioner),
        ]);
    }

    // The pod may be placed elsewhere next time.
    private static ClaimPlan Failed(PersistentVolumeClaim claim, string why)
    {
        var kept = claim.Metadata.Annotations.Where(pair => pair.Key != VolumeAnnotations.SelectedNode).ToDictionary();
        var next = kept.Count == claim.Metadata.Annotations.Count
            ? claim
            : claim with { Metadata = claim.Metadata with { Annotations = kept } };
        return new(next, News: [VolumeNews.Warning("ProvisioningFailed", why)]);
    }

    private static ClaimPlan Take(PersistentVolumeClaim claim, PersistentVolume volume)
    {
        var next = BoundTo(claim, volume);
        if (volume.Spec.ClaimRef?.Uid == claim.Metadata.Uid) return new(next);
        var taken = volume with
        {
            Spec = volume.Spec with { ClaimRef = LocalVolumes.ReferenceTo(claim) },
            Metadata = volume.Spec.ClaimRef is null
                ? volume.Metadata with
                {
                    Annotations = new Dictionary<string, string>(volume.Metadata.Annotations)
                    {
                        [VolumeAnnotations.BoundByController] = VolumeAnnotations.Yes,
                    },
                }
                : volume.Metadata,
        };
        return new(next, new ClaimAction.Take(taken));
    }

    private static PersistentVolumeClaim BoundTo(PersistentVolumeClaim claim, PersistentVolume volume)
    {
        var marked = With(claim, (VolumeAnnotations.BindCompleted, VolumeAnnotations.Yes));
        if (string.IsNullOrEmpty(claim.Spec.VolumeName))
            marked = With(marked, (VolumeAnnotations.BoundByController, VolumeAnnotations.Yes));
        return Having(marked with { Spec = marked.Spec with { VolumeName = volume.Metadata.Name } }, volume);
    }

    private static PersistentVolumeClaim Having(PersistentVolumeClaim claim, PersistentVolume volume) => claim with
    {
        Status = claim.Status with
        {
            Phase = "Bound",
            AccessModes = volume.Spec.AccessModes,
            Capacity = volume.Spec.Capacity,
        },
    };

    private static PersistentVolumeClaim With(
        PersistentVolumeClaim claim, params (string Key, string Value)[] annotations)
    {
        if (annotations.All(pair => claim.Metadata.Annotations.GetValueOrDefault(pair.Key) == pair.Value)) return claim;
        var all = new Dictionary<string, string>(claim.Metadata.Annotations);
        foreach (var (key, value) in annotations) all[key] = value;
        return claim with { Metadata = claim.Metadata with { Annotations = all } };
    }

    private static Dictionary<string, Quantity> Of(Quantity size) => new() { [Storage] = size };

    private static IEnumerable<ReasonRecord> ReasonsOf(
        PersistentVolumeClaim claim, ClaimPlan plan, DateTimeOffset now)
    {
        var (decision, why) = plan.Action switch
        {
            ClaimAction.Take take => ("Bound", $"volume {take.Volume.Metadata.Name} fits"),
            ClaimAction.Make make => ("Provisioned",
                $"no volume fits; {make.Volume.Metadata.Name} is made on {LocalStorage.NodeOf(make.Volume)}"),
            ClaimAction.Grow grow => ("Grown", $"{grow.Volume.Metadata.Name} has {VolumeMatch.Capacity(grow.Volume)}"),
            _ => ("", ""),
        };
        if (decision.Length > 0)
        {
            yield return new(now, claim.Metadata.Uid ?? "", KindRegistry.KeyOf(claim).ToString(), decision, why);
        }
    }
}
