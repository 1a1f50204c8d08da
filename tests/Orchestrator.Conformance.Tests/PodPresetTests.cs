using System.Text.Json.Nodes;
using Orchestrator.Conformance.Tests.Running;

namespace Orchestrator.Conformance.Tests;

/// <summary>Presets, templates, earlier and last words of pods, with kubectl on real containers.</summary>
[Collection(nameof(SharedCluster))]
public sealed class PodPresetTests(SharedCluster shared)
{
    private const string Preset = """
        apiVersion: settings.k8s.io/v1alpha1
        kind: PodPreset
        metadata: {name: db}
        spec:
          selector: {matchLabels: {app: preset}}
          env: [{name: DB_PORT, value: "6379"}]
          volumeMounts: [{name: cache, mountPath: /cache}]
          volumes: [{name: cache, emptyDir: {}}]
        """;

    private readonly Cluster _cluster = shared.Cluster;

    [Fact]
    public async Task A14_New_pods_get_what_the_presets_of_their_namespace_hold()
    {
        (await _cluster.Kubectl("create", "namespace", "presets")).Ok();
        await ApplyAsync(Preset);
        Assert.Matches("(?m)^NAME +CREATED AT$", (await _cluster.Kubectl("get", "podpresets", "-n", "presets")).Ok());
        Assert.Contains("VERSION:", (await _cluster.Kubectl("explain", "podpreset.spec")).Ok());
        const string say = "echo port=$DB_PORT; ls -d /cache";
        await ApplyAsync(Pod("given", "app: preset", "", "", say));
        await ApplyAsync(Pod("apart", "app: preset", "podpreset.admission.kubernetes.io/exclude: \"true\"", "", say));
        await ApplyAsync(Pod("against", "app: preset", "", "env: [{name: DB_PORT, value: \"1\"}]", say));
        await ApplyAsync(Pod("other", "app: other", "", "", say));
        await LogIsAsync("given", "port=6379\n/cache\n");
        await LogIsAsync("apart", "port=\n");
        await LogIsAsync("against", "port=1\n");
        await LogIsAsync("other", "port=\n");
        var version = (string)(await _cluster.Get("/apis/settings.k8s.io/v1alpha1/namespaces/presets/podpresets/db"))
            ["metadata"]!["resourceVersion"]!;
        var given = await _cluster.Get("/api/v1/namespaces/presets/pods/given");
        Assert.Equal(version,
            (string)given["metadata"]!["annotations"]!["podpreset.admission.kubernetes.io/podpreset-db"]!);
        await Eventually.Async(async () =>
        {
            var text = (await _cluster.Kubectl("describe", "pod", "against", "-n", "presets")).Ok();
            const string why = "merging env for db has a conflict on DB_PORT";
            return text.Contains("PodPresetConflict", StringComparison.Ordinal)
                && text.Contains(why, StringComparison.Ordinal) ? null : text;
        });
        (await _cluster.Kubectl("delete", "namespace", "presets", "--timeout=60s")).Ok();
    }

    [Fact]
    public async Task A14_A_pod_template_is_kept_by_itself()
    {
        const string template = """
            apiVersion: v1
            kind: PodTemplate
            metadata: {name: mould}
            template:
              metadata: {labels: {app: mould}}
              spec: {containers: [{name: main, image: "orc-sample/busybox:1"}]}
            """;
        (await _cluster.KubectlWith(template, "apply", "-f", "-")).Ok();
        Assert.Matches(@"(?m)^mould +main +orc-sample/busybox:1 +app=mould$",
            (await _cluster.Kubectl("get", "podtemplates")).Ok());
        var kept = await _cluster.Get("/api/v1/namespaces/default/podtemplates/mould");
        Assert.Equal("Always", (string)kept["template"]!["spec"]!["restartPolicy"]!);
        Assert.Empty(await _cluster.Pods("app=mould"));
        var empty = template.Replace("orc-sample/busybox:1", "", StringComparison.Ordinal)
            .Replace("name: mould}\ntemplate", "name: empty}\ntemplate", StringComparison.Ordinal);
        var wrong = await _cluster.KubectlWith(empty, "create", "-f", "-");
        Assert.Contains("template.spec.containers[0].image: Required value", wrong.Error);
        (await _cluster.Kubectl("delete", "podtemplate", "mould")).Ok();
    }

    [Fact]
    public async Task Logs_of_the_run_before_and_of_a_deleted_pod_can_be_read()
    {
        var script = "if [ -e /v/run ]; then echo second; exec sleep 1000; else touch /v/run; echo first; exit 1; fi";
        var pod = Given.Pod("twice", ("main", script));
        pod["spec"]!["volumes"] = new JsonArray(new JsonObject { ["name"] = "v", ["emptyDir"] = new JsonObject() });
        pod["spec"]!["containers"]![0]!["volumeMounts"] =
            new JsonArray(new JsonObject { ["name"] = "v", ["mountPath"] = "/v" });
        (await _cluster.KubectlWith(pod.ToJsonString(), "apply", "-f", "-")).Ok();
        await Eventually.Async(async () =>
        {
            var log = await _cluster.Kubectl("logs", "twice");
            return log.Output == "second\n" ? null : log.ToString();
        });
        Assert.Equal("first\n", (await _cluster.Kubectl("logs", "-p", "twice")).Ok());
        Assert.Equal("first\n", (await OrcAsync("logs", "twice")).Ok());
        (await _cluster.Kubectl("delete", "pod", "twice", "--grace-period=1")).Ok();
        Assert.Contains("NotFound", (await _cluster.Kubectl("logs", "twice")).Error);
        Assert.Equal("second\n", (await OrcAsync("logs", "pod/twice")).Ok());
        Assert.Contains("ended with exit code", (await OrcAsync("why", "pod/twice")).Ok());
        var never = await OrcAsync("logs", "never-was");
        Assert.Contains("no ended container of", never.Error);
    }

    private Task<Ran> OrcAsync(params string[] args) => Ran.Async(Cluster.Program, args,
        env: new Dictionary<string, string> { ["KUBECONFIG"] = _cluster.Kubeconfig });

    private async Task ApplyAsync(string manifest) =>
        (await _cluster.KubectlWith(manifest, "apply", "-n", "presets", "-f", "-")).Ok();

    private Task LogIsAsync(string pod, string expected) => Eventually.Async(async () =>
    {
        var log = await _cluster.Kubectl("logs", pod, "-n", "presets");
        return log.Output == expected ? null : log.ToString();
    });

    private static string Pod(string name, string label, string annotation, string env, string script) => $$"""
        apiVersion: v1
        kind: Pod
        metadata:
          name: {{name}}
          labels: { {{label}} }
          annotations: { {{annotation}} }
        spec:
          restartPolicy: Never
          containers:
          - name: main
            image: {{Given.Image}}
            command: [sh, -c, "{{script}} 2>/dev/null"]
            {{env}}
        """;
}
