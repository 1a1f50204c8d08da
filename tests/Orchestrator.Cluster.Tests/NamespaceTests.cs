using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Storage;

namespace Orchestrator.Cluster.Tests;

/// <summary>How namespaces are furnished and emptied.</summary>
public abstract class NamespaceScenarios(SharedWorld shared)
{
    private TestWorld World => shared.World;

    [Fact]
    public async Task Every_namespace_has_a_service_account_and_the_root_certificate()
    {
        var ns = await World.Create(Given.Namespace("furnished"));
        Assert.Equal("Active", ns.Status.Phase);
        await World.Eventually(() => World.Cache.Find(ServiceAccount.Kind, "furnished", "default") is not null,
            "the account is there");
        await World.Eventually(
            () => World.Cache.Find(ConfigMap.Kind, "furnished", "kube-root-ca.crt")?.Data["ca.crt"]
                == TestWorld.Certificate, "the certificate is there");
    }

    [Fact]
    public async Task A_deleted_namespace_takes_everything_with_it()
    {
        var ns = await World.Create(Given.Namespace("purged"));
        await World.Create(Given.ConfigMap("map", "purged"));
        await World.Create(Given.Deployment("web", 3, "purged"));
        await World.Settled("web", 3, "purged");
        await World.Delete(ns);
        await World.Gone(ns);
        Assert.Empty(World.Cache.InNamespace("purged"));
        await World.Eventually(
            async () => (await World.Engine("node-1").ListAsync(default))
                .All(seen => !seen.Name.Contains("_purged_", StringComparison.Ordinal)),
            "its containers are gone");
    }

    [Fact]
    public async Task The_namespace_is_the_last_to_go()
    {
        var ns = await World.Create(Given.Namespace("last"));
        await World.Create(Given.ReplicaSet("web", 2, "last"));
        await World.Settled("web", 2, "last");
        await World.Delete(ns);
        await World.Gone(ns);
        var gone = (await World.History()).Where(change => change.Type == ChangeType.Deleted
            && (change.Object.Key.Namespace == "last" || change.Object.Key == KindRegistry.KeyOf(ns)));
        Assert.Equal(KindRegistry.KeyOf(ns), gone.Last().Object.Key);
    }

    [Fact]
    public async Task A_namespace_that_is_going_takes_nothing_new()
    {
        var ns = await World.Create(Given.Namespace("going"));
        var map = Given.ConfigMap("held", "going");
        await World.Create(map with { Metadata = map.Metadata with { Finalizers = ["example.com/a"] } });
        await World.Delete(ns);
        Assert.Equal("Terminating", World.Fresh(ns).Status.Phase);
        var refusal = await Refused.With(403, "Forbidden", () => World.Create(Given.ConfigMap("late", "going")));
        Assert.Equal("NamespaceTerminating", Assert.Single(refusal.Details!.Causes).Reason);
        await World.Eventually(() => World.Find(map)?.IsGoing() == true, "the map is being deleted");
        Assert.NotNull(World.Find(ns));
        await World.Merge(map, """{"metadata":{"finalizers":null}}""");
        await World.Gone(ns);
    }

    [Fact]
    public async Task The_name_of_a_namespace_can_be_used_again()
    {
        var ns = await World.Create(Given.Namespace("again"));
        await World.Delete(ns);
        await World.Gone(ns);
        var next = await World.Create(Given.Namespace("again"));
        Assert.NotEqual(ns.Metadata.Uid, next.Metadata.Uid);
        await World.Eventually(() => World.Cache.Find(ServiceAccount.Kind, "again", "default") is not null,
            "the account is there");
    }

    [Theory]
    [InlineData("default")]
    [InlineData("kube-system")]
    public async Task The_namespaces_every_cluster_has_stay(string name)
    {
        var refusal = await Refused.With(403, "Forbidden", () => World.Delete(Given.Namespace(name)));
        Assert.Equal($"namespaces \"{name}\" is forbidden: this namespace may not be deleted", refusal.Message);
    }

    [Fact]
    public async Task What_every_namespace_has_comes_back()
    {
        await World.Create(Given.Namespace("restored"));
        await World.Eventually(() => World.Cache.Find(ServiceAccount.Kind, "restored", "default") is not null
            && World.Cache.Find(ConfigMap.Kind, "restored", "kube-root-ca.crt") is not null, "it is furnished");
        var account = World.Cache.Find(ServiceAccount.Kind, "restored", "default")!;
        await World.Delete(account);
        await World.Eventually(() => World.Cache.Find(ServiceAccount.Kind, "restored", "default") is { } next
            && next.Metadata.Uid != account.Metadata.Uid, "the account is there again");
        var map = World.Cache.Find(ConfigMap.Kind, "restored", "kube-root-ca.crt")!;
        await World.Merge(map, """{"data":{"ca.crt":"mine"}}""");
        await World.Eventually(() => World.Find(map)?.Data["ca.crt"] == TestWorld.Certificate, "it is put right");
        await World.Delete(map);
        await World.Eventually(() => World.Cache.Find(ConfigMap.Kind, "restored", "kube-root-ca.crt") is { } next
            && next.Metadata.Uid != map.Metadata.Uid, "the certificate is there again");
    }

    [Fact]
    public async Task A_namespace_tells_what_it_waits_for_and_goes_when_it_is_finalized()
    {
        var made = Given.Namespace("waiting");
        var ns = await World.Create(made with { Spec = new() { Finalizers = ["example.com/mine"] } });
        Assert.Equal(["example.com/mine", "kubernetes"], ns.Spec.Finalizers);
        var map = Given.ConfigMap("held", "waiting");
        await World.Create(map with { Metadata = map.Metadata with { Finalizers = ["example.com/x"] } });
        await World.Delete(ns);
        string Told(string type) => World.Fresh(ns).Status.Conditions
            .Where(condition => condition is { Status: "True" } && condition.Type == type)
            .Select(condition => condition.Message ?? "").FirstOrDefault() ?? "";
        await World.Eventually(() => Told("NamespaceContentRemaining")
            == "Some resources are remaining: configmaps. has 1 resource instances", "it tells what is left");
        Assert.Equal("Some content in the namespace has finalizers remaining: example.com/x in 1 resource instances",
            Told("NamespaceFinalizersRemaining"));
        await World.Merge(map, """{"metadata":{"finalizers":null}}""");
        await World.Eventually(() => World.Find(ns)?.Spec.Finalizers is ["example.com/mine"], "only theirs is left");
        await World.Update(made with { Spec = new() }, "finalize");
        await World.Gone(ns);
    }
}

/// <inheritdoc />
public sealed class NamespaceTests(SharedWorld shared) : NamespaceScenarios(shared), IClassFixture<SharedWorld>;

/// <inheritdoc />
public sealed class NamespaceTestsOnManySilos(
    ScatteredWorld shared) : NamespaceScenarios(shared), IClassFixture<ScatteredWorld>;
