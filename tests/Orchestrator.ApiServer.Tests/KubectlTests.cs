using Orchestrator.ApiServer.Tests.Running;

namespace Orchestrator.ApiServer.Tests;

/// <summary>What users see: the real kubectl against the front-end.</summary>
public sealed class KubectlTests(SecureApi secure) : IClassFixture<SecureApi>
{
    [SkippableTheory]
    [InlineData("1.27")]
    [InlineData("1.31")]
    [InlineData("1.32")]
    [InlineData("1.33")]
    public async Task The_everyday_commands_work(string version)
    {
        using var kubectl = Open(version);
        var ns = $"everyday-{version.Replace('.', '-')}";
        (await kubectl.RunAsync("version")).ShouldContain("v1.32.0");
        (await kubectl.RunAsync("apply -f -",
            $$$"""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"{{{ns}}}"}}"""))
            .ShouldBe($"namespace/{ns} created\n");
        (await kubectl.RunAsync($"-n {ns} apply -f -", Given.Deployment("web", 3)))
            .ShouldBe("deployment.apps/web created\n");
        (await kubectl.RunAsync($"-n {ns} apply -f -", Given.Deployment("web", 3)))
            .ShouldBe("deployment.apps/web unchanged\n");
        (await kubectl.RunAsync($"-n {ns} apply -f -", Given.Deployment("web", 4)))
            .ShouldBe("deployment.apps/web configured\n");
        (await kubectl.RunAsync($"-n {ns} get deploy"))
            .ShouldMatch(@"NAME +READY +UP-TO-DATE +AVAILABLE +AGE\nweb +0/4 +0 +0 +\d+s\n");
        (await kubectl.RunAsync($"-n {ns} get deploy web -o wide")).ShouldContain("IMAGES");
        (await kubectl.RunAsync($"-n {ns} get deploy web -o yaml")).ShouldContain("replicas: 4");
        (await kubectl.RunAsync($"-n {ns} get deploy web -o jsonpath={{.spec.replicas}}")).ShouldBe("4");
        (await kubectl.RunAsync($"-n {ns} scale deploy web --replicas 2")).ShouldBe("deployment.apps/web scaled\n");
        (await kubectl.RunAsync($"-n {ns} label deploy web tier=front")).ShouldBe("deployment.apps/web labeled\n");
        (await kubectl.RunAsync($"-n {ns} get deploy -l tier=front -o name")).ShouldBe("deployment.apps/web\n");
        (await kubectl.RunAsync($"-n {ns} annotate deploy web a=b")).ShouldStartWith("deployment.apps/web annotate");
        (await kubectl.RunAsync($"-n {ns} describe deploy web")).ShouldContain("Replicas:");
        (await kubectl.RunAsync($"-n {ns} run p --image=nginx")).ShouldBe("pod/p created\n");
        (await kubectl.RunAsync($"-n {ns} wait pod/p --for=jsonpath={{.spec.restartPolicy}}=Always"))
            .ShouldBe("pod/p condition met\n");
        (await kubectl.RunAsync($"-n {ns} delete pod p")).ShouldStartWith("pod \"p\" deleted");
        (await kubectl.RunAsync($"-n {ns} get pods")).ShouldBe($"No resources found in {ns} namespace.\n");
        (await kubectl.RunAsync($"-n {ns} get pod p", exitCode: 1))
            .ShouldBe("Error from server (NotFound): pods \"p\" not found\n");
        (await kubectl.RunAsync($"-n {ns} delete deploy web")).ShouldStartWith("deployment.apps \"web\" deleted");
        (await kubectl.RunAsync("get --raw /readyz")).ShouldBe("ok");
    }

    [SkippableFact]
    public async Task All_resources_are_known_by_their_names()
    {
        using var kubectl = Open("1.32");
        var resources = await kubectl.RunAsync("api-resources");
        resources.ShouldMatch(@"(?m)^deployments +deploy +apps/v1 +true +Deployment$");
        resources.ShouldMatch(@"(?m)^pods +po +v1 +true +Pod$");
        (await kubectl.RunAsync("api-versions")).ShouldContain("events.k8s.io/v1\n");
        (await kubectl.RunAsync("get all -A")).ShouldNotContain("error");
        (await kubectl.RunAsync("get nonsense", exitCode: 1))
            .ShouldContain("the server doesn't have a resource type \"nonsense\"");
    }

    [SkippableFact]
    public async Task Server_side_apply_and_diff_work()
    {
        using var kubectl = Open("1.32");
        var map = Given.ConfigMap("ssa");
        (await kubectl.RunAsync("apply --server-side -f -", map)).ShouldBe("configmap/ssa serverside-applied\n");
        (await kubectl.RunAsync("diff --server-side -f -", map)).ShouldBe("");
        (await kubectl.RunAsync("diff --server-side -f -", map.Replace("\"v\"", "\"w\""), exitCode: 1))
            .ShouldContain("+  k: w");
        (await kubectl.RunAsync("create -f -",
            """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"bad"},"foo":1}""", exitCode: 1))
            .ShouldContain("strict decoding error: unknown field \"foo\"");
    }

    [SkippableTheory]
    [InlineData("1.31")]
    [InlineData("1.32")]
    [InlineData("1.33")]
    public async Task Objects_are_created_from_the_command_line(string version)
    {
        using var kubectl = Open(version);
        var ns = $"made-{version.Replace('.', '-')}";
        (await kubectl.RunAsync($"create namespace {ns}")).ShouldBe($"namespace/{ns} created\n");
        await kubectl.RunAsync($"-n {ns} create configmap c --from-literal=a=b --from-literal=empty=");
        (await kubectl.RunAsync($"-n {ns} get cm c -o jsonpath={{.data}}")).ShouldBe("{\"a\":\"b\",\"empty\":\"\"}");
        await kubectl.RunAsync($"-n {ns} create secret generic s --from-literal=a=b");
        (await kubectl.RunAsync($"-n {ns} get secret s -o jsonpath={{.data.a}},{{.type}}")).ShouldBe("Yg==,Opaque");
        await kubectl.RunAsync($"-n {ns} create deployment d --image=nginx --replicas=0 --port=80");
        (await kubectl.RunAsync(
            $"-n {ns} get deploy d -o jsonpath={{.spec.replicas}},{{.spec.template.spec.containers[0].ports[0].containerPort}}"))
            .ShouldBe("0,80");
        await kubectl.RunAsync($"-n {ns} create serviceaccount a");
        (await kubectl.RunAsync($"-n {ns} create configmap c", exitCode: 1))
            .ShouldBe("error: failed to create configmap: configmaps \"c\" already exists\n");
    }

    [SkippableFact]
    public async Task A_watch_prints_what_happens()
    {
        using var kubectl = Open("1.32");
        await kubectl.RunAsync("create -f -", Given.ConfigMap("w1", "watched"));
        using var watch = kubectl.Start("get cm -l app=watched -w --no-headers -o name");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            (await watch.StandardOutput.ReadLineAsync(limit.Token)).ShouldBe("configmap/w1");
            await kubectl.RunAsync("create -f -", Given.ConfigMap("w2", "watched"));
            (await watch.StandardOutput.ReadLineAsync(limit.Token)).ShouldBe("configmap/w2");
        }
        finally
        {
            // Its folder goes next, and it may still write there.
            watch.Kill();
            await watch.WaitForExitAsync();
        }
    }

    private Kubectl Open(string version)
    {
        Skip.IfNot(File.Exists(Kubectl.BinaryOf(version)), $"kubectl {version} is not installed");
        return new Kubectl(version, secure.Api.Url, secure.Authority.CertificatePem);
    }
}
