using Orchestrator.Nodes.Sandboxes;

namespace Orchestrator.Nodes.Tests.Sandboxes;

/// <summary>How many warm sandboxes a node keeps, by what it was told and what was asked of it.</summary>
public sealed class WarmPlannerTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    // why | setting | level | ready | room | may serve | target, made, dropped
    public static TheoryData<string, string, double, int, int, bool, string> Plans => new()
    {
        { "off keeps none", "off", 9, 0, 110, true, "0 +0 -0" },
        { "off drops what is there", "off", 9, 3, 110, true, "0 +0 -3" },
        { "a number is kept", "5", 0, 0, 110, true, "5 +5 -0" },
        { "a number is no more than that", "5", 50, 7, 110, true, "5 +0 -2" },
        { "no more than there is room for pods", "5", 0, 0, 2, true, "2 +2 -0" },
        { "a full node keeps none", "5", 0, 1, 0, true, "0 +0 -1" },
        { "nor one that has too many pods", "5", 0, 0, -3, true, "0 +0 -0" },
        { "an engine that cannot give them away has none", "5", 0, 2, 110, false, "0 +0 -2" },
        { "who waits for demand has a few", "auto", 0, 0, 110, true, "2 +2 -0" },
        { "demand is met", "auto", 7, 2, 110, true, "7 +5 -0" },
        { "a half is rounded up", "auto", 7.5, 2, 110, true, "8 +6 -0" },
        { "what a moment has taken off a level is not seen", "auto", 7.01, 2, 110, true, "7 +5 -0" },
        { "within bounds", "auto", 500, 0, 110, true, "24 +24 -0" },
        { "and room", "auto", 500, 0, 10, true, "10 +10 -0" },
    };

    [Theory]
    [MemberData(nameof(Plans))]
    public void The_size_follows(
        string why, string setting, double level, int ready, int room, bool mayServe, string expected)
    {
        WarmSetting.TryParse(setting, out var said).ShouldBeTrue();
        var facts = new WarmFacts(said, new WarmDemand(level, Now, 1, Now), ready, room, mayServe);
        var plan = WarmPlanner.Plan(facts, Now);
        $"{plan.Target} +{plan.Make} -{plan.Drop}".ShouldBe(expected, why);
    }

    // why | seconds of each pod, with ! when it found none | seconds of the look | level
    public static TheoryData<string, string, double, double> Demands => new()
    {
        { "nobody came", "", 0, 0 },
        { "one came", "0", 0, 1 },
        { "those of ten seconds came together", "0 1 2 9", 9, 4 },
        { "those that are longer apart did not", "0 20 40", 40, 1 },
        { "half is forgotten in ten minutes", "0 0 0 0", 600, 2 },
        { "and half of that in ten more", "0 0 0 0", 1200, 1 },
        { "a greater burst stands for a lesser one before", "0 0 100 100 100", 100, 3 },
        { "a lesser one leaves the greater", "0 0 0 0 600", 600, 2 },
        { "who finds none asks for one more", "0! 600!", 600, 1.5 },
        { "and a burst that finds none is as large as it is", "0! 0! 0!", 0, 3 },
        { "the clock may go back", "10 5", 5, 2 },
    };

    [Theory]
    [MemberData(nameof(Demands))]
    public void Demand_is_remembered_for_a_while(string why, string pods, double look, double expected)
    {
        var demand = pods.Split(' ', StringSplitOptions.RemoveEmptyEntries).Aggregate(WarmDemand.None,
            (so, pod) => so.Ask(Now.AddSeconds(int.Parse(pod.TrimEnd('!'))), hasFound: !pod.EndsWith('!')));
        demand.LevelAt(Now.AddSeconds(look)).ShouldBe(expected, 0.02, why);
    }

    [Theory]
    [InlineData("off", "off")]
    [InlineData("0", "off")]
    [InlineData(" auto ", "auto")]
    [InlineData("64", "64")]
    [InlineData("65", null)]
    [InlineData("-1", null)]
    [InlineData("some", null)]
    [InlineData(null, null)]
    public void A_setting_is_a_word_or_a_number(string? text, string? expected) =>
        (WarmSetting.TryParse(text, out var said) ? said.ToString() : null).ShouldBe(expected);

    [Theory]
    [InlineData("k8s_POD_web-1_default_uid-7_2", "web-1 default uid-7 2")]
    [InlineData("k8s_WARM_node-1_18c_3", "   ")]
    [InlineData("k8s_web_web-1_default_uid-7_2", "   ")]
    [InlineData("other", "   ")]
    public void A_name_tells_whose_sandbox_it_is(string name, string expected)
    {
        var labels = WarmSandbox.Identify(name, WarmSandbox.SpecOf("infra", "node-1", "18c", 3).Labels);
        string.Join(' ', new[]
        {
            ContainerLabels.PodName, ContainerLabels.PodNamespace, ContainerLabels.PodUid, ContainerLabels.Attempt,
        }.Select(label => labels.GetValueOrDefault(label, ""))).ShouldBe(expected);
        WarmSandbox.Identify(name, new Dictionary<string, string>()).ShouldBeEmpty("only warm ones have such names");
    }
}
