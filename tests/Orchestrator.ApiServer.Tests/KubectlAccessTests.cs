using Orchestrator.ApiServer.Tests.Running;

namespace Orchestrator.ApiServer.Tests;

/// <summary>Who am I, may I, and who would I be: the real kubectl against the front-end.</summary>
public sealed class KubectlAccessTests(SecureApi secure) : IClassFixture<SecureApi>
{
    [SkippableTheory]
    [InlineData("1.29")]
    [InlineData("1.31")]
    [InlineData("1.32")]
    [InlineData("1.33")]
    public async Task Whoami_tells_who(string version)
    {
        using var kubectl = Open(version);
        (await kubectl.RunAsync("auth whoami")).ShouldMatch(
            @"^ATTRIBUTE +VALUE\nUsername +admin\nGroups +\[system:masters system:authenticated\]\n$");
        (await kubectl.RunAsync("auth whoami --as=bob --as-group=devs --as-uid=42 -o json")).ShouldSatisfyAllConditions(
            text => text.ShouldContain("\"username\": \"bob\""),
            text => text.ShouldContain("\"uid\": \"42\""),
            text => text.ShouldContain("\"devs\""),
            text => text.ShouldContain("\"system:authenticated\""));
    }

    [SkippableTheory]
    [InlineData("1.27")]
    [InlineData("1.32")]
    [InlineData("1.33")]
    public async Task Can_i_tells_what_is_enforced(string version)
    {
        using var kubectl = Open(version);
        (await kubectl.RunAsync("auth can-i get pods")).ShouldStartWith("yes");
        (await kubectl.RunAsync("auth can-i create deployments.apps -n dev")).ShouldStartWith("yes");
        (await kubectl.RunAsync("auth can-i get /healthz --as=system:anonymous", exitCode: 1)).ShouldContain(
            "selfsubjectaccessreviews.authorization.k8s.io is forbidden: User \"system:anonymous\" cannot create");
        (await kubectl.RunAsync("auth can-i impersonate users --as=bob", exitCode: 1)).ShouldContain("no");
        (await kubectl.RunAsync("auth can-i list pods --as=bob")).ShouldStartWith("yes");
        (await kubectl.RunAsync("auth can-i --list")).ShouldMatch(@"(?m)^\*\.\* +\[\] +\[\] +\[\*\]$");
    }

    [SkippableTheory]
    [InlineData("1.27")]
    [InlineData("1.32")]
    [InlineData("1.33")]
    public async Task A_token_made_by_kubectl_lets_kubectl_in(string version)
    {
        using var admin = Open(version);
        var name = $"ci-{version.Replace('.', '-')}";
        await admin.RunAsync($"create serviceaccount {name}");
        (await admin.RunAsync($"create token {name} --duration=10s", exitCode: 1))
            .ShouldContain("may not specify a duration less than 10 minutes");
        (await admin.RunAsync("create token nobody", exitCode: 1))
            .ShouldContain("serviceaccounts \"nobody\" not found");
        var token = (await admin.RunAsync($"create token {name} --duration=20m")).Trim();
        using var account = new Kubectl(version, secure.Api.Url, secure.Authority.CertificatePem, token);
        var who = $"system:serviceaccount:default:{name}";
        (await account.RunAsync("get serviceaccounts -o name")).ShouldContain($"serviceaccount/{name}");
        (await account.RunAsync("auth can-i --list")).ShouldContain("*.*");
        (await account.RunAsync("get pods --as=bob", exitCode: 1)).ShouldContain(
            $"Error from server (Forbidden): users \"bob\" is forbidden: User \"{who}\" cannot impersonate resource "
            + "\"users\" in API group \"\" at the cluster scope");
        (await account.RunAsync("get pods --as=system:serviceaccount:dev:x", exitCode: 1)).ShouldContain(
            $"serviceaccounts \"x\" is forbidden: User \"{who}\" cannot impersonate resource "
            + "\"serviceaccounts\" in API group \"\" in the namespace \"dev\"");
        await admin.RunAsync($"delete serviceaccount {name}");
        (await account.RunAsync("get pods", exitCode: 1)).ShouldContain("Unauthorized");
    }

    [SkippableFact]
    public async Task Nobody_in_particular_gets_nothing()
    {
        using var kubectl = Open("1.32");
        (await kubectl.RunAsync("get configmaps --as=system:anonymous", exitCode: 1)).ShouldContain("forbidden");
        (await kubectl.RunAsync("get --raw /api/v1/namespaces/default/configmaps --as=system:anonymous", exitCode: 1))
            .ShouldContain("configmaps is forbidden: User \"system:anonymous\" cannot list resource \"configmaps\" "
                + "in API group \"\" in the namespace \"default\"");
        (await kubectl.RunAsync("get --raw /readyz --as=system:anonymous")).ShouldBe("ok");
    }

    [SkippableFact]
    public async Task What_was_written_as_another_is_recorded_as_the_others()
    {
        using var kubectl = Open("1.32");
        (await kubectl.RunAsync("create -f - -o yaml --as=bob",
            """{"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview","spec":{"resourceAttributes":{"verb":"impersonate","resource":"users"}}}"""))
            .ShouldContain("allowed: false");
        (await kubectl.RunAsync("create -f - -o yaml",
            """{"apiVersion":"authorization.k8s.io/v1","kind":"LocalSubjectAccessReview","metadata":{"namespace":"default"},"spec":{"user":"bob","resourceAttributes":{"namespace":"default","verb":"get","resource":"pods"}}}"""))
            .ShouldContain("roles are not enforced");
    }

    [SkippableTheory]
    [InlineData("1.27")]
    [InlineData("1.32")]
    public async Task The_new_groups_are_found(string version)
    {
        using var kubectl = Open(version);
        var versions = await kubectl.RunAsync("api-versions");
        versions.ShouldContain("authentication.k8s.io/v1\n");
        versions.ShouldContain("authorization.k8s.io/v1\n");
        versions.ShouldContain("metrics.k8s.io/v1beta1\n");
        var resources = await kubectl.RunAsync("api-resources");
        resources.ShouldMatch(@"(?m)^selfsubjectreviews +authentication.k8s.io/v1 +false +SelfSubjectReview$");
        resources.ShouldMatch(
            @"(?m)^localsubjectaccessreviews +authorization.k8s.io/v1 +true +LocalSubjectAccessReview$");
        resources.ShouldMatch(@"(?m)^pods +metrics.k8s.io/v1beta1 +true +PodMetrics$");
        (await kubectl.RunAsync("api-resources --verbs=list -o name")).ShouldNotContain("reviews");
        (await kubectl.RunAsync("get selfsubjectreviews", exitCode: 1)).ShouldContain("MethodNotAllowed");
    }

    private Kubectl Open(string version)
    {
        Skip.IfNot(File.Exists(Kubectl.BinaryOf(version)), $"kubectl {version} is not installed");
        return new Kubectl(version, secure.Api.Url, secure.Authority.CertificatePem);
    }
}
