using Orchestrator.Api.Core.V1;
using Orchestrator.Reconcilers.Nodes;

namespace Orchestrator.Unit.Tests.Nodes;

/// <summary>When pods have to leave a node because of its taints.</summary>
public sealed class TaintEvictionTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    // why | taints (key:effect@seconds ago, undated without @) | tolerations (key:effect=seconds, * for all, for ever
    // without =) | held until, seconds from now, or null | seconds until it leaves, or null for never
    public static TheoryData<string, string, string, int?, int?> Cases => new()
    {
        { "a node without taints keeps its pods", "", "", null, null },
        { "a taint that only keeps new ones away evicts nobody", "a:NoSchedule@9", "", null, null },
        { "what is not tolerated evicts at once", "a:NoExecute@9", "", null, -9 },
        { "an undated taint counts from now", "a:NoExecute", "", null, 0 },
        { "what is tolerated for ever evicts never", "a:NoExecute@9", "a:NoExecute", null, null },
        { "what is tolerated for a while evicts then", "a:NoExecute@9", "a:NoExecute=300", null, 291 },
        { "a toleration of all effects counts", "a:NoExecute@9", "a:=10", null, 1 },
        { "a toleration of all keys counts", "a:NoExecute@9", "*:=10", null, 1 },
        { "a toleration of another key does not", "a:NoExecute@9", "b:NoExecute", null, -9 },
        { "the first toleration that covers it counts", "a:NoExecute@0", "a:=10 *:", null, 10 },
        { "the taint with the least patience decides", "a:NoExecute@0 b:NoExecute@5", "a:=10 b:=10", null, 5 },
        { "tolerated no time is evicted at once", "a:NoExecute@0", "a:=0", null, 0 },
        { "tolerated less than no time as well", "a:NoExecute@0", "a:=-5", null, 0 },
        {
            "patience with a lost node begins when others were seen", "node.kubernetes.io/unreachable:NoExecute@400",
            "*:=300", -10, 290
        },
        { "a user's taint is not held", "a:NoExecute@400", "*:=300", -10, -100 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Deadline_is(string why, string taints, string tolerations, int? heldUntil, int? expected)
    {
        var held = heldUntil is { } seconds ? Now.AddSeconds(seconds) : (DateTimeOffset?)null;
        var deadline = TaintEvictions.Deadline(TaintsOf(taints), TolerationsOf(tolerations), held, Now);
        Assert.True(expected == (deadline is { } at ? (int)(at.At - Now).TotalSeconds : null), $"{why}: {deadline}");
    }

    [Fact]
    public void Only_living_pods_leave_and_the_next_one_is_waited_for()
    {
        Pod[] pods =
        [
            PodOf("due", ""), PodOf("later", "a:=60"), PodOf("latest", "a:=90"),
            PodOf("ended", "") with { Status = new() { Phase = "Succeeded" } },
            PodOf("going", "") with { Metadata = new() { Name = "going", DeletionTimestamp = Now } },
        ];
        var (due, next) = TaintEvictions.Plan(TaintsOf("a:NoExecute@10"), pods, null, Now);
        Assert.Equal(["due"], due.Select(eviction => eviction.Pod.Metadata.Name));
        Assert.Equal(TimeSpan.FromSeconds(50), next);
    }

    [Fact]
    public void While_no_node_is_ready_lost_ones_keep_their_pods()
    {
        var (due, next) = TaintEvictions.Plan(
            TaintsOf($"{NodeTaints.Unreachable}:NoExecute@900"), [PodOf("web", "")], Now, Now);
        Assert.Empty(due);
        Assert.Null(next);
    }

    [Fact]
    public void B24_Mirrors_are_never_made_to_leave()
    {
        var mirror = PodOf("web", "");
        mirror = mirror with
        {
            Metadata = mirror.Metadata with
            {
                Annotations = new Dictionary<string, string> { [MirrorPods.MirrorAnnotation] = "x" },
            },
        };
        var (due, next) = TaintEvictions.Plan(TaintsOf("a:NoExecute@10"), [mirror], null, Now);
        Assert.Empty(due);
        Assert.Null(next);
    }

    private static Pod PodOf(string name, string tolerations) =>
        new() { Metadata = new() { Name = name }, Spec = new() { Tolerations = TolerationsOf(tolerations) } };

    private static IReadOnlyList<Taint> TaintsOf(string text) => [.. Words(text).Select(word =>
    {
        var (what, ago) = Cut(word, '@');
        var (key, effect) = Cut(what, ':');
        DateTimeOffset? since = ago.Length == 0 ? null : Now.AddSeconds(-int.Parse(ago));
        return new Taint { Key = key, Effect = effect, TimeAdded = since };
    })];

    private static IReadOnlyList<Toleration> TolerationsOf(string text) => [.. Words(text).Select(word =>
    {
        var (what, seconds) = Cut(word, '=');
        var (key, effect) = Cut(what, ':');
        return new Toleration
        {
            Key = key == "*" ? null : key,
            Operator = "Exists",
            Effect = effect.Length == 0 ? null : effect,
            TolerationSeconds = seconds.Length == 0 ? null : long.Parse(seconds),
        };
    })];

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static (string, string) Cut(string text, char at) =>
        text.IndexOf(at) is var place and >= 0 ? (text[..place], text[(place + 1)..]) : (text, "");
}
