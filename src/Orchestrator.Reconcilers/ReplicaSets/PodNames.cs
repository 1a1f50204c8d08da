using Orchestrator.Api.Naming;

namespace Orchestrator.Reconcilers.ReplicaSets;

/// <summary>
/// Names children after slots: <c>web-7x2kd</c>. The suffix is hashed from the owner's UID and the slot, so a pass that
/// died halfway makes the same names again, and two owners of one name never do.
/// </summary>
public static class PodNames
{
    /// <summary>The name of a slot.</summary>
    public static string Of(string owner, string uid, int slot) =>
        Base(owner) + GeneratedNames.Suffix(GeneratedNames.Seed(uid), slot);

    /// <summary>The first free slots and their names; <paramref name="isTaken"/> names are passed over.</summary>
    public static IReadOnlyList<PodAction.Create> Free(string owner, string uid, int count, Func<string, bool> isTaken)
    {
        var (prefix, seed) = (Base(owner), GeneratedNames.Seed(uid));
        var chosen = new HashSet<string>(StringComparer.Ordinal);
        var creates = new List<PodAction.Create>(count);
        for (var slot = 0; creates.Count < count; slot++)
        {
            var name = prefix + GeneratedNames.Suffix(seed, slot);
            // Two slots may hash to one name; the later one stays empty.
            if (!isTaken(name) && chosen.Add(name)) creates.Add(new(name, slot));
        }
        return creates;
    }

    /// <summary>What generated names start with: the owner and a dash, cut so that the suffix fits.</summary>
    public static string Base(string owner) => GeneratedNames.Cut(owner + "-");
}
