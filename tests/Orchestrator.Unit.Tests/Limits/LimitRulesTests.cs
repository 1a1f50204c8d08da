using Orchestrator.Reconcilers.Limits;

namespace Orchestrator.Unit.Tests.Limits;

public sealed class LimitRulesTests
{
    // why | type | range | containers | the refusal ("" = allowed)
    public static TheoryData<string, string, string, string, string> Pods => new()
    {
        { "within", "Container", "min.cpu=50m max.cpu=1", "c:cpu=100m:limits.cpu=1", "" },
        { "less than the least", "Container", "min.cpu=100m", "c:cpu=10m",
            "minimum cpu usage per Container is 100m, but request is 10m" },
        { "a limit below the least", "Container", "min.cpu=100m", "c:cpu=100m:limits.cpu=50m",
            "minimum cpu usage per Container is 100m, but limit is 50m" },
        { "a least needs a request", "Container", "min.memory=1Gi", "c",
            "minimum memory usage per Container is 1Gi.  No request is specified" },
        { "more than the most", "Container", "max.memory=1Gi", "c:memory=1Gi:limits.memory=2Gi",
            "maximum memory usage per Container is 1Gi, but limit is 2Gi" },
        { "a request above the most", "Container", "max.cpu=1", "c:cpu=2:limits.cpu=1",
            "maximum cpu usage per Container is 1, but request is 2" },
        { "a most needs a limit", "Container", "max.cpu=1", "c:cpu=1",
            "maximum cpu usage per Container is 1.  No limit is specified" },
        { "a ratio too high", "Container", "ratio.cpu=2", "c:cpu=100m:limits.cpu=300m",
            "cpu max limit to request ratio per Container is 2, but provided ratio is 3.000000" },
        { "a ratio just so", "Container", "ratio.cpu=2", "c:cpu=100m:limits.cpu=200m", "" },
        { "a ratio of parts", "Container", "ratio.cpu=1500m", "c:cpu=100m:limits.cpu=160m",
            "cpu max limit to request ratio per Container is 1500m, but provided ratio is 1.600000" },
        { "a ratio needs a request", "Container", "ratio.cpu=2", "c:limits.cpu=1",
            "cpu max limit to request ratio per Container is 2, but no request is specified or request is 0" },
        { "a ratio needs a limit", "Container", "ratio.cpu=2", "c:cpu=1",
            "cpu max limit to request ratio per Container is 2, but no limit is specified or limit is 0" },
        { "all that is wrong, once", "Container", "min.cpu=100m max.memory=1Gi",
            "a:cpu=10m:limits.memory=2Gi b:cpu=10m:limits.memory=2Gi",
            "[minimum cpu usage per Container is 100m, but request is 10m, "
            + "maximum memory usage per Container is 1Gi, but limit is 2Gi]" },
        { "init containers too", "Container", "min.cpu=100m", "a:cpu=1 i-b:cpu=10m",
            "minimum cpu usage per Container is 100m, but request is 10m" },
        { "a pod is the sum of its containers", "Pod", "max.cpu=1", "a:limits.cpu=600m b:limits.cpu=600m",
            "maximum cpu usage per Pod is 1, but limit is 1200m" },
        { "each container fits, and the pod", "Pod", "max.cpu=1", "a:limits.cpu=600m b:limits.cpu=400m", "" },
        { "a pod too small", "Pod", "min.memory=1Gi", "a:memory=256Mi b:memory=256Mi",
            "minimum memory usage per Pod is 1Gi, but request is 512Mi" },
        { "claims are not pods", "PersistentVolumeClaim", "min.storage=1Gi", "c", "" },
    };

    [Theory, MemberData(nameof(Pods))]
    public void A_pod_keeps_to_the_ranges(string why, string type, string range, string containers, string expected) =>
        (LimitRules.RefusalOf(Sized.Pod(containers), [Sized.Range(type, range)]) ?? "").ShouldBe(expected, why);

    // why | range | storage | the refusal
    public static TheoryData<string, string, string, string> Claims => new()
    {
        { "within", "min.storage=1Gi max.storage=2Gi", "2Gi", "" },
        { "too small", "min.storage=1Gi", "512Mi",
            "minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 512Mi" },
        { "too large", "max.storage=1Gi", "2Gi",
            "maximum storage usage per PersistentVolumeClaim is 1Gi, but request is 2Gi" },
        { "it must say", "max.storage=1Gi", "",
            "maximum storage usage per PersistentVolumeClaim is 1Gi.  No request is specified" },
    };

    [Theory, MemberData(nameof(Claims))]
    public void A_claim_keeps_to_the_ranges(string why, string range, string storage, string expected) =>
        (LimitRules.RefusalOf(Sized.Claim(storage), [Sized.Range("PersistentVolumeClaim", range)]) ?? "")
            .ShouldBe(expected, why);

    [Fact]
    public void The_first_range_that_is_broken_refuses() =>
        LimitRules.RefusalOf(Sized.Pod("c:cpu=1"),
            [Sized.Range("Container", "min.cpu=500m"), Sized.Range("Container", "min.cpu=2")])
            .ShouldBe("minimum cpu usage per Container is 2, but request is 1");
}
