namespace Orchestrator.Reconcilers.ReplicaSets;

/// <summary>
/// Names children after slots: <c>web-7x2kd</c>. The suffix is hashed from the owner's UID and the slot, so a pass that
/// died halfway makes the same names again, and two owners of one name never do.
/// </summary>
public static class PodNames
{
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";
    private const int SuffixLength = 5;
    private const int BaseMax = 63 - SuffixLength;

    /// <summary>The name of a slot.</summary>
    public static string Of(string owner, string uid, int slot) => Base(owner) + Suffix(Seed(uid), slot);

    /// <summary>The first free slots and their names; <paramref name="isTaken"/> names are passed over.</summary>
    public static IReadOnlyList<PodAction.Create> Free(string owner, string uid, int count, Func<string, bool> isTaken)
    {
        var (prefix, seed) = (Base(owner), Seed(uid));
        var chosen = new HashSet<string>(StringComparer.Ordinal);
        var creates = new List<PodAction.Create>(count);
        for (var slot = 0; creates.Count < count; slot++)
        {
            var name = prefix + Suffix(seed, slot);
            // Two slots may hash to one name; the later one stays empty.
            if (!isTaken(name) && chosen.Add(name)) creates.Add(new(name, slot));
        }
        return creates;
    }

    /// <summary>What generated names start with: the owner and a dash, cut so that the suffix fits.</summary>
    public static string Base(string owner)
    {
        var prefix = owner + "-";
        return prefix.Length <= BaseMax ? prefix : prefix[..BaseMax];
    }

    private static ulong Seed(string uid)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in uid) hash = (hash ^ c) * 1099511628211UL;
        return hash;
    }

    private static string Suffix(ulong seed, int slot)
    {
        // The finaliser of MurmurHash3: neighbouring slots must not get neighbouring names.
        var mixed = seed + ((ulong)slot * 0x9E3779B97F4A7C15UL);
        mixed = (mixed ^ (mixed >> 33)) * 0xFF51AFD7ED558CCDUL;
        mixed = (mixed ^ (mixed >> 33)) * 0xC4CEB9FE1A85EC53UL;
        mixed ^= mixed >> 33;
        Span<char> suffix = stackalloc char[SuffixLength];
        for (var i = 0; i < SuffixLength; i++)
        {
            suffix[i] = Alphabet[(int)(mixed % (ulong)Alphabet.Length)];
            mixed /= (ulong)Alphabet.Length;
        }
        return new string(suffix);
    }
}
