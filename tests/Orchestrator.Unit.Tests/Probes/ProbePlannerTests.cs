using Orchestrator.Api.Core.V1;
using Orchestrator.Reconcilers.Probes;

namespace Orchestrator.Tests.Probes;

public sealed class ProbePlannerTests
{
    private static readonly Probe Http = new() { HttpGet = new() { Port = 80 } };

    // why | kind | successes needed | failures needed | looks (s, f, u; in brackets: early) | result
    public static TheoryData<string, ProbeKind, int, int, string, ProbeOutcome> Counts => new()
    {
        { "nothing is known at first", ProbeKind.Readiness, 1, 3, "", ProbeOutcome.Unknown },
        { "one success is enough", ProbeKind.Readiness, 1, 3, "s", ProbeOutcome.Success },
        { "two failures are not", ProbeKind.Readiness, 1, 3, "ff", ProbeOutcome.Unknown },
        { "three are", ProbeKind.Readiness, 1, 3, "fff", ProbeOutcome.Failure },
        { "a success between starts the count anew", ProbeKind.Readiness, 1, 3, "ffsff", ProbeOutcome.Success },
        { "what was ready stays so for two failures", ProbeKind.Readiness, 1, 3, "sff", ProbeOutcome.Success },
        { "and not for three", ProbeKind.Readiness, 1, 3, "sfff", ProbeOutcome.Failure },
        { "several successes in a row may be asked for", ProbeKind.Readiness, 2, 1, "fs", ProbeOutcome.Failure },
        { "and are counted", ProbeKind.Readiness, 2, 1, "fss", ProbeOutcome.Success },
        { "a failure between counts", ProbeKind.Readiness, 2, 3, "sfs", ProbeOutcome.Unknown },
        { "who cannot say says nothing", ProbeKind.Readiness, 1, 3, "fuuufuu", ProbeOutcome.Unknown },
        { "and does not break a row", ProbeKind.Readiness, 1, 3, "fufuf", ProbeOutcome.Failure },
        { "an early failure counts for nothing", ProbeKind.Startup, 1, 2, "f(f)(f)(f)", ProbeOutcome.Unknown },
        { "an early success is one", ProbeKind.Startup, 1, 2, "f(f)(s)", ProbeOutcome.Success },
        { "liveness fails for good", ProbeKind.Liveness, 1, 1, "sf", ProbeOutcome.Failure },
    };

    [Theory, MemberData(nameof(Counts))]
    public void B11_looks_are_counted(
        string why, ProbeKind kind, int successes, int failures, string looks, ProbeOutcome expected)
    {
        var settings = ProbeSettings.Of(
            kind, Http with { SuccessThreshold = successes, FailureThreshold = failures });
        var count = ProbeCount.None;
        var isEarly = false;
        foreach (var look in looks)
        {
            if (look is '(' or ')') isEarly = look == '(';
            else count = ProbePlanner.Count(settings, count, Outcome(look), isEarly);
        }
        count.Result.ShouldBe(expected, why);
    }

    // why | kind | delay | period | looks | ages of the looks in seconds, early ones in brackets
    public static TheoryData<string, ProbeKind, int, int, string, string> Times => new()
    {
        { "at once, then each period", ProbeKind.Liveness, 0, 10, "ssss", "0 10 20 30" },
        { "not before the delay", ProbeKind.Liveness, 7, 10, "sss", "7 17 27" },
        { "failures come as regularly", ProbeKind.Liveness, 0, 5, "sfsf", "0 5 10 15" },
        { "what is to be killed is left alone", ProbeKind.Liveness, 0, 1, "fffs", "0 1 2" },
        { "what is ready is looked at each period", ProbeKind.Readiness, 2, 3, "ssfs", "2 5 8 11" },
        { "what is not ready yet is looked at earlier", ProbeKind.Readiness, 1, 10, "ffffffffffs",
            "1 (1.1) (1.3) (1.7) (2.5) (4.1) (7.3) 11 (17.4) 21 31" },
        { "and once it was, no more", ProbeKind.Readiness, 0, 2, "ffsfff", "0 (0.1) (0.3) 2 4 6" },
        { "a start ends its probe", ProbeKind.Startup, 0, 10, "ffs", "0 (0.1) (0.3)" },
        { "a start that failed too", ProbeKind.Startup, 0, 1, "ffffffffff", "0 (0.1) (0.3) (0.7) 1 (1.8) 2" },
    };

    [Theory, MemberData(nameof(Times))]
    public void B11_looks_come_in_time(
        string why, ProbeKind kind, int delay, int period, string looks, string expected)
    {
        var settings = ProbeSettings.Of(kind, Http with { InitialDelaySeconds = delay, PeriodSeconds = period });
        Ages(settings, looks).ShouldBe(expected, why);
    }

    [Fact]
    public void B11_commands_are_run_less_often_ahead_of_their_time() =>
        Ages(ProbeSettings.Of(ProbeKind.Readiness, new() { Exec = new() }), "fffff").ShouldBe("0 (1) (3) (7) 10");

    [Fact]
    public void B11_several_successes_in_a_row_are_never_early() =>
        Ages(ProbeSettings.Of(ProbeKind.Readiness, Http with { SuccessThreshold = 2 }), "ffss").ShouldBe("0 10 20 30");

    [Fact]
    public void B11_what_is_left_out_has_the_values_of_the_reference()
    {
        var settings = ProbeSettings.Of(ProbeKind.Liveness, Http);
        (settings.InitialDelay, settings.Period, settings.Timeout, settings.SuccessThreshold,
            settings.FailureThreshold).ShouldBe(
            (TimeSpan.Zero, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1), 1, 3));
    }

    [Fact]
    public void An_adopted_container_is_looked_at_when_its_turn_comes()
    {
        var settings = ProbeSettings.Of(ProbeKind.Liveness, Http with { InitialDelaySeconds = 3 });
        ProbePlanner.First(settings, ProbeCount.None, TimeSpan.FromSeconds(25), isAdopted: true)!.Value.Age
            .ShouldBe(TimeSpan.FromSeconds(33));
        ProbePlanner.First(settings, ProbeCount.None, TimeSpan.FromSeconds(25), isAdopted: false)!.Value.Age
            .ShouldBe(TimeSpan.FromSeconds(25));
        var readiness = ProbeSettings.Of(ProbeKind.Readiness, Http);
        ProbePlanner.First(readiness, ProbeCount.None, TimeSpan.FromSeconds(25), isAdopted: true)!.Value.Age
            .ShouldBe(TimeSpan.FromSeconds(25), "who is not ready is waited for");
    }

    private static string Ages(ProbeSettings settings, string looks)
    {
        var ages = new List<string>();
        var count = ProbeCount.None;
        var look = ProbePlanner.First(settings, count, TimeSpan.Zero, isAdopted: false);
        foreach (var outcome in looks.Select(Outcome))
        {
            if (look is not { } now) break;
            var text = Math.Round(now.Age.TotalSeconds, 3).ToString(System.Globalization.CultureInfo.InvariantCulture);
            ages.Add(now.IsEarly ? $"({text})" : text);
            count = ProbePlanner.Count(settings, count, outcome, now.IsEarly);
            look = ProbePlanner.Next(settings, count, now.Age);
        }
        return string.Join(' ', ages);
    }

    private static ProbeOutcome Outcome(char look) => look switch
    {
        's' => ProbeOutcome.Success,
        'f' => ProbeOutcome.Failure,
        _ => ProbeOutcome.Unknown,
    };
}
