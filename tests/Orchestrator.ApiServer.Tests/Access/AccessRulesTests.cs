using Microsoft.Extensions.Options;
using Orchestrator.Api.Meta;
using Orchestrator.ApiServer.Access;

namespace Orchestrator.ApiServer.Tests.Access;

public sealed class AccessRulesTests
{
    // why | user and groups | verb | resource or /path | server asks who people are | allowed | reason contains
    public static TheoryData<string, string, string, string, bool, bool, string> Cases => new()
    {
        { "a master may everything", "root system:masters", "delete", "pods", true, true, "system:masters" },
        { "a master may be another", "root system:masters", "impersonate", "users", true, true, "system:masters" },
        { "a user may everything: there are no roles", "ann system:authenticated", "delete", "pods", true, true,
            "roles are not enforced" },
        { "a user asked about without groups is one", "ann", "list", "nodes", true, true, "roles are not enforced" },
        { "a user may not be another", "ann system:authenticated", "impersonate", "users", true, false, "masters" },
        { "nobody gets what is public", "system:anonymous", "get", "/healthz", true, true, "open to everybody" },
        { "and what is below it", "system:anonymous", "get", "/readyz/ping", true, true, "open to everybody" },
        { "nobody gets nothing else", "system:anonymous", "get", "/api", true, false, "authenticated" },
        { "nor a path that only begins so", "system:anonymous", "get", "/healthzz", true, false, "authenticated" },
        { "nor objects", "system:anonymous", "list", "pods", true, false, "authenticated" },
        { "the group alone makes one nobody", "x system:unauthenticated", "list", "pods", true, false, "authentic" },
        { "an open server is open", "system:anonymous", "list", "pods", false, true, "everybody" },
        { "but nobody is another there", "system:anonymous", "impersonate", "users", false, false, "masters" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_is_enforced(
        string why, string user, string verb, string what, bool asks, bool isAllowed, string reason)
    {
        var rules = new AccessRules(Options.Create(new ApiServerOptions { RequireAuthentication = asks }));
        var words = user.Split(' ');
        var question = new AccessQuestion(verb)
        {
            Path = what.StartsWith('/') ? what : "",
            Resource = what.StartsWith('/') ? "" : what,
        };
        var answer = rules.Decide(new ApiUser(words[0], words[1..]), question);
        answer.IsAllowed.ShouldBe(isAllowed, why);
        answer.Reason.ShouldContain(reason, Case.Sensitive, why);
    }

    // verb | group | resource[/sub] | namespace | name | the sentence
    public static TheoryData<string, string, string, string, string, string> Sentences => new()
    {
        { "list", "", "pods", "dev", "",
            "pods is forbidden: User \"u\" cannot list resource \"pods\" in API group \"\" in the namespace \"dev\"" },
        { "get", "", "pods/log", "dev", "p",
            "pods \"p\" is forbidden: User \"u\" cannot get resource \"pods/log\" in API group \"\" in the namespace \"dev\"" },
        { "delete", "apps", "deployments", "dev", "d",
            "deployments.apps \"d\" is forbidden: User \"u\" cannot delete resource \"deployments\" in API group \"apps\" in the namespace \"dev\"" },
        { "impersonate", "", "users", "", "bob",
            "users \"bob\" is forbidden: User \"u\" cannot impersonate resource \"users\" in API group \"\" at the cluster scope" },
        { "impersonate", "authentication.k8s.io", "userextras/scopes", "", "a",
            "userextras.authentication.k8s.io \"a\" is forbidden: User \"u\" cannot impersonate resource \"userextras/scopes\" in API group \"authentication.k8s.io\" at the cluster scope" },
    };

    [Theory]
    [MemberData(nameof(Sentences))]
    public void A_refusal_is_in_the_words_of_the_reference(
        string verb, string group, string resource, string ns, string name, string sentence)
    {
        var parts = resource.Split('/');
        new AccessQuestion(verb)
        {
            Group = group,
            Resource = parts[0],
            Subresource = parts.Length > 1 ? parts[1] : "",
            Namespace = ns,
            Name = name,
        }.Refusal("u").ShouldBe(sentence);
    }

    [Fact]
    public void A_path_is_refused_as_a_path() =>
        new AccessQuestion("get") { Path = "/api" }.Refusal("u")
            .ShouldBe("forbidden: User \"u\" cannot get path \"/api\"");

    [Fact]
    public void A_demand_that_fails_is_a_403_with_the_object()
    {
        var rules = new AccessRules(Options.Create(new ApiServerOptions()));
        var refusal = Should.Throw<ApiException>(() => rules.Demand(
            ApiUser.Anonymous, new("get") { Resource = "pods", Name = "p", Namespace = "dev" }));
        refusal.Code.ShouldBe(403);
        refusal.Details!.Name.ShouldBe("p");
        refusal.Details.Kind.ShouldBe("pods");
    }
}
