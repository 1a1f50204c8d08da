using Orchestrator.ApiServer.Tests.Running;

namespace Orchestrator.ApiServer.Tests.CustomResources;

/// <summary>Kinds that users declare, through the real kubectl.</summary>
public sealed class KubectlCustomResourceTests(SecureApi secure) : IClassFixture<SecureApi>
{
    [SkippableTheory]
    [InlineData("1.31")]
    [InlineData("1.32")]
    [InlineData("1.33")]
    public async Task A_declared_kind_is_used_like_any_other(string version)
    {
        using var kubectl = Open(version);
        var group = $"v{version.Replace('.', '-')}.example.com";
        (await kubectl.RunAsync("apply -f -", Declared.CronTab(group))).ShouldBe(
            $"customresourcedefinition.apiextensions.k8s.io/crontabs.{group} created\n");
        await kubectl.RunAsync($"wait --for=condition=established --timeout=20s crd/crontabs.{group}");
        (await kubectl.RunAsync($"get crd crontabs.{group}")).ShouldMatch(
            $@"NAME +CREATED AT\ncrontabs\.{group} +\d{{4}}-\d\d-\d\dT.*Z\n");
        var tab = Declared.Tab(group, "mine");
        (await kubectl.RunAsync("apply -f -", tab)).ShouldBe($"crontab.{group}/mine created\n");
        (await kubectl.RunAsync("apply -f -", tab)).ShouldBe($"crontab.{group}/mine unchanged\n");
        (await kubectl.RunAsync($"get ct.{group}")).ShouldMatch(
            @"NAME +SPEC +REPLICAS +AGE\nmine +\* \* \* \* \*/5 +\d+s\n");
        (await kubectl.RunAsync($"get crontabs.{group} -o wide")).ShouldContain("IMAGE");
        (await kubectl.RunAsync($"get crontab.{group} mine -o jsonpath={{.spec.image}}")).ShouldBe("busybox");
        (await kubectl.RunAsync($"get crontab.v1beta1.{group} mine -o jsonpath={{.apiVersion}}")).ShouldContain(
            $"{group}/v1beta1");
        (await kubectl.RunAsync($"describe crontab.{group} mine")).ShouldContain("Cron Spec:  * * * * */5");
        (await kubectl.RunAsync($"scale crontab.{group}/mine --replicas=4", exitCode: 1)).ShouldContain(
            "the spec replicas field \".spec.replicas\" does not exist");
        (await kubectl.RunAsync(
            ["patch", $"crontab.{group}", "mine", "--type=merge", "-p", """{"spec":{"replicas":2}}"""]))
            .ShouldBe($"crontab.{group}/mine patched\n");
        (await kubectl.RunAsync($"scale crontab.{group}/mine --replicas=4")).ShouldBe(
            $"crontab.{group}/mine scaled\n");
        (await kubectl.RunAsync($"get crontab.{group} mine -o jsonpath={{.spec.replicas}}")).ShouldBe("4");
        (await kubectl.RunAsync($"label crontab.{group} mine a=b")).ShouldBe($"crontab.{group}/mine labeled\n");
        (await kubectl.RunAsync($"get crontab.{group} -l a=b -o name")).ShouldBe($"crontab.{group}/mine\n");
        (await kubectl.RunAsync($"delete crontab.{group} mine")).ShouldStartWith($"crontab.{group} \"mine\" deleted");
        (await kubectl.RunAsync($"delete crd crontabs.{group}")).ShouldContain("deleted");
        (await kubectl.RunAsync($"get crontabs.{group}", exitCode: 1)).ShouldContain(
            $"the server doesn't have a resource type \"crontabs\"");
    }

    [SkippableFact]
    public async Task Fields_are_explained_compared_and_checked()
    {
        using var kubectl = Open("1.32");
        const string Group = "explained.example.com";
        await kubectl.RunAsync("create -f -", Declared.CronTab(Group));
        var explained = await kubectl.RunAsync($"explain crontabs.spec --api-version={Group}/v1");
        explained.ShouldContain("When it runs, as cron says it.");
        explained.ShouldMatch(@"cronSpec\s+<string> -required-");
        (await kubectl.RunAsync($"explain crontabs.{Group}")).ShouldContain("Runs something now and then.");
        await kubectl.RunAsync("apply -f -", Declared.Tab(Group, "mine"));
        (await kubectl.RunAsync("diff -f -", Declared.Tab(Group, "mine"))).ShouldBeEmpty();
        (await kubectl.RunAsync("diff -f -", Declared.Tab(Group, "mine", """{"cronSpec":"1 1 1 1 1"}"""), exitCode: 1))
            .ShouldContain("+  cronSpec: 1 1 1 1 1");
        (await kubectl.RunAsync("apply -f -", Declared.Tab(Group, "bad", """{"cronSpec":"* * * * *","foo":1}"""),
            exitCode: 1)).ShouldContain("strict decoding error: unknown field \"spec.foo\"");
        (await kubectl.RunAsync("apply -f -", Declared.Tab(Group, "bad", """{"cronSpec":"x"}"""), exitCode: 1))
            .ShouldContain("The CronTab \"bad\" is invalid: spec.cronSpec: Invalid value: \"x\": spec.cronSpec in body "
                + "should match");
        (await kubectl.RunAsync("apply --server-side --field-manager=me -f -",
            Declared.Tab(Group, "mine", """{"cronSpec":"* * * * */5","replicas":3}"""))).ShouldBe(
                $"crontab.{Group}/mine serverside-applied\n");
        (await kubectl.RunAsync($"get crontab.{Group} mine -o jsonpath={{.spec}}")).ShouldContain("\"replicas\":3");
        (await kubectl.RunAsync("replace -f -", Declared.Tab(Group, "mine", """{"cronSpec":"2 2 2 2 2"}""")))
            .ShouldBe($"crontab.{Group}/mine replaced\n");
        (await kubectl.RunAsync($"delete crontabs.{Group} --all")).ShouldContain("\"mine\" deleted");
        (await kubectl.RunAsync("api-resources --api-group=" + Group)).ShouldMatch(
            $@"crontabs +ct +{Group}/v1 +true +CronTab");
    }

    private Kubectl Open(string version)
    {
        Skip.IfNot(File.Exists(Kubectl.BinaryOf(version)), $"kubectl {version} is not installed");
        return new Kubectl(version, secure.Api.Url, secure.Authority.CertificatePem);
    }
}
