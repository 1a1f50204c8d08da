namespace Orchestrator.Reconcilers.Lifecycle;

/// <summary>
/// The objects one silo wakes, of those that are all awake: each key belongs to the silo that ranks highest for it
/// (rendezvous hashing), so that a silo that joins takes over its share and moves nothing else, and one that leaves
/// hands on its own and nothing else. Silos that see the same members divide the keys among them without a word.
/// </summary>
public sealed class SweepRange
{
    private readonly ulong[] _others;
    private readonly ulong _own;

    /// <summary>The share of a silo.</summary>
    /// <param name="own">The silo.</param>
    /// <param name="members">All silos; the silo counts as one of them whether it is named or not.</param>
    public SweepRange(string own, IEnumerable<string> members)
    {
        _own = HashOf(own);
        _others = [.. members.Where(member => member != own).Distinct().Select(HashOf)];
    }

    /// <summary>How many silos share.</summary>
    public int SiloCount => _others.Length + 1;

    /// <summary>The key is this silo's to wake.</summary>
    public bool Holds(string key)
    {
        var hash = HashOf(key);
        var own = Rank(hash, _own);
        foreach (var other in _others)
        {
            var rank = Rank(hash, other);
            if (rank > own || (rank == own && other > _own)) return false;
        }
        return true;
    }

    // FNV-1a, because string.GetHashCode differs from process to process.
    private static ulong HashOf(string text)
    {
        var hash = 14695981039346656037ul;
        foreach (var c in text) hash = unchecked((hash ^ c) * 1099511628211ul);
        return hash;
    }

    // The finishing steps of SplitMix64: neighbours in must not be neighbours out.
    private static ulong Rank(ulong key, ulong silo)
    {
        var mixed = unchecked(key ^ (silo * 0x9E3779B97F4A7C15ul));
        mixed = unchecked((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ul);
        mixed = unchecked((mixed ^ (mixed >> 27)) * 0x94D049BB133111EBul);
        return mixed ^ (mixed >> 31);
    }
}
