using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Tests.Pods;

public sealed class CrashBackOffTests
{
    // longest chosen (0: none) | reduced | delays after one crash after the other
    public static TheoryData<int, bool, string> Series => new()
    {
        { 0, false, "0 10 20 40 80 160 300 300" },
        { 0, true, "0 1 2 4 8 16 32 60 60" },
        { 25, false, "0 10 20 25 25" },
        { 1, false, "0 1 1" },
        { 300, true, "0 1 2 4 8 16 32 64 128 256 300" },
        { 5, false, "0 5 5" },
    };

    [Theory]
    [MemberData(nameof(Series))]
    public void B1_Delays(int max, bool isReduced, string expected)
    {
        var bounds = CrashBackOffBounds.Of(max == 0 ? null : TimeSpan.FromSeconds(max), isReduced);
        var wanted = expected.Split(' ').Select(double.Parse).ToList();
        var delays = new List<double>();
        TimeSpan? before = null;
        while (delays.Count < wanted.Count)
        {
            before = CrashBackOff.After(Dead(before, TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1)), bounds);
            delays.Add(before.Value.TotalSeconds);
        }
        delays.ShouldBe(wanted);
    }

    [Fact]
    public void B1_A_clean_run_of_ten_minutes_starts_over() =>
        CrashBackOff.After(Dead(TimeSpan.FromSeconds(300), TimeSpan.FromMinutes(10)), CrashBackOffBounds.Usual)
            .ShouldBe(TimeSpan.Zero);

    [Theory]
    [InlineData(0)]
    [InlineData(301)]
    public void B1_The_longest_delay_is_1_to_300_seconds(int seconds) =>
        Should.Throw<ArgumentOutOfRangeException>(() => CrashBackOffBounds.Of(TimeSpan.FromSeconds(seconds), false))
            .Message.ShouldContain("1 s to 300 s");

    private static ContainerAttempt Dead(TimeSpan? waited, TimeSpan ran) =>
        new("id", "web", 1, "POD0", AttemptPhase.Exited)
        {
            BackOff = waited,
            StartedAt = SeenText.Now,
            FinishedAt = SeenText.Now + ran,
            ExitCode = 1,
        };
}
