using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Grains;
using Orchestrator.Storage;

namespace Orchestrator.Cluster.Tests;

/// <summary>Quotas hold, whoever asks and from wherever.</summary>
public abstract class QuotaScenarios(SharedWorld shared)
{
    private const int Asked = 200;
    private const int Hard = 50;

    private TestWorld World => shared.World;

    [Fact]
    public async Task Of_many_who_ask_at_once_just_as_many_get_in_as_there_is_room_for()
    {
        var quota = await Quota("at-once", $"pods={Hard} configmaps={Hard + 2}");
        await World.Eventually(() => Used(quota) == "configmaps=1 pods=0", "the certificate is counted");
        var outcomes = await Task.WhenAll(Enumerable.Range(0, Asked).Select(i => i % 2 == 0
            ? Outcome(() => World.Create(Unplaced($"p-{i}", "at-once")))
            : Outcome(() => World.Create(Given.ConfigMap($"m-{i}", "at-once")))));
        await World.Eventually(() => (World.Cache.All(Pod.Kind, "at-once").Count(),
            World.Cache.All(ConfigMap.Kind, "at-once").Count()) == (Hard, Hard + 2), "as many are there as may be");
        Assert.Equal(Asked - Hard - Hard - 1, outcomes.Count(outcome => outcome.Length > 0));
        Assert.All(outcomes.Where(outcome => outcome.Length > 0), text => Assert.Contains("exceeded quota: q, ", text));
        await World.Eventually(() => Used(quota) == $"configmaps={Hard + 2} pods={Hard}", "all are counted");
    }

    [Fact]
    public async Task Room_that_is_freed_is_given_again()
    {
        var quota = await Quota("freed", "pods=1");
        var pod = await World.Create(Unplaced("first", "freed"));
        var refusal = await Refused.With(403, "Forbidden", () => World.Create(Unplaced("second", "freed")));
        Assert.Equal("pods \"second\" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, "
            + "limited: pods=1", refusal.Message);
        Assert.Equal(("second", "pods"), (refusal.Details!.Name, refusal.Details.Kind));
        await World.Delete(pod, new DeleteRequest { GracePeriodSeconds = 0 });
        await World.Create(Unplaced("second", "freed"));
        await World.Eventually(() => Used(quota) == "pods=1", "the second is counted");
        await World.Delete(Unplaced("second", "freed"), new DeleteRequest { GracePeriodSeconds = 0 });
        await World.Eventually(() => Used(quota) == "pods=0", "nothing is left to count");
    }

    [Fact]
    public async Task Quotas_that_are_changed_hold_as_they_are()
    {
        var quota = await Quota("changed", "count/secrets=0");
        var secret = new Secret { Metadata = new() { Name = "s", Namespace = "changed" } };
        await Refused.With(403, "Forbidden", () => World.Create(secret));
        await World.Change(quota, q => q with { Spec = q.Spec with { Hard = Amounts("count/secrets=1") } });
        await World.Eventually(() => World.Fresh(quota).Status.Hard.GetValueOrDefault("count/secrets").Value == 1,
            "the status follows");
        await World.Create(secret);
        await World.Eventually(() => Used(quota) == "count/secrets=1", "it is counted");
        await World.Delete(quota);
        await World.Create(secret with { Metadata = secret.Metadata with { Name = "s2" } });
    }

    [Fact]
    public async Task A_trial_is_refused_alike_and_takes_nothing()
    {
        await Quota("trial", "pods=1");
        for (var i = 0; i < 3; i++) await World.Create(Unplaced($"t{i}", "trial"), new WriteOptions(DryRun: true));
        await World.Create(Unplaced("real", "trial"));
        await Refused.With(403, "Forbidden",
            () => World.Create(Unplaced("t", "trial"), new WriteOptions(DryRun: true)));
    }

    [Fact]
    public async Task A_change_that_uses_more_is_refused_as_well()
    {
        var quota = await Quota("more", "services.nodeports=1 requests.storage=2Gi");
        var service = await World.Create(new Service
        {
            Metadata = new() { Name = "s", Namespace = "more" },
            Spec = new() { Ports = [new() { Port = 80 }] },
        });
        await World.Merge(service, """{"spec":{"type":"NodePort"}}""");
        await World.Eventually(() => Used(quota) == "requests.storage=0 services.nodeports=1", "the port is counted");
        var refusal = await Refused.With(403, "Forbidden", () => World.Merge(service,
            """{"spec":{"ports":[{"port":80,"name":"a"},{"port":81,"name":"b"}]}}"""));
        Assert.Equal("services \"s\" is forbidden: exceeded quota: q, requested: services.nodeports=1, "
            + "used: services.nodeports=1, limited: services.nodeports=1", refusal.Message);
        await World.Merge(service, """{"metadata":{"labels":{"a":"b"}}}""");
        await World.Merge(service, """{"spec":{"type":"ClusterIP","ports":[{"port":80,"nodePort":0}]}}""");
        await World.Eventually(() => Used(quota) == "requests.storage=0 services.nodeports=0", "it was given back");
    }

    [Fact]
    public async Task A_set_that_is_refused_says_so_and_goes_on_when_there_is_room()
    {
        var quota = await Quota("set", "pods=2");
        var set = await World.Create(Given.ReplicaSet("web", 3, "set"));
        await World.Eventually(() => World.Fresh(set).Status.Conditions.Any(condition =>
            condition is { Type: "ReplicaFailure", Status: "True", Reason: "FailedCreate" }
            && condition.Message!.Contains("exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2")),
            "the set says that it is refused");
        await World.Eventually(() => World.Cache.All(Event.Kind, "set").Any(happened =>
            happened is { Reason: "FailedCreate", Type: "Warning" }
            && happened.Message!.StartsWith("Error creating: pods \"web-", StringComparison.Ordinal)),
            "an event tells it");
        await World.Change(quota, q => q with { Spec = q.Spec with { Hard = Amounts("pods=3") } });
        await World.Settled("web", 3, "set");
        await World.Eventually(() => World.Fresh(set).Status.Conditions.Count == 0, "nothing is wrong any more");
    }

    [Fact]
    public async Task A_status_that_somebody_else_wrote_is_put_right()
    {
        var quota = await Quota("lied", "pods=7");
        await World.Eventually(() => Used(quota) == "pods=0", "it is counted");
        await World.Merge(quota, """{"status":{"used":{"pods":"5"},"hard":{"pods":"1"}}}""", "status");
        await World.Eventually(() => Used(quota) == "pods=0" && World.Fresh(quota).Status.Hard["pods"].Value == 7,
            "it is counted again");
    }

    private async Task<ResourceQuota> Quota(string ns, string hard)
    {
        await World.Create(Given.Namespace(ns));
        await World.Eventually(() => World.Cache.Find(ConfigMap.Kind, ns, "kube-root-ca.crt") is not null,
            "the namespace is furnished");
        return await World.Create(new ResourceQuota
        {
            Metadata = new() { Name = "q", Namespace = ns },
            Spec = new() { Hard = Amounts(hard) },
        });
    }

    private string Used(ResourceQuota quota) => string.Join(' ',
        World.Fresh(quota).Status.Used.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => $"{pair.Key}={pair.Value}"));

    private static Dictionary<string, Quantity> Amounts(string text) => text.Split(' ')
        .Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => Quantity.Parse(pair[1]));

    // Pods that no node takes are removed at once.
    private static Pod Unplaced(string name, string ns) =>
        Given.Pod(name, ns).With(spec => spec with { SchedulerName = "nobody" });

    private static async Task<string> Outcome<T>(Func<Task<T>> write)
    {
        try
        {
            await write();
            return "";
        }
        catch (ApiException refused) when (refused.Code == 403)
        {
            return refused.Message;
        }
    }
}

/// <inheritdoc />
public sealed class QuotaTests(SharedWorld shared) : QuotaScenarios(shared), IClassFixture<SharedWorld>;

/// <inheritdoc />
public sealed class QuotaTestsOnManySilos(ScatteredWorld shared)
    : QuotaScenarios(shared), IClassFixture<ScatteredWorld>;

/// <summary>What quotas say after the silo that counted has died.</summary>
public sealed class QuotaLossTests
{
    [Fact]
    public async Task A_count_survives_the_silo_that_kept_it()
    {
        await using var world = await TestWorld.StartApartAsync(nodes: 0);
        var quota = await world.Create(new ResourceQuota
        {
            Metadata = new() { Name = "q", Namespace = "default" },
            Spec = new() { Hard = new Dictionary<string, Quantity> { ["count/secrets"] = Quantity.FromUnits(12) } },
        });
        var made = await Fill(world, 0, 8);
        Assert.Equal(8, made);
        while (world.Silos.Count > 1)
        {
            await world.KillSiloAsync(world.Silos[^1]);
            made += await Fill(world, 100 * world.Silos.Count, 3);
        }
        Assert.Equal(12, made);
        Assert.Equal(12, world.Cache.All(Secret.Kind, "default").Count());
        await world.Eventually(() => world.Fresh(quota).Status.Used.GetValueOrDefault("count/secrets").Value == 12,
            "all are counted");
    }

    // How many of them there was room for. Calls to a silo that has just died fail until the others know.
    private static async Task<int> Fill(TestWorld world, int first, int count)
    {
        var made = 0;
        for (var i = first; i < first + count; i++)
        {
            var secret = new Secret { Metadata = new() { Name = $"s{i}", Namespace = "default" } };
            await world.Eventually(async () =>
            {
                try
                {
                    await world.Create(secret);
                    made++;
                }
                catch (ApiException refused) when (refused.Code is 403 or 409)
                {
                    if (refused.Code == 409) made++;
                    return true;
                }
                catch (Exception trouble) when (trouble is Orleans.Runtime.OrleansException or TimeoutException
                    or ApiException { Code: 503 })
                {
                    return false;
                }
                return true;
            }, $"secret s{i} is decided upon", seconds: 90);
        }
        return made;
    }
}
