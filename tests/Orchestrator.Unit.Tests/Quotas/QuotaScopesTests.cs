using Orchestrator.Api.Core.V1;
using Orchestrator.Reconcilers.Quotas;
using Orchestrator.Unit.Tests.Limits;

namespace Orchestrator.Unit.Tests.Quotas;

public sealed class QuotaScopesTests
{
    private static readonly Pod Bare = Sized.Pod("c");
    private static readonly Pod Sure = Sized.Pod("c:cpu=1");
    private static readonly Pod Short = Sized.Pod("c", "p", ("deadline", "10"));
    private static readonly Pod High = Sized.Pod("c", "p", ("class", "high"));

    private static readonly Pod Far = Bare with
    {
        Spec = Bare.Spec with
        {
            Affinity = new()
            {
                PodAffinity = new()
                {
                    RequiredDuringSchedulingIgnoredDuringExecution = [new() { Namespaces = ["other"] }],
                },
            },
        },
    };

    // scopes | selector (scope operator values) | which of bare, sure, short, high, far it counts
    public static TheoryData<string, string, string> Cases => new()
    {
        { "", "", "bare sure short high far" },
        { "BestEffort", "", "bare short high far" },
        { "NotBestEffort", "", "sure" },
        { "Terminating", "", "short" },
        { "NotTerminating", "", "bare sure high far" },
        { "BestEffort Terminating", "", "short" },
        { "PriorityClass", "", "high" },
        { "CrossNamespacePodAffinity", "", "far" },
        { "", "PriorityClass In high,low", "high" },
        { "", "PriorityClass In low", "" },
        { "", "PriorityClass NotIn high", "bare sure short far" },
        { "", "PriorityClass DoesNotExist", "bare sure short far" },
        { "BestEffort", "PriorityClass Exists", "high" },
    };

    [Theory, MemberData(nameof(Cases))]
    public void A_quota_counts_the_pods_in_its_scopes(string scopes, string selector, string expected)
    {
        var spec = Spec(scopes, selector);
        (string Name, Pod Pod)[] pods =
            [("bare", Bare), ("sure", Sure), ("short", Short), ("high", High), ("far", Far)];
        string.Join(' ', pods.Where(pair => QuotaScopes.Matches(spec, pair.Pod)).Select(pair => pair.Name))
            .ShouldBe(expected);
    }

    [Fact]
    public void With_scopes_it_counts_pods_alone()
    {
        QuotaScopes.Matches(Spec("", ""), new ConfigMap()).ShouldBeTrue();
        QuotaScopes.Matches(Spec("NotTerminating", ""), new ConfigMap()).ShouldBeFalse();
    }

    private static ResourceQuotaSpec Spec(string scopes, string selector)
    {
        var parts = selector.Split(' ');
        return new()
        {
            Scopes = scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            ScopeSelector = selector.Length == 0
                ? null
                : new()
                {
                    MatchExpressions =
                    [
                        new()
                        {
                            ScopeName = parts[0], Operator = parts[1],
                            Values = parts.Length > 2 ? parts[2].Split(',') : [],
                        },
                    ],
                },
        };
    }
}
