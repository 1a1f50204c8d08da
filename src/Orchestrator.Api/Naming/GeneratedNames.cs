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

    /// <summary>The prefix, cut to 58 characters, and five characters that the parts decide.</summary>
    /// <param name="prefix">Such as <c>web-</c>.</param>
    /// <param name="parts">What makes the name unique: owner UID, slot.</param>
    public static string CreateFrom(string prefix, params ReadOnlySpan<string> parts) => Cut(prefix) + Suffix(parts);

    /// <summary>Five characters that the parts decide.</summary>
    public static string Suffix(params ReadOnlySpan<string> parts)
    {
        var hash = Fnv64(parts);
        Span<char> text = stackalloc char[SuffixLength];
        foreach (ref var c in text)
        {
            c = Alphabet[(int)(hash % (ulong)Alphabet.Length)];
            hash /= (ulong)Alphabet.Length;
        }
        return new string(text);
    }

    /// <summary>Up to ten characters that the parts decide, as <c>pod-template-hash</c> carries them.</summary>
    public static string Hash(params ReadOnlySpan<string> parts)
    {
        var hash = Fnv32Start;
        foreach (var part in parts) hash = Fnv32(Fnv32(hash, Encoding.UTF8.GetBytes(part)), Separator);
        return Encoded(hash);
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

    private static ReadOnlySpan<byte> Separator => [0];

    private static string Cut(string prefix) => prefix.Length > PrefixLengthMax ? prefix[..PrefixLengthMax] : prefix;

    // The decimal digits of the hash in the safe alphabet, as the reference encodes them.
    private static string Encoded(uint hash) => string.Concat(
        hash.ToString(CultureInfo.InvariantCulture).Select(digit => Alphabet[digit % Alphabet.Length]));

    private static uint Fnv32(uint hash, ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes) hash = unchecked((hash ^ b) * 16777619);
        return hash;
    }

    private static ulong Fnv64(ReadOnlySpan<string> parts)
    {
        var hash = 14695981039346656037UL;
        foreach (var part in parts)
        {
            foreach (var b in Encoding.UTF8.GetBytes(part)) hash = unchecked((hash ^ b) * 1099511628211UL);
            hash = unchecked(hash * 1099511628211UL);
        }
        // The low bits of FNV mix poorly; without this neighbouring slots get similar names.
        hash ^= hash >> 33;
        hash = unchecked(hash * 0xff51afd7ed558ccdUL);
        return hash ^ (hash >> 33);
    }
}
