using System.Diagnostics;
using Orchestrator.Conformance.Tests.Running;

namespace Orchestrator.Conformance.Tests;

/// <summary>What is wrong is refused with one clear sentence, and nothing is half made.</summary>
[Collection(nameof(SharedCluster))]
public sealed class BadInputTests(SharedCluster shared)
{
    private readonly Cluster _cluster = shared.Cluster;

    // why | manifest | what kubectl must say
    public static TheoryData<string, string, string> Manifests => new()
    {
        {
            "an unknown field is named with its path",
            """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"bad"},"spec":{"containers":[{"name":"a","image":"b","comand":["c"]}]}}""",
            "strict decoding error: unknown field \"spec.containers[0].comand\""
        },
        {
            "a wrong type is named with its path",
            """{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"bad"},"spec":{"replicas":"three","selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"a","image":"b"}]}}}}""",
            "cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32"
        },
        { "broken YAML is refused by the client", "apiVersion: v1\nkind: Pod\n  metadata: {",
            "error converting YAML to JSON" },
        {
            "a bad name is explained",
            """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"Bad_Name"}}""",
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.'"
        },
        {
            "an image is required",
            """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"bad"},"spec":{"containers":[{"name":"a"}]}}""",
            "spec.containers[0].image: Required value"
        },
        {
            "all that is wrong is listed at once",
            """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"bad"},"spec":{"restartPolicy":"Sometimes","containers":[{"name":"A","image":"b"}]}}""",
            "spec.restartPolicy: Unsupported value: \"Sometimes\": supported values: \"Always\", \"OnFailure\", \"Never\""
        },
        {
            "a selector must select the template",
            """{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"bad"},"spec":{"selector":{"matchLabels":{"a":"x"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"a","image":"b"}]}}}}""",
            "`selector` does not match template `labels`"
        },
        { "a namespace must exist",
            """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"bad","namespace":"nowhere"}}""",
            "namespaces \"nowhere\" not found" },
    };

    [Theory, MemberData(nameof(Manifests))]
    public async Task A_bad_manifest_is_refused(string why, string manifest, string expected)
    {
        var ran = await _cluster.KubectlWith(manifest, "apply", "-f", "-");
        Assert.True(ran.ExitCode != 0, $"{why}: accepted\n{ran}");
        Assert.Contains(expected, ran.Error);
        Assert.Contains("not found", (await _cluster.Kubectl("get", "pod,deploy,cm", "bad")).Error);
    }

    [Fact]
    public async Task A_field_that_is_not_acted_on_yet_is_named_in_a_warning()
    {
        var pod = Given.Pod("warned", ("main", Given.Forever));
        pod["spec"]!["containers"]![0]!["securityContext"] = new System.Text.Json.Nodes.JsonObject
        {
            ["windowsOptions"] = new System.Text.Json.Nodes.JsonObject { ["runAsUserName"] = "nobody" },
        };
        var ran = await _cluster.KubectlWith(pod.ToJsonString(), "apply", "--dry-run=server", "-f", "-");
        Assert.Contains("pod/warned created (server dry run)", ran.Ok());
        Assert.Contains("Warning: spec.containers[0].securityContext.windowsOptions", ran.Error);
        Assert.Empty(await _cluster.Pods("app=warned"));
    }

    [Fact]
    public async Task An_image_that_is_not_there_is_told_and_can_be_mended()
    {
        var pod = Given.Pod("unpulled", ("main", Given.Forever));
        pod["spec"]!["containers"]![0]!["image"] = "localhost:1/nothing/here:1";
        (await _cluster.KubectlWith(pod.ToJsonString(), "apply", "-f", "-")).Ok();
        await Eventually.Async(async () =>
        {
            var table = (await _cluster.Kubectl("get", "pod", "unpulled", "--no-headers")).Ok();
            return table.Contains("ImagePullBackOff", StringComparison.Ordinal)
                || table.Contains("ErrImagePull", StringComparison.Ordinal) ? null : table;
        });
        (await _cluster.Kubectl("set", "image", "pod/unpulled", $"main={Given.Image}")).Ok();
        await _cluster.PodsReady("app=unpulled", 1, seconds: 90);
        (await _cluster.Kubectl("delete", "pod", "unpulled")).Ok();
    }

    [Fact]
    public async Task A_port_in_use_is_said_and_nothing_is_started() =>
        await Refused([$"--listen=127.0.0.1:{_cluster.Port}"],
            $"cannot listen on 127.0.0.1:{_cluster.Port}: another process listens there");

    [Fact]
    public async Task No_engine_is_said() =>
        await Refused([$"--listen=127.0.0.1:{Cluster.FreePort()}", "--docker=unix:///nowhere/docker.sock"],
            "no Docker engine answers at unix:///nowhere/docker.sock");

    [Fact]
    public async Task A_second_process_on_one_data_folder_is_refused() =>
        await Refused([$"--listen=127.0.0.1:{Cluster.FreePort()}", $"--data-dir={_cluster.DataDirectory}"],
            _cluster.DataDirectory);

    [Fact]
    public async Task A_data_folder_that_cannot_be_written_is_said() =>
        await Refused([$"--listen=127.0.0.1:{Cluster.FreePort()}", "--data-dir=/proc/nowhere"],
            "the data folder /proc/nowhere cannot be written");

    [Fact]
    public async Task An_address_that_is_none_is_said() =>
        await Refused(["--listen=here"], "--listen \"here\" is no address");

    [Fact]
    public async Task A_wait_between_restarts_that_is_out_of_bounds_is_said() =>
        await Refused([$"--listen=127.0.0.1:{Cluster.FreePort()}", "--max-container-restart-period=301"],
            "--max-container-restart-period 301 is no such time: expected 1 to 300 seconds");

    private static async Task Refused(string[] args, string sentence)
    {
        var folder = Directory.CreateTempSubdirectory("orc-refused-").FullName;
        string[] own = args.Any(arg => arg.StartsWith("--data-dir", StringComparison.Ordinal))
            ? []
            : [$"--data-dir={folder}"];
        var watch = Stopwatch.StartNew();
        var ran = await Ran.Async(Cluster.Program, ["serve", .. own, .. args]);
        Assert.True(ran.ExitCode == 1, $"{ran}\nafter {watch.Elapsed}");
        Assert.Contains(sentence, ran.Error);
        Assert.Single(ran.Error.Trim().Split('\n'));
        Assert.False(File.Exists(Path.Combine(folder, "kubeconfig")));
        Directory.Delete(folder, recursive: true);
    }
}
