using Orchestrator.Robustness.Tests.Requests;

namespace Orchestrator.Robustness.Tests.Mutations;

/// <summary>One way to spoil a request.</summary>
/// <param name="Name">What it does.</param>
/// <param name="Fits">It can be done to the request.</param>
/// <param name="Apply">Does it.</param>
internal sealed record Mutator(string Name, Func<Message, bool> Fits, Func<Message, Dice, Message> Apply)
{
    /// <summary>One that fits every request.</summary>
    public Mutator(string name, Func<Message, Dice, Message> apply) : this(name, static _ => true, apply) { }
}

/// <summary>All ways to spoil a request, by what they are about.</summary>
internal static class Mutators
{
    // Each family comes equally often, and in it each of its rows that fits.
    private static readonly Mutator[][] Families =
    [
        JsonMutators.All, ByteMutators.All, YamlMutators.All, BinaryMutators.All, PatchMutators.All, PathMutators.All,
        QueryMutators.All, HeaderMutators.All, AccessMutators.All,
    ];

    /// <summary>A valid request, spoiled one to three times.</summary>
    public static Message Spoiled(IReadOnlyList<Message> valid, Dice dice)
    {
        var message = dice.Of(valid);
        for (var left = 1 + dice.Below(3); left > 0;)
        {
            var fitting = dice.Of(Families).Where(mutator => mutator.Fits(message)).ToList();
            if (fitting.Count == 0) continue;
            var mutator = dice.Of(fitting);
            message = mutator.Apply(message, dice) with { Done = [.. message.Done, mutator.Name] };
            left--;
        }
        return message;
    }
}
