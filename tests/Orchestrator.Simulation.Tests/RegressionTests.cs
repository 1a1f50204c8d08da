namespace Orchestrator.Simulations.Tests;

/// <summary>Seeds that found something once; the sentence says what.</summary>
public sealed class RegressionTests
{
    [Theory]
    [InlineData(27, "a Deployment deleted in the foreground looked at its progress deadline for ever, without a pause")]
    [InlineData(4, "the same, while its pods wait on a node that is lost")]
    [InlineData(41, "a set made a pod too many while one before it was written without an answer")]
    [InlineData(47, "a pod went back to pending when its container was lost and an older one was left")]
    [InlineData(120, "a node whose agent was new and whose engine was lost forgot its capacity")]
    [InlineData(118, "a pod that had ended went with its sandbox still there, because it was deleted a second time")]
    public void A_seed_that_found_something_finds_it_no_more(int seed, string what)
    {
        var result = Simulation.Run(Seeds.BusyOptionsOf(seed));
        Assert.True(result.Violation is null, $"{what}: {result.Violation}");
    }
}
