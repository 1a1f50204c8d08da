using Orchestrator.Fault.Tests.Faults;

namespace Orchestrator.Fault.Tests.Pauses;

public sealed class PauseMeterTests
{
    // why | answers | from | until | the longest pause
    public static TheoryData<string, long[], long, long, long> Cases => new()
    {
        { "a steady client hardly pauses", [10, 11, 12, 13, 14], 11, 14, 1 },
        { "a gap inside", [10, 11, 18, 19, 20], 11, 20, 7 },
        { "a gap that began before counts whole", [10, 18, 19, 20], 12, 20, 8 },
        { "a gap that ends after counts up to there", [10, 12, 30], 11, 20, 8 },
        { "a gap before it does not count", [0, 9, 10, 11, 12], 10, 12, 1 },
        { "a gap after it does not count", [10, 11, 12, 30], 10, 12, 1 },
        { "never answered again", [10, 11], 11, 20, 9 },
        { "never answered", [], 11, 20, 9 },
        { "answers come in any order", [12, 10, 11], 10, 12, 1 },
    };

    [Theory, MemberData(nameof(Cases))]
    public void The_longest_pause_is_found(string why, long[] answers, long from, long until, long longest) =>
        Assert.True(PauseMeter.Longest(answers, from, until) == longest,
            $"{why}: expected {longest}, got {PauseMeter.Longest(answers, from, until)}");

    [Fact]
    public void A_victims_own_clients_do_not_count()
    {
        var fault = new FaultStep(FaultKind.KillSilo, 1, 0, default, default);
        var answered = new Dictionary<string, IReadOnlyCollection<long>> { ["silo-0"] = [1, 2, 5], ["silo-1"] = [1] };
        var pauses = PauseMeter.Of([new(fault, 1, 5)], answered, (f, client) => client == $"silo-{f.Victim}",
            ticks => TimeSpan.FromSeconds(ticks));
        Assert.Equal([new(fault, "silo-0", TimeSpan.FromSeconds(3))], pauses);
        Assert.Contains("KillSilo             1          0       3000", PauseMeter.Table(pauses, "any"));
    }
}
