using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Policy.V1;
using Orchestrator.Reconcilers.Disruptions;
using Shouldly;

namespace Orchestrator.Unit.Tests.Disruptions;

/// <summary>How many pods may be evicted.</summary>
public sealed class BudgetReconcilerTests
{
    // min | max | pods: + ready, - unready, d being deleted, g granted, o granted long ago | kept by controllers |
    // expected, desired, healthy, allowed
    public static TheoryData<string, string, string, int, string> Counts => new()
    {
        { "1", "", "+", 0, "1 1 1 0" },
        { "1", "", "++-", 3, "3 1 2 1" },
        { "2", "", "++d", 3, "3 2 2 0" },
        { "2", "", "+++g", 4, "4 2 3 1" },
        { "2", "", "+++o", 4, "4 2 4 2" },
        { "50%", "", "+++++", 5, "5 3 5 2" },
        { "100%", "", "+++", 3, "3 3 3 0" },
        { "", "1", "+++", 3, "3 2 3 1" },
        { "", "1", "++", 3, "3 2 2 0" },
        { "", "30%", "+++++", 5, "5 3 5 2" },
        { "", "5", "+++", 3, "3 0 3 3" },
        { "", "1", "++", 0, "0 0 2 0" },
        { "0", "", "", 0, "0 0 0 0" },
    };

    [Theory]
    [MemberData(nameof(Counts))]
    public void It_counts_as_the_reference(string min, string max, string pods, int kept, string expected)
    {
        var status = Plan(Budget(min, max, pods), pods, kept).Status;
        $"{status.ExpectedPods} {status.DesiredHealthy} {status.CurrentHealthy} {status.DisruptionsAllowed}"
            .ShouldBe(expected);
        var allowed = status.Conditions.Single();
        (allowed.Type, allowed.Status, allowed.Reason).ShouldBe(status.DisruptionsAllowed > 0
            ? ("DisruptionAllowed", "True", "SufficientPods") : ("DisruptionAllowed", "False", "InsufficientPods"));
        status.ObservedGeneration.ShouldBe(3);
    }

    [Fact]
    public void A_grant_is_counted_at_once_and_forgotten_in_time()
    {
        var budget = Budget("1", "", "++");
        budget = budget with { Status = Plan(budget, "++", 2).Status };
        var granted = BudgetReconciler.Grant(budget, "p0", Given.Now);
        granted.Status.DisruptionsAllowed.ShouldBe(0);
        granted.Status.DisruptedPods.Keys.ShouldBe(["p0"]);
        var refused = Should.Throw<ApiException>(() => BudgetReconciler.Grant(granted, "p1", Given.Now));
        (refused.Code, refused.Reason, refused.Message).ShouldBe((429, "TooManyRequests",
            "Cannot evict pod as it would violate the pod's disruption budget."));
        refused.Details!.Causes.Single().Message.ShouldBe(
            "The disruption budget b needs 1 healthy pods and has 2 currently");
        Plan(granted, "++", 2).LookAgainAfter.ShouldBe(TimeSpan.FromMinutes(2));
        BudgetReconciler.Reconcile(granted, Pods("++"), Nobody, _ => ("c", 2), Given.Now.AddMinutes(2)).Status
            .DisruptionsAllowed.ShouldBe(1);
    }

    [Theory]
    [InlineData("uid-0", 0)]
    [InlineData("uid-of-one-before", 1)]
    public void A_grant_is_not_for_a_later_pod_of_the_name(string uid, int allowed)
    {
        var budget = Budget("1", "", "++");
        budget = budget with { Status = Plan(budget, "++", 2).Status };
        var granted = BudgetReconciler.Grant(budget, "p0", Given.Now);
        BudgetReconciler.Reconcile(granted, Pods("++"), Given.Map(("p0", uid)), _ => ("c", 2), Given.Now).Status
            .DisruptionsAllowed.ShouldBe(allowed);
    }

    // policy | healthy | desired | ready -> no loss
    [Theory]
    [InlineData(null, 2, 2, false, true)]
    [InlineData(null, 1, 2, false, false)]
    [InlineData("IfHealthyBudget", 0, 0, false, false)]
    [InlineData("AlwaysAllow", 0, 2, false, true)]
    [InlineData("AlwaysAllow", 2, 2, true, false)]
    public void An_unready_pod_may_go_when_that_is_no_loss(
        string? policy, int healthy, int desired, bool isReady, bool expected)
    {
        var budget = Budget("1", "", "");
        budget = budget with
        {
            Spec = budget.Spec with { UnhealthyPodEvictionPolicy = policy },
            Status = new() { CurrentHealthy = healthy, DesiredHealthy = desired },
        };
        BudgetReconciler.IsNoLoss(Pods(isReady ? "+" : "-")[0], budget).ShouldBe(expected);
    }

    [Fact]
    public void Pods_that_nobody_keeps_are_named_when_their_number_matters()
    {
        Plan(Budget("", "1", ""), "++", 0).Unmanaged.ShouldBe(["p0", "p1"]);
        Plan(Budget("1", "", ""), "++", 0).Unmanaged.ShouldBeEmpty();
    }

    [Fact]
    public void An_empty_selector_covers_all_of_its_namespace_and_none_covers_nothing()
    {
        var (budget, pod) = (Budget("1", "", ""), Pods("+")[0]);
        BudgetReconciler.Covers(budget, pod).ShouldBeTrue();
        BudgetReconciler.Covers(budget with { Spec = budget.Spec with { Selector = new() } }, pod).ShouldBeTrue();
        BudgetReconciler.Covers(budget with { Spec = budget.Spec with { Selector = null } }, pod).ShouldBeFalse();
        BudgetReconciler.Covers(
            budget with { Metadata = budget.Metadata with { Namespace = "other" } }, pod).ShouldBeFalse();
    }

    private static readonly Dictionary<string, string> Nobody = [];

    private static BudgetPlan Plan(PodDisruptionBudget budget, string pods, int kept) =>
        BudgetReconciler.Reconcile(budget, Pods(pods), Nobody, _ => kept == 0 ? null : ("controller", kept), Given.Now);

    private static PodDisruptionBudget Budget(string min, string max, string pods) => new()
    {
        Metadata = new() { Name = "b", Namespace = "default", Uid = "b", Generation = 3 },
        Spec = new()
        {
            MinAvailable = Count(min),
            MaxUnavailable = Count(max),
            Selector = Given.Selector(("app", "web")),
        },
        Status = new()
        {
            DisruptedPods = pods.Index().Where(pod => pod.Item is 'g' or 'o').ToDictionary(
                pod => $"p{pod.Index}", pod => Given.Now.AddMinutes(pod.Item == 'g' ? -1 : -3)),
        },
    };

    private static IntOrString? Count(string text) =>
        text.Length == 0 ? (IntOrString?)null : int.TryParse(text, out var number) ? number : (IntOrString)text;

    private static List<Pod> Pods(string pods) => [.. pods.Select((sort, i) => new Pod
    {
        Metadata = new()
        {
            Name = $"p{i}", Namespace = "default", Uid = $"uid-{i}", Labels = Given.Map(("app", "web")),
            CreationTimestamp = Given.Now.AddHours(-1), DeletionTimestamp = sort == 'd' ? Given.Now : null,
        },
        Status = new()
        {
            Phase = "Running", Conditions = [new() { Type = "Ready", Status = sort == '-' ? "False" : "True" }],
        },
    })];
}
