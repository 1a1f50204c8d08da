namespace Orchestrator.Simulations;

/// <summary>
/// Chance for one purpose. Each purpose draws from its own stream, so that more draws for one change nothing for the
/// others.
/// </summary>
internal sealed class Chance(int seed, string purpose)
{
    private readonly Random _random = new(Mixed(seed, purpose));

    /// <summary>True in this part of cases.</summary>
    public bool Hits(double share) => share > 0 && _random.NextDouble() < share;

    public int Below(int count) => _random.Next(count);

    public int Between(int low, int high) => _random.Next(low, high + 1);

    public TimeSpan Between(TimeSpan low, TimeSpan high) => low + (high - low) * _random.NextDouble();

    /// <summary>Many short times and a few long ones.</summary>
    public TimeSpan Around(TimeSpan mean) => mean * -Math.Log(1 - _random.NextDouble());

    public T Of<T>(IReadOnlyList<T> choices) => choices[_random.Next(choices.Count)];

    /// <summary>One of the choices, by their weights.</summary>
    public T OfWeighted<T>(IReadOnlyList<(int Weight, T Choice)> choices)
    {
        var left = _random.Next(choices.Sum(choice => choice.Weight));
        foreach (var (weight, choice) in choices)
        {
            left -= weight;
            if (left < 0) return choice;
        }
        throw new System.Diagnostics.UnreachableException("the weights sum up to more than they do");
    }

    private static int Mixed(int seed, string purpose)
    {
        var hash = 2166136261u ^ (uint)seed * 2654435761u;
        foreach (var c in purpose) hash = unchecked((hash ^ c) * 16777619u);
        return (int)(hash & int.MaxValue);
    }
}
