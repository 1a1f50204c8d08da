using Orchestrator.Nodes.Simulated;

namespace Orchestrator.Nodes.Tests.Simulated;

public sealed class SimulatedVariationTests
{
    private static readonly SimulatedVariation Variation = new()
    {
        StartTimeMax = TimeSpan.FromSeconds(10),
        Crashes = 0.5,
        OutOfMemory = 0.5,
        RunTimeMax = TimeSpan.FromMinutes(1),
        PullRefusals = 0.5,
    };

    [Fact]
    public void Seed_and_name_decide_alone()
    {
        var image = new SimulatedBehaviour("*");
        Variation.Of(image, 1, "pod/main/0").ShouldBe(Variation.Of(image, 1, "pod/main/0"));
        Variation.Of(image, 1, "pod/main/1").ShouldNotBe(Variation.Of(image, 1, "pod/main/0"));
        Variation.Of(image, 2, "pod/main/0").ShouldNotBe(Variation.Of(image, 1, "pod/main/0"));
    }

    [Fact]
    public void Parts_and_times_come_out_as_asked()
    {
        var image = new SimulatedBehaviour("*");
        var all = Enumerable.Range(0, 2_000).Select(i => Variation.Of(image, 7, $"pod-{i}/main/0")).ToList();
        var crashing = all.Where(one => one.RunTime is not null).ToList();
        crashing.Count.ShouldBeInRange(900, 1_100);
        crashing.Count(one => one.RunsOutOfMemory).ShouldBeInRange(400, 600);
        all.Max(one => one.StartTime).ShouldBeInRange(TimeSpan.FromSeconds(9.5), TimeSpan.FromSeconds(10));
        all.Average(one => one.StartTime.TotalSeconds).ShouldBeInRange(4.7, 5.3);
        Enumerable.Range(0, 2_000).Count(i => Variation.OfPull(image, 7, $"pull-{i}").PullRefusal is not null)
            .ShouldBeInRange(900, 1_100);
    }

    [Fact]
    public void An_image_that_ends_by_itself_keeps_its_time()
    {
        var job = new SimulatedBehaviour("job*") { RunTime = TimeSpan.FromSeconds(3), ExitCode = 2 };
        Enumerable.Range(0, 100).Select(i => Variation.Of(job, 7, $"job-{i}"))
            .ShouldAllBe(one => one.RunTime == TimeSpan.FromSeconds(3) && one.ExitCode == 2);
    }
}
