namespace Orleans.Local.Engine;

/// <summary>
/// A hash that is the same in every process and on every machine: placement and ring ranges depend on it.
/// </summary>
internal static class StableHash
{
    public static uint Compute(string text)
    {
        var hash = 2166136261u;
        foreach (var c in text)
        {
            hash = (hash ^ (byte)c) * 16777619u;
            hash = (hash ^ (byte)(c >> 8)) * 16777619u;
        }

        return Mix(hash);
    }

    public static uint Combine(uint left, uint right) => Mix((left * 31) ^ right);

    // FNV alone leaves near keys near each other; this spreads them over the whole range.
    private static uint Mix(uint hash)
    {
        hash = (hash ^ (hash >> 16)) * 0x85ebca6b;
        hash = (hash ^ (hash >> 13)) * 0xc2b2ae35;
        return hash ^ (hash >> 16);
    }
}
