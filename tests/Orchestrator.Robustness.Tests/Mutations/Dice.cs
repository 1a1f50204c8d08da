namespace Orchestrator.Robustness.Tests.Mutations;

/// <summary>Chance that repeats: one seed and one number always throw the same.</summary>
internal sealed class Dice(int seed, int number)
{
    private readonly Random _random = new(HashOf(seed, number));

    public int Below(int bound) => _random.Next(bound);

    public bool Once(int inSoMany) => _random.Next(inSoMany) == 0;

    public T Of<T>(IReadOnlyList<T> items) => items[_random.Next(items.Count)];

    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }

    // HashCode differs from run to run.
    private static int HashOf(int seed, int number)
    {
        var mixed = ((ulong)(uint)seed << 32 | (uint)number) * 0x9E37_79B9_7F4A_7C15;
        return (int)((mixed ^ mixed >> 29) >> 16);
    }
}
