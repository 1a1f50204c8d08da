using Orchestrator.Api.Core.V1;
using Orchestrator.Storage;

namespace Orchestrator.Simulations.Invariants;

/// <summary>
/// A claim that is bound has its volume alone and for good; a volume whose claim is gone is never another's.
/// </summary>
internal sealed class ClaimsKeepTheirVolume() : Invariant("a volume belongs to one claim, and a claim to one volume")
{
    private readonly Dictionary<string, string> _volumes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _holders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _claims = new(StringComparer.Ordinal);

    public override void See(ObjectChange change)
    {
        if (change.Object.Object is PersistentVolumeClaim claim) See(claim, change);
        if (change.Object.Object is PersistentVolume volume) See(volume, change);
    }

    private void See(PersistentVolumeClaim claim, ObjectChange change)
    {
        var (uid, now) = (claim.Metadata.Uid!, claim.Status.Phase == "Bound" ? claim.Spec.VolumeName ?? "" : "");
        var before = _volumes.GetValueOrDefault(uid, "");
        if (change.Type == ChangeType.Deleted)
        {
            _volumes.Remove(uid);
            if (before.Length > 0) _holders.Remove(before);
            return;
        }
        if (now.Length == 0) return;
        if (before.Length > 0 && before != now)
            throw Violated($"{change.Object.Key} ({uid}) had {before} and has {now}");
        if (_holders.TryGetValue(now, out var holder) && holder != uid)
            throw Violated($"{now} is {change.Object.Key}'s ({uid}) while {holder} has it");
        (_volumes[uid], _holders[now]) = (now, uid);
    }

    private void See(PersistentVolume volume, ObjectChange change)
    {
        var (uid, now) = (volume.Metadata.Uid!, volume.Spec.ClaimRef?.Uid ?? "");
        var before = _claims.GetValueOrDefault(uid, "");
        if (change.Type == ChangeType.Deleted) _claims.Remove(uid);
        else if (now.Length > 0)
        {
            if (before.Length > 0 && before != now)
                throw Violated($"{change.Object.Key} was the claim {before}'s and is {now}'s");
            _claims[uid] = now;
        }
    }
}
