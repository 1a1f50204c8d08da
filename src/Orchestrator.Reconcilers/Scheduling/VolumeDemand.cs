using System.Text;
using System.Text.Json;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Storage.V1;
using Orchestrator.Reconcilers.ReplicaSets;
using Orchestrator.Reconcilers.Volumes;

namespace Orchestrator.Reconcilers.Scheduling;

/// <summary>
/// What the claims of a pod ask of its node: where their volumes are, or where they can be found or made. The texts are
/// the reference's.
/// </summary>
internal sealed class VolumeDemand
{
    private const string Elsewhere = "node(s) had volume node affinity conflict";
    private const string NotFound = "node(s) didn't find available persistent volumes to bind";
    private const string InUse =
        "node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode";

    private readonly List<PersistentVolume> _bound = [];
    private readonly List<Unbound> _unbound = [];
    private readonly List<string> _alone = [];
    private string? _chosenNode;
    private bool _isInUse;

    private VolumeDemand()
    {
    }

    /// <summary>Of a pod without claims.</summary>
    public static VolumeDemand None { get; } = new();

    /// <summary>Why no node at all is to be looked at, or null.</summary>
    public string? Refusal { get; private init; }

    /// <summary>The claims that are to be bound when the node is known.</summary>
    public IReadOnlyList<PersistentVolumeClaim> ToTake => [.. _unbound.Select(unbound => unbound.Claim)];

    /// <summary>Pods that differ in nothing else and have the same key are placed alike.</summary>
    public string Key { get; private set; } = "";

    /// <summary>The demand of a pod, given what the pass has decided already.</summary>
    /// <param name="pod">A pod that waits.</param>
    /// <param name="lookups">The claims and volumes there are.</param>
    /// <param name="chosen">The nodes of claims that were placed in this pass.</param>
    public static VolumeDemand Of(Pod pod, VolumeLookups lookups, IReadOnlyDictionary<string, string> chosen)
    {
        if (pod.Spec.Volumes.All(volume => ClaimNames.Of(pod, volume) is null)) return None;
        var demand = new VolumeDemand();
        var isImmediate = false;
        foreach (var volume in pod.Spec.Volumes)
        {
            if (ClaimNames.Of(pod, volume) is not { } name) continue;
            var claim = lookups.FindClaim(pod.Metadata.Namespace ?? "", name);
            if (Fault(pod, volume, claim, name, lookups) is { } fault) return new() { Refusal = fault };
            demand.AddUse(claim!, pod, lookups, chosen);
            if (claim!.Status.Phase == "Bound") demand._bound.Add(lookups.FindVolume(claim.Spec.VolumeName ?? "")!);
            else if (lookups.FindClass(ClaimClasses.Of(claim)) is { } storage && ClaimClasses.Waits(storage)
                && string.IsNullOrEmpty(claim.Spec.VolumeName))
            {
                demand.AddUnbound(claim, storage, lookups, chosen);
                if (demand.Never() is { } never) return new() { Refusal = never };
            }
            else isImmediate = true;
        }
        if (isImmediate) return new() { Refusal = "pod has unbound immediate PersistentVolumeClaims" };
        demand.Key = demand.MakeKey();
        return demand;
    }

    /// <summary>Why the node is out of the question, or null.</summary>
    public string? RuleOut(Node node)
    {
        if (ReferenceEquals(this, None)) return null;
        if (_isInUse) return InUse;
        foreach (var volume in _bound)
        {
            if (!VolumeMatch.IsReachable(volume, node)) return Elsewhere;
        }
        return CanFind(node) ? null : NotFound;
    }

    /// <summary>The pod goes to the node: so do its claims, and whoever shares them.</summary>
    public void Choose(string node, Dictionary<string, string> chosen)
    {
        foreach (var unbound in _unbound) chosen[KeyOf(unbound.Claim)] = node;
        foreach (var claim in _alone) chosen[claim] = node;
    }

    private static string? Fault(
        Pod pod, Volume volume, PersistentVolumeClaim? claim, string name, VolumeLookups lookups)
    {
        if (claim is null)
        {
            return volume.Ephemeral is null
                ? $"persistentvolumeclaim \"{name}\" not found"
                : $"waiting for ephemeral volume controller to create the persistentvolumeclaim \"{name}\"";
        }
        if (PodOwnClaims.Fault(pod, volume, claim) is { } foreign) return foreign;
        var bound = claim.Spec.VolumeName;
        var isLost = claim.Status.Phase == "Lost"
            || (claim.Status.Phase == "Bound" && lookups.FindVolume(bound ?? "") is null);
        if (isLost) return $"persistentvolumeclaim \"{name}\" bound to non-existent persistentvolume \"{bound}\"";
        return claim.Metadata.DeletionTimestamp is null ? null : $"persistentvolumeclaim \"{name}\" is being deleted";
    }

    // One that only one pod may have at a time.
    private void AddUse(
        PersistentVolumeClaim claim, Pod pod, VolumeLookups lookups, IReadOnlyDictionary<string, string> chosen)
    {
        if (!claim.Spec.AccessModes.Contains("ReadWriteOncePod")) return;
        var key = $"{KeyOf(claim)} alone";
        _alone.Add(key);
        _isInUse |= chosen.ContainsKey(key) || lookups.PodsIn(claim.Metadata.Namespace ?? "").Any(other =>
            other.Metadata.Uid != pod.Metadata.Uid && !PodFacts.IsFinished(other)
            && ClaimReconciler.IsUsedBy(claim, other));
    }

    private void AddUnbound(
        PersistentVolumeClaim claim, StorageClass storage, VolumeLookups lookups,
        IReadOnlyDictionary<string, string> chosen)
    {
        // A node may have been chosen for it before, in this pass or for a provisioner that is still at it.
        _chosenNode = chosen.GetValueOrDefault(KeyOf(claim)) ?? _chosenNode
            ?? claim.Metadata.Annotations.GetValueOrDefault(VolumeAnnotations.SelectedNode);
        var free = lookups.Volumes.Value
            .Where(volume => VolumeMatch.Best(claim, [volume], null) is not null).ToList();
        _unbound.Add(new(claim, storage, free));
    }

    // No node would do: the claim itself is told the same.
    private string? Never()
    {
        var (claim, storage, free) = _unbound[^1];
        return free.Count == 0 && LocalVolumes.Refusal(claim, storage) is { } refusal
            ? $"provisioning failed for PVC \"{claim.Metadata.Name}\": {refusal}"
            : null;
    }

    private bool CanFind(Node node)
    {
        if (_chosenNode is not null && node.Metadata.Name != _chosenNode) return false;
        HashSet<string?> taken = [];
        foreach (var (claim, storage, free) in _unbound)
        {
            var left = free.Where(volume => !taken.Contains(volume.Metadata.Name));
            if (VolumeMatch.Best(claim, left, node) is { } volume) taken.Add(volume.Metadata.Name);
            else if (storage.Provisioner == LocalStorage.NoProvisioner || !LocalVolumes.Allows(storage, node)
                || LocalVolumes.Refusal(claim, storage) is not null)
            {
                return false;
            }
        }
        return true;
    }

    private string MakeKey()
    {
        var key = new StringBuilder("|v").Append(_isInUse).Append(_chosenNode);
        foreach (var volume in _bound)
        {
            key.Append("|b").Append(volume.Spec.NodeAffinity is { } affinity
                ? JsonSerializer.Serialize(affinity, ApiJson.TypeInfo(typeof(VolumeNodeAffinity)))
                : "");
        }
        foreach (var (claim, storage, free) in _unbound)
        {
            key.Append("|u").Append(storage.Metadata.Name);
            // Where nothing is there to be found, all claims of a class are alike.
            if (free.Count > 0) key.Append('/').Append(KeyOf(claim));
        }
        if (_alone.Count > 0) key.AppendJoin(',', _alone);
        return key.ToString();
    }

    private static string KeyOf(PersistentVolumeClaim claim) => $"{claim.Metadata.Namespace}/{claim.Metadata.Name}";

    /// <summary>A claim without a volume, and the free volumes that would do.</summary>
    private sealed record Unbound(
        PersistentVolumeClaim Claim, StorageClass Storage, IReadOnlyList<PersistentVolume> Free);
}
