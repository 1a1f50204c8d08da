using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Policy.V1;
using Orchestrator.Grains;
using Orchestrator.Storage;

namespace Orchestrator.Cluster.Tests;

/// <summary>Evictions keep to the budgets of their pods.</summary>
public abstract class DisruptionScenarios(SharedWorld shared)
{
    private TestWorld World => shared.World;

    [Fact]
    public async Task As_many_are_evicted_at_once_as_the_budget_allows()
    {
        await World.Create(Given.ReplicaSet("budgeted", 4));
        await World.Settled("budgeted", 4);
        var budget = await World.Create(Budget("budgeted", min: 3));
        await World.Eventually(() => World.Fresh(budget).Status is
        { ExpectedPods: 4, CurrentHealthy: 4, DesiredHealthy: 3, DisruptionsAllowed: 1 }, "the pods are counted");
        var node = World.Cache.All(Node.Kind).Single();
        // The replacement mostly has the name of who went; which of the two is counted must not be chance.
        for (var round = 0; round < 4; round++)
        {
            var pods = World.Pods("budgeted");
            // Nothing takes the place of who is evicted until all have asked: once it did, another might go.
            await World.Merge(node, """{"spec":{"unschedulable":true}}""");
            var outcomes = await Task.WhenAll(pods.Select(pod => Outcome(() => Evict(pod))));
            Assert.Equal(1, outcomes.Count(code => code == 0));
            Assert.Equal(3, outcomes.Count(code => code == 429));
            await World.Merge(node, """{"spec":{"unschedulable":false}}""");
            await World.Settled("budgeted", 4);
            await World.Eventually(
                () => World.Fresh(budget).Status is { DisruptionsAllowed: 1, DisruptedPods.Count: 0 },
                "the replacement is counted");
        }
    }

    [Fact]
    public async Task A_trial_takes_nothing_and_two_budgets_are_too_many()
    {
        await World.Create(Given.ReplicaSet("tried", 2));
        await World.Settled("tried", 2);
        var budget = await World.Create(Budget("tried", min: 1));
        await World.Eventually(() => World.Fresh(budget).Status.DisruptionsAllowed == 1, "the pods are counted");
        var pod = World.Pods("tried")[0];
        await Evict(pod, new DeleteRequest { DryRun = true });
        Assert.Equal(1, World.Fresh(budget).Status.DisruptionsAllowed);
        var other = Budget("tried", min: 0);
        await World.Create(other with { Metadata = other.Metadata with { Name = "another" } });
        await Refused.With(500, "InternalError", () => Evict(pod));
        Assert.Null(World.Fresh(pod).Metadata.DeletionTimestamp);
    }

    [Fact]
    public async Task Who_is_evicted_is_told_why()
    {
        var pod = await World.Create(Given.Pod("evicted"));
        await World.Running(pod);
        await Refused.With(409, "Conflict", () => Evict(pod, new DeleteRequest { Uid = "of-another" }));
        await Evict(pod);
        await World.Eventually(async () => (await World.History()).Any(change => change.Object.Object is Pod seen
            && seen.Metadata.Uid == pod.Metadata.Uid && seen.Metadata.DeletionTimestamp is not null
            && seen.Status.Conditions.Any(condition => condition is
            { Type: "DisruptionTarget", Status: "True", Reason: "EvictionByEvictionAPI" })), "it says so");
    }

    private Task<WriteResult> Evict(Pod pod, DeleteRequest? request = null) =>
        World.Written(((IPodGrain)World.GrainOf(pod)).EvictAsAsked(request ?? new()));

    private static async Task<int> Outcome(Func<Task> act)
    {
        try
        {
            await act();
            return 0;
        }
        catch (ApiException refused)
        {
            return refused.Code;
        }
    }

    private static PodDisruptionBudget Budget(string app, int min) => new()
    {
        Metadata = new() { Name = app, Namespace = "default" },
        Spec = new()
        {
            MinAvailable = min,
            Selector = new() { MatchLabels = new Dictionary<string, string> { ["app"] = app } },
        },
    };
}

/// <inheritdoc />
public sealed class DisruptionTests(SharedWorld shared) : DisruptionScenarios(shared), IClassFixture<SharedWorld>;

/// <inheritdoc />
public sealed class DisruptionTestsOnManySilos(
    ScatteredWorld shared) : DisruptionScenarios(shared), IClassFixture<ScatteredWorld>;
