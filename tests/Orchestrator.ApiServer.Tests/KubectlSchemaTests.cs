using Orchestrator.ApiServer.Tests.Running;

namespace Orchestrator.ApiServer.Tests;

/// <summary>What the real kubectl does with the schemas: explain, check, merge, compare.</summary>
public sealed class KubectlSchemaTests(SecureApi secure) : IClassFixture<SecureApi>
{
    public static TheoryData<string> Versions => new(["1.27", "1.28", "1.29", "1.30", "1.31", "1.32", "1.33"]);

    [SkippableTheory, MemberData(nameof(Versions))]
    public async Task Fields_are_explained(string version)
    {
        using var kubectl = Open(version);
        var pod = await kubectl.RunAsync("explain pod");
        pod.ShouldMatch(@"KIND: +Pod\nVERSION: +v1\n");
        pod.ShouldMatch(@"\n +spec\t<PodSpec>\n");
        pod.ShouldContain("Containers that share one network");
        (await kubectl.RunAsync("explain pod.spec.containers --recursive"))
            .ShouldMatch(
                @"\n +name\t<string> -required-\n(.*\n)* +ports\t<\[\]ContainerPort>\n +containerPort\t<integer>");
        var strategy = await kubectl.RunAsync("explain deployment.spec.strategy --recursive");
        strategy.ShouldMatch(@"GROUP: +apps\nKIND: +Deployment\nVERSION: +v1\n");
        strategy.ShouldMatch(@"\n +rollingUpdate\t<RollingUpdateDeployment>\n +maxSurge\t<IntOrString>\n");
        (await kubectl.RunAsync("explain pod.spec.nonsense", exitCode: 1))
            .ShouldContain("field \"nonsense\" does not exist");
        (await kubectl.RunAsync("explain lease.spec.renewTime")).ShouldContain("FIELD: renewTime <string>");
    }

    [SkippableTheory, MemberData(nameof(Versions))]
    public async Task The_binary_document_explains_as_well(string version)
    {
        using var kubectl = Open(version);
        var pod = await kubectl.RunAsync("explain pod --output=plaintext-openapiv2");
        pod.ShouldMatch(@"KIND: +Pod\nVERSION: +v1\n");
        pod.ShouldContain("Containers that share one network");
        pod.ShouldMatch(@"\n +spec\t<Object>\n");
        (await kubectl.RunAsync("explain deployment.spec.replicas --output=plaintext-openapiv2"))
            .ShouldMatch(@"FIELD: +replicas <integer>");
        (await kubectl.RunAsync("explain pod.spec.nonsense --output=plaintext-openapiv2", exitCode: 1))
            .ShouldContain("field \"nonsense\" does not exist");
    }

    [SkippableTheory, MemberData(nameof(Versions))]
    public async Task An_apply_merges_lists_by_their_keys(string version)
    {
        using var kubectl = Open(version);
        var name = $"merge-{version.Replace('.', '-')}";
        await kubectl.RunAsync("apply -f -", Web(name, "nginx:1"));
        // A second container that apply has not set stays when the first one changes.
        await kubectl.RunAsync(["patch", "deployment", name, "--patch",
            """{"spec":{"template":{"spec":{"containers":[{"name":"side","image":"busybox"}]}}}}"""]);
        (await kubectl.RunAsync("diff -f -", Web(name, "nginx:2"), exitCode: 1))
            .ShouldMatch(@"\n-( +|.*- )image: nginx:1\n\+( +|.*- )image: nginx:2\n");
        (await kubectl.RunAsync("apply -f -", Web(name, "nginx:2"))).ShouldBe($"deployment.apps/{name} configured\n");
        (await ImagesAsync()).Split(' ').Order().ShouldBe(["", "c=nginx:2", "side=busybox"]);
        (await kubectl.RunAsync("diff -f -", Web(name, "nginx:2"))).ShouldBe("");

        // What the strategy no longer names goes, though the server filled it in.
        (await kubectl.RunAsync("apply -f -", Web(name, "nginx:2", "\"strategy\":{\"type\":\"Recreate\"},")))
            .ShouldBe($"deployment.apps/{name} configured\n");
        (await kubectl.RunAsync($"get deployment {name} -o jsonpath={{.spec.strategy}}"))
            .ShouldBe("{\"type\":\"Recreate\"}");
        (await kubectl.RunAsync("apply --server-side --force-conflicts -f -", Web(name, "nginx:3")))
            .ShouldBe($"deployment.apps/{name} serverside-applied\n");
        (await ImagesAsync()).ShouldContain("c=nginx:3");

        Task<string> ImagesAsync() => kubectl.RunAsync(["get", "deployment", name, "-o",
            "jsonpath={range .spec.template.spec.containers[*]}{.name}={.image} {end}"]);
    }

    [SkippableTheory, MemberData(nameof(Versions))]
    public async Task Unknown_fields_are_refused(string version)
    {
        using var kubectl = Open(version);
        const string Wrong =
            """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"bad"},"spec":{"containers":[],"foo":1}}""";
        (await kubectl.RunAsync("create --validate=strict -f -", Wrong, exitCode: 1))
            .ShouldContain("unknown field \"spec.foo\"");
        (await kubectl.RunAsync("create --dry-run=server --validate=warn -f -", Given.Pod($"p{version}")))
            .ShouldContain("created (server dry run)");
    }

    private static string Web(string name, string image, string strategy = "") =>
        $$$$"""
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"{{{{name}}}}"},"spec":{"replicas":0,
        {{{{strategy}}}}"selector":{"matchLabels":{"app":"{{{{name}}}}"}},"template":{"metadata":{"labels":
        {"app":"{{{{name}}}}"}},"spec":{"containers":[{"name":"c","image":"{{{{image}}}}"}]} } } }
        """;

    private Kubectl Open(string version)
    {
        Skip.IfNot(File.Exists(Kubectl.BinaryOf(version)), $"kubectl {version} is not installed");
        return new Kubectl(version, secure.Api.Url, secure.Authority.CertificatePem);
    }
}
