using System.Globalization;
using System.Text;

namespace Orchestrator.Api.Naming;

/// <summary>
/// Names that are made up: by chance for <c>generateName</c>, by hash where repeating a pass must repeat the name. The
/// alphabet has no vowels and no look-alikes, so no name spells a word or is misread.
/// </summary>
public static class GeneratedNames
{
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";
    private const int SuffixLength = 5;
    private const int PrefixLengthMax = 63 - SuffixLength;

    /// <summary>The prefix, cut to 58 characters, and five characters by chance.</summary>
    /// <param name="prefix">What <c>generateName</c> says.</param>
    /// <param name="pick">Chance: a number from 0 to below its argument.</param>
    public static string Create(string prefix, Func<int, int> pick) => Cut(prefix) + string.Create(
        SuffixLength, pick, static (span, source) =>
        {
            foreach (ref var c in span) c = Alphabet[source(Alphabet.Length)];
        });

    /// <summary>The prefix, cut so that a suffix fits.</summary>
    public static string Cut(string prefix) => prefix.Length > PrefixLengthMax ? prefix[..PrefixLengthMax] : prefix;

    /// <summary>Where the suffixes of an owner's children start from.</summary>
    /// <param name="uid">The owner's UID: two owners of one name never name a child alike.</param>
    public static ulong Seed(string uid)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in uid) hash = unchecked((hash ^ c) * 1099511628211UL);
        return hash;
    }

    /// <summary>Five characters that the seed and the slot decide.</summary>
    public static string Suffix(ulong seed, int slot)
    {
        // The finaliser of MurmurHash3: neighbouring slots must not get neighbouring names.
        var mixed = unchecked(seed + ((ulong)slot * 0x9E3779B97F4A7C15UL));
        mixed = unchecked((mixed ^ (mixed >> 33)) * 0xFF51AFD7ED558CCDUL);
        mixed = unchecked((mixed ^ (mixed >> 33)) * 0xC4CEB9FE1A85EC53UL);
        mixed ^= mixed >> 33;
        Span<char> suffix = stackalloc char[SuffixLength];
        foreach (ref var c in suffix)
        {
            c = Alphabet[(int)(mixed % (ulong)Alphabet.Length)];
            mixed /= (ulong)Alphabet.Length;
        }
        return new string(suffix);
    }

    /// <summary>The hash of a template's canonical JSON; the count of collisions gives another one.</summary>
    /// <param name="json">The template as <see cref="Meta.ApiJson"/> writes it: order and empties are settled
    /// there.</param>
    /// <param name="collisionCount">How often the hash was found taken by another template.</param>
    public static string HashTemplate(ReadOnlySpan<byte> json, int? collisionCount)
    {
        var hash = Fnv32(Fnv32Start, json);
        if (collisionCount is { } count)
        {
            hash = Fnv32(hash, Encoding.UTF8.GetBytes(count.ToString(CultureInfo.InvariantCulture)));
        }
        return Encoded(hash);
    }

    private const uint Fnv32Start = 2166136261;

    // The decimal digits of the hash in the safe alphabet, as the reference encodes them.
    private static string Encoded(uint hash) => string.Concat(
        hash.ToString(CultureInfo.InvariantCulture).Select(digit => Alphabet[digit % Alphabet.Length]));

    private static uint Fnv32(uint hash, ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes) hash = unchecked((hash ^ b) * 16777619);
        return hash;
    }
}
