using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Reconcilers.Quotas;
using Orchestrator.Unit.Tests.Limits;

namespace Orchestrator.Unit.Tests.Quotas;

public sealed class QuotaLedgerTests
{
    private readonly QuotaLedger _ledger = new();
    private long _revision;

    [Fact]
    public void Objects_that_come_and_go_are_counted()
    {
        Quota("q", "pods=5 requests.cpu=2 configmaps=3");
        Store(Sized.Pod("c:cpu=500m", "a"));
        Store(Sized.Pod("c:cpu=1", "b"));
        Used("q").ShouldBe("configmaps=0 pods=2 requests.cpu=1500m");
        Store(Sized.Pod("c:cpu=1", "b", ("phase", "Succeeded")));
        Used("q").ShouldBe("configmaps=0 pods=1 requests.cpu=500m");
        Remove(Sized.Pod("c:cpu=500m", "a"));
        Used("q").ShouldBe("configmaps=0 pods=0 requests.cpu=0");
    }

    [Fact]
    public void What_is_told_again_or_late_is_not_counted_again()
    {
        Quota("q", "pods=5");
        var pod = Sized.Pod("c", "a");
        Store(pod);
        _ledger.Record(KindRegistry.KeyOf(pod), _revision, pod);
        _ledger.Record(KindRegistry.KeyOf(pod), _revision - 1, pod);
        Used("q").ShouldBe("pods=1");
        _ledger.Remove(KindRegistry.KeyOf(pod), _revision - 1, pod.Metadata.Uid);
        Used("q").ShouldBe("pods=1");
    }

    // why | hard | used by pod "a" | asked by pod "b" | the refusal
    public static TheoryData<string, string, string, string, string> Cases => new()
    {
        { "there is room", "pods=2", "c", "c", "" },
        { "there is none", "pods=1", "c", "c", "exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1" },
        { "each that is exceeded, by name", "pods=1 requests.cpu=1 requests.memory=9Gi", "c:cpu=600m:memory=1Gi",
            "c:cpu=500m:memory=1Gi",
            "exceeded quota: q, requested: pods=1,requests.cpu=500m, used: pods=1,requests.cpu=600m, "
            + "limited: pods=1,requests.cpu=1" },
        { "just as much as there is", "requests.cpu=1", "c:cpu=500m", "c:cpu=500m", "" },
        { "who is counted must say", "limits.cpu=1", "c:limits.cpu=100m", "c d:limits.cpu=100m",
            "failed quota: q: must specify limits.cpu for: c" },
        { "each must say all", "limits.cpu=1 cpu=1 memory=1Gi", "c", "c i-d:memory=1Mi",
            "failed quota: q: must specify cpu for: c,i-d; limits.cpu for: c,i-d; memory for: c" },
        { "devices need not be asked for", "requests.example.com/gpu=1", "c", "c", "" },
        { "devices are limited", "requests.example.com/gpu=1", "c:example.com/gpu=1", "c:example.com/gpu=1",
            "exceeded quota: q, requested: requests.example.com/gpu=1, used: requests.example.com/gpu=1, "
            + "limited: requests.example.com/gpu=1" },
        { "objects are limited by kind", "count/pods=1", "c", "c",
            "exceeded quota: q, requested: count/pods=1, used: count/pods=1, limited: count/pods=1" },
        { "what it does not use does not stand in its way", "services=0 pods=2", "c", "c", "" },
    };

    [Theory, MemberData(nameof(Cases))]
    public void A_pod_is_let_in_if_there_is_room(string why, string hard, string used, string asked, string expected)
    {
        Quota("q", hard);
        Store(Sized.Pod(used, "a"));
        Ask(Sized.Pod(asked, "b")).ShouldBe(expected, why);
    }

    [Fact]
    public void A11_what_a_pod_says_as_a_whole_its_containers_need_not_say()
    {
        Quota("q", "requests.cpu=2 limits.cpu=4");
        var silent = Sized.Pod("c d", "a");
        Ask(silent).ShouldBe("failed quota: q: must specify limits.cpu for: c,d; requests.cpu for: c,d");
        var amounts = new Dictionary<string, Quantity> { ["cpu"] = Quantity.FromUnits(3) };
        Ask(silent with { Spec = silent.Spec with { Resources = new() { Requests = amounts, Limits = amounts } } })
            .ShouldBe("exceeded quota: q, requested: requests.cpu=3, used: requests.cpu=0, limited: requests.cpu=2");
    }

    [Fact]
    public void What_is_promised_is_given_to_no_other()
    {
        Quota("q", "pods=2");
        Ask(Sized.Pod("c", "a")).ShouldBe("");
        Ask(Sized.Pod("c", "b")).ShouldBe("");
        Ask(Sized.Pod("c", "x")).ShouldBe("exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2");
        Used("q").ShouldBe("pods=0", "only what is stored is told");
        Store(Sized.Pod("c", "a"));
        Store(Sized.Pod("c", "b"));
        Used("q").ShouldBe("pods=2");
        Ask(Sized.Pod("c", "x")).ShouldNotBe("");
        Remove(Sized.Pod("c", "a"));
        Ask(Sized.Pod("c", "x")).ShouldBe("", "a promise ended with the write it was for");
    }

    [Fact]
    public void A_trial_takes_nothing()
    {
        Quota("q", "pods=1");
        for (var i = 0; i < 3; i++)
            Try($"p{i}").ShouldBeNull();
        Ask(Sized.Pod("c", "a")).ShouldBe("");
        Try("b").ShouldNotBeNull();
    }

    [Fact]
    public void A_write_that_never_came_gives_its_room_back()
    {
        Quota("q", "pods=1");
        Ask(Sized.Pod("c", "a")).ShouldBe("");
        _ledger.OldestPromise.ShouldBe(Given.Now);
        _ledger.Forget(Given.Now);
        Ask(Sized.Pod("c", "b")).ShouldNotBe("", "it is not that old");
        _ledger.Forget(Given.Now.AddSeconds(1));
        Ask(Sized.Pod("c", "b")).ShouldBe("");
    }

    [Fact]
    public void Trying_again_needs_no_more_room()
    {
        Quota("q", "pods=1");
        Ask(Sized.Pod("c", "a")).ShouldBe("");
        Ask(Sized.Pod("c", "a")).ShouldBe("");
    }

    [Fact]
    public void The_end_of_an_older_object_of_the_name_ends_no_promise()
    {
        Quota("q", "pods=1");
        var old = Sized.Pod("c", "a");
        Store(old);
        Remove(old);
        var next = old with { Metadata = old.Metadata with { Uid = "uid-next" } };
        Ask(next).ShouldBe("");
        // The removal of the old one may be told only now.
        _ledger.Record(KindRegistry.KeyOf(old), _revision + 1, old);
        _ledger.Remove(KindRegistry.KeyOf(old), _revision + 2, old.Metadata.Uid);
        Ask(Sized.Pod("c", "b")).ShouldNotBe("");
    }

    [Fact]
    public void A_change_needs_room_for_what_it_adds()
    {
        Quota("q", "services.nodeports=2 requests.storage=3Gi");
        var service = Service("ClusterIP", 2);
        Store(service);
        Ask(service with { Spec = Service("NodePort", 2).Spec, Metadata = At(service) }).ShouldBe("");
        var claim = Sized.Claim("2Gi");
        Store(claim);
        Ask(Sized.Claim("3Gi") with { Metadata = At(claim) }).ShouldBe("");
        Ask(Sized.Claim("4Gi") with { Metadata = At(claim) })
            .ShouldBe("exceeded quota: q, requested: requests.storage=2Gi, used: requests.storage=2Gi, "
                + "limited: requests.storage=3Gi");
    }

    [Fact]
    public void More_than_there_is_may_become_less()
    {
        Quota("q", "requests.storage=1Gi");
        Store(Sized.Claim("9Gi"));
        Ask(Sized.Claim("5Gi") with { Metadata = At(Sized.Claim("9Gi")) }).ShouldBe("");
    }

    [Fact]
    public void Every_quota_has_a_say_and_the_first_by_name_refuses()
    {
        Quota("b", "pods=0");
        Quota("a", "pods=1");
        Ask(Sized.Pod("c", "p")).ShouldStartWith("exceeded quota: b,");
        Quota("a", "pods=0");
        Ask(Sized.Pod("c", "p")).ShouldStartWith("exceeded quota: a,");
    }

    [Fact]
    public void A_quota_that_comes_later_counts_what_is_there_and_what_is_promised()
    {
        Store(Sized.Pod("c", "a"));
        Ask(Sized.Pod("c", "b")).ShouldBe("");
        Quota("q", "pods=2");
        Ask(Sized.Pod("c", "x")).ShouldStartWith("exceeded quota: q, requested: pods=1, used: pods=2");
        Used("q").ShouldBe("pods=1");
        Quota("q", "pods=3");
        Ask(Sized.Pod("c", "x")).ShouldBe("", "its limit was raised");
    }

    [Fact]
    public void A_quota_that_is_gone_limits_nothing()
    {
        Quota("q", "pods=0");
        Ask(Sized.Pod("c", "a")).ShouldNotBe("");
        Remove(Built("q", "pods=0"));
        Ask(Sized.Pod("c", "a")).ShouldBe("");
        _ledger.StatusOf("q").ShouldBeNull();
    }

    [Fact]
    public void Quotas_are_counted_themselves()
    {
        Quota("q", "resourcequotas=1");
        Used("q").ShouldBe("resourcequotas=1");
        Ask(Built("other", "pods=1")).ShouldStartWith("exceeded quota: q, requested: resourcequotas=1");
    }

    [Fact]
    public void A_pod_that_should_have_ended_makes_room()
    {
        Quota("q", "pods=1 count/pods=2");
        var pod = Sized.Pod("c", "a");
        Store(pod with
        {
            Metadata = pod.Metadata with { DeletionTimestamp = Given.Now, DeletionGracePeriodSeconds = 30 },
        });
        _ledger.ChangesAt.ShouldBe(Given.Now.AddSeconds(30));
        _ledger.Advance(Given.Now.AddSeconds(30));
        Ask(Sized.Pod("c", "b")).ShouldNotBe("");
        _ledger.Advance(Given.Now.AddSeconds(31));
        Used("q").ShouldBe("count/pods=1 pods=0");
        Ask(Sized.Pod("c", "b")).ShouldBe("");
        Remove(pod);
        Used("q").ShouldBe("count/pods=0 pods=0");
        _ledger.ChangesAt.ShouldBeNull();
    }

    private void Quota(string name, string hard) => Store(Built(name, hard));

    private static ResourceQuota Built(string name, string hard) => new()
    {
        Metadata = new() { Name = name, Namespace = "default", Uid = $"uid-{name}" },
        Spec = new() { Hard = Sized.Amounts(hard) },
    };

    private static Service Service(string type, int ports) => new()
    {
        Metadata = new() { Name = "s", Namespace = "default", Uid = "uid-s" },
        Spec = new() { Type = type, Ports = [.. Enumerable.Range(1, ports).Select(i => new ServicePort { Port = i })] },
    };

    private ObjectMeta At(ApiObject obj) => obj.Metadata with { ResourceVersion = $"{_revision}" };

    private void Store(ApiObject obj) => _ledger.Record(KindRegistry.KeyOf(obj), ++_revision, obj);

    private void Remove(ApiObject obj) => _ledger.Remove(KindRegistry.KeyOf(obj), ++_revision, obj.Metadata.Uid);

    private string Ask(ApiObject next) =>
        _ledger.Promise(KindRegistry.KeyOf(next), next, Given.Now, isTrial: false) ?? "";

    private string? Try(string pod) =>
        _ledger.Promise(Pod.Kind.KeyOf("default", pod), Sized.Pod("c", pod), Given.Now, isTrial: true);

    private string Used(string quota) => Sized.Shown(_ledger.StatusOf(quota)!.Used);
}
