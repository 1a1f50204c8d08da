using Orchestrator.Fault.Tests.Histories;
using Orchestrator.Fault.Tests.Loads;
using Orchestrator.Fault.Tests.Pauses;

namespace Orchestrator.Fault.Tests.Faults;

/// <summary>What a round came to.</summary>
public sealed record RoundResult(IReadOnlyList<Violation> Violations, IReadOnlyList<Pause> Pauses, string Report)
{
    /// <summary>The name of the client that asks the next silo.</summary>
    public const string Roaming = "any";

    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(15);

    /// <summary>Judges what a load saw while the faults happened.</summary>
    public static RoundResult Of(Load load, History history, IReadOnlyList<Happened> faults)
    {
        var pauses = PauseMeter.Of(faults,
            load.Probers.ToDictionary(prober => prober.Name, prober => prober.Answered),
            (fault, client) => client != Roaming && fault.Strikes(int.Parse(client.Split('-')[1])),
            ticks => Clock.Between(0, ticks));
        return new(HistoryChecker.Check(history), pauses,
            $"{load.Calls} calls: {load.Summary()}\n{PauseMeter.Table(pauses, Roaming)}");
    }

    /// <summary>Fails when a rule was broken or a pause was beyond all patience.</summary>
    /// <param name="more">What helps to understand a failure.</param>
    public void Demand(Func<string> more)
    {
        if (Violations.Count > 0)
        {
            var shown = string.Join('\n', Violations.Take(30));
            Assert.Fail($"{Violations.Count} violations:\n{shown}\n{Report}\n{more()}");
        }
        if (Pauses.Any(pause => pause.Longest > PauseMax))
        {
            Assert.Fail($"writes stood still for more than {PauseMax}:\n{Report}\n"
                + string.Join('\n', Pauses.Where(pause => pause.Longest > PauseMax)) + $"\n{more()}");
        }
    }
}
