using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Reconcilers.Quotas;
using Orchestrator.Unit.Tests.Limits;

namespace Orchestrator.Unit.Tests.Quotas;

public sealed class QuotaUsageTests
{
    // why | containers | phase | what it counts for
    public static TheoryData<string, string, string, string> Pods => new()
    {
        { "a pod that asks for nothing", "c", "Running", "count/pods=1 pods=1" },
        { "requests under both names, limits under one", "c:cpu=100m:memory=1Gi:limits.cpu=1", "Pending",
            "count/pods=1 cpu=100m limits.cpu=1 memory=1Gi pods=1 requests.cpu=100m requests.memory=1Gi" },
        { "the larger of the start and the run", "c:cpu=100m i-a:cpu=300m", "Running",
            "count/pods=1 cpu=300m pods=1 requests.cpu=300m" },
        { "devices are counted by request", "c:example.com/gpu=2:limits.example.com/gpu=2", "Running",
            "count/pods=1 pods=1 requests.example.com/gpu=2" },
        { "huge pages", "c:hugepages-2Mi=4Mi", "Running",
            "count/pods=1 hugepages-2Mi=4Mi pods=1 requests.hugepages-2Mi=4Mi" },
        { "local storage", "c:ephemeral-storage=1Gi:limits.ephemeral-storage=2Gi", "Running",
            "count/pods=1 ephemeral-storage=1Gi limits.ephemeral-storage=2Gi pods=1 requests.ephemeral-storage=1Gi" },
        { "a finished pod holds its name alone", "c:cpu=1", "Succeeded", "count/pods=1" },
        { "however it finished", "c:cpu=1", "Failed", "count/pods=1" },
    };

    [Theory, MemberData(nameof(Pods))]
    public void A_pod_counts(string why, string containers, string phase, string expected) =>
        Shown(Sized.Pod(containers, "p", ("phase", phase))).ShouldBe(expected, why);

    // why | type | ports | allocates node ports | what it counts for
    public static TheoryData<string, string, int, bool?, string> Services => new()
    {
        { "inside", "ClusterIP", 2, null,
            "count/services=1 services=1 services.loadbalancers=0 services.nodeports=0" },
        { "a port of the nodes each", "NodePort", 2, null,
            "count/services=1 services=1 services.loadbalancers=0 services.nodeports=2" },
        { "both", "LoadBalancer", 2, null,
            "count/services=1 services=1 services.loadbalancers=1 services.nodeports=2" },
        { "a balancer without ports of the nodes", "LoadBalancer", 2, false,
            "count/services=1 services=1 services.loadbalancers=1 services.nodeports=0" },
    };

    [Theory, MemberData(nameof(Services))]
    public void A_service_counts(string why, string type, int ports, bool? allocates, string expected) =>
        Shown(new Service
        {
            Metadata = new() { Name = "s", Namespace = "default" },
            Spec = new()
            {
                Type = type,
                AllocateLoadBalancerNodePorts = allocates,
                Ports = [.. Enumerable.Range(1, ports).Select(port => new ServicePort { Port = port })],
            },
        }).ShouldBe(expected, why);

    [Fact]
    public void A_claim_counts_by_its_class()
    {
        Shown(Sized.Claim("1Gi")).ShouldBe(
            "count/persistentvolumeclaims=1 persistentvolumeclaims=1 requests.storage=1Gi");
        Shown(Sized.Claim("1Gi", "gold")).ShouldBe("count/persistentvolumeclaims=1 "
            + "gold.storageclass.storage.k8s.io/persistentvolumeclaims=1 "
            + "gold.storageclass.storage.k8s.io/requests.storage=1Gi persistentvolumeclaims=1 requests.storage=1Gi");
        var grown = Sized.Claim("1Gi") with { Status = new() { AllocatedResources = Sized.Amounts("storage=3Gi") } };
        Shown(grown).ShouldContain("requests.storage=3Gi");
    }

    [Fact]
    public void Other_objects_count_by_their_kind()
    {
        Shown(Given.ReplicaSet("web", 1)).ShouldBe("count/replicasets.apps=1");
        Shown(new ConfigMap { Metadata = new() { Name = "m", Namespace = "default" } })
            .ShouldBe("configmaps=1 count/configmaps=1");
        QuotaUsage.IsCounted(Event.Kind.KeyOf("default", "e")).ShouldBeFalse();
    }

    [Fact]
    public void A_status_that_changes_nothing_of_it_is_not_looked_at()
    {
        var pod = Sized.Pod("c:cpu=1");
        var key = KindRegistry.KeyOf(pod);
        QuotaUsage.MayDiffer(key, pod, pod with { Status = new() { Phase = "Running", PodIP = "10.0.0.1" } })
            .ShouldBeFalse();
        QuotaUsage.MayDiffer(key, pod, pod with { Spec = pod.Spec with { NodeName = "n" } }).ShouldBeFalse();
        QuotaUsage.MayDiffer(key, pod, pod with { Status = new() { Phase = "Failed" } }).ShouldBeTrue();
        QuotaUsage.MayDiffer(key, pod, null).ShouldBeTrue();
        var set = Given.ReplicaSet("web", 1);
        QuotaUsage.MayDiffer(KindRegistry.KeyOf(set), set, set with { Spec = set.Spec with { Replicas = 2 } })
            .ShouldBeFalse();
    }

    private static string Shown(ApiObject obj) => Sized.Shown(QuotaUsage.Of(KindRegistry.KeyOf(obj), obj));
}
