using System.Globalization;
using Orchestrator.Api.Meta;
using Orchestrator.Grains;
using Orchestrator.Storage;

namespace Orchestrator.Simulations.Invariants;

/// <summary>
/// What a user was told is written stays: the object is there in this version or a later one, or was deleted since.
/// </summary>
internal sealed class AcknowledgedWritesStay(SimulatedWorld world) : Invariant("an acknowledged write is never lost")
{
    private readonly SortedDictionary<string, (ObjectKey Key, long Revision)> _acknowledged =
        new(StringComparer.Ordinal);

    private readonly Dictionary<ObjectKey, long> _removed = [];

    public override void See(ObjectChange change)
    {
        if (change.Type == ChangeType.Deleted) _removed[change.Object.Key] = change.Revision;
    }

    public override void SeeAcknowledged(ObjectKey key, WriteResult result)
    {
        if (result.Object.Metadata.ResourceVersion is not { } version) throw Violated($"{key} came without a revision");
        var revision = long.Parse(version, CultureInfo.InvariantCulture);
        _acknowledged[key.ToString()] = (key, revision);
        Check(key, revision);
    }

    public override void SeeSettled()
    {
        foreach (var (key, revision) in _acknowledged.Values) Check(key, revision);
    }

    private void Check(ObjectKey key, long revision)
    {
        var stands = world.Cache.Find(key)?.Revision ?? _removed.GetValueOrDefault(key);
        if (stands < revision) throw Violated($"{key} was acknowledged at {revision} and stands at {stands}");
    }
}
