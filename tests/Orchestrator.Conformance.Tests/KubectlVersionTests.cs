using Orchestrator.Conformance.Tests.Running;

namespace Orchestrator.Conformance.Tests;

/// <summary>The everyday commands, with every kubectl that is installed.</summary>
[Collection(nameof(SharedCluster))]
public sealed class KubectlVersionTests(SharedCluster shared)
{
    public static TheoryData<string> Versions => new(["1.27", "1.28", "1.29", "1.30", "1.31", "1.32", "1.33"]);

    [SkippableTheory, MemberData(nameof(Versions))]
    public async Task Everyday_commands_work(string version)
    {
        var binary = $"/usr/lib/google-cloud-sdk/bin/kubectl.{version}";
        Skip.IfNot(File.Exists(binary), $"kubectl {version} is not installed");
        var ns = $"v{version.Replace('.', '-')}";
        async Task<string> Kubectl(string? input, params string[] args) => (await Ran.Async(binary,
            ["--kubeconfig", shared.Cluster.Kubeconfig, "--cache-dir", Path.Combine(shared.Cluster.DataDirectory, ns),
                .. args], input)).Ok();

        await Kubectl($$"""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"{{ns}}"} }""", "apply", "-f", "-");
        await Kubectl(Given.ConfigMap("cm", "1").ToJsonString(), "-n", ns, "apply", "-f", "-");
        Assert.Contains("configmap/cm unchanged",
            await Kubectl(Given.ConfigMap("cm", "1").ToJsonString(), "-n", ns, "apply", "-f", "-"));
        Assert.Contains("configmap/cm configured",
            await Kubectl(Given.ConfigMap("cm", "2").ToJsonString(), "-n", ns, "apply", "-f", "-"));
        Assert.Equal("2", await Kubectl(null, "-n", ns, "get", "cm", "cm", "-o", "jsonpath={.data.value}"));
        Assert.Contains("configmap/cm serverside-applied", await Kubectl(
            Given.ConfigMap("cm", "2").ToJsonString(), "-n", ns, "apply", "--server-side", "--force-conflicts",
            "-f", "-"));
        await Kubectl(null, "-n", ns, "label", "cm", "cm", "colour=red");
        Assert.Contains("cm ", await Kubectl(null, "-n", ns, "get", "cm", "-l", "colour=red"));
        await Kubectl(null, "-n", ns, "annotate", "cm", "cm", "note=x");
        await Kubectl(null, "-n", ns, "patch", "cm", "cm", "--type=json", "-p",
            """[{"op":"replace","path":"/data/value","value":"3"}]""");
        await Kubectl(null, "-n", ns, "wait", "cm/cm", "--for=jsonpath={.data.value}=3", "--timeout=20s");
        Assert.Contains("Name:         cm", await Kubectl(null, "-n", ns, "describe", "cm", "cm"));
        await Kubectl(Given.Deployment("dep", 0).ToJsonString(), "-n", ns, "apply", "-f", "-");
        Assert.Matches(@"NAME +READY +UP-TO-DATE +AVAILABLE +AGE\ndep +0/0 +0 +0 ",
            await Kubectl(null, "-n", ns, "get", "deploy"));
        Assert.Contains("deployments", await Kubectl(null, "api-resources"));
        Assert.Contains("\"gitVersion\": \"v1.32.", await Kubectl(null, "version", "-o", "json"));
        await Kubectl(null, "delete", "namespace", ns, "--timeout=60s");
    }
}
