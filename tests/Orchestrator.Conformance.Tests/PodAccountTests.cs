using System.Text.Json.Nodes;
using Orchestrator.Conformance.Tests.Running;

namespace Orchestrator.Conformance.Tests;

/// <summary>What a real pod has of its account, and how files follow objects: real containers, real kubectl.</summary>
[Collection(nameof(SharedCluster))]
public sealed class PodAccountTests(SharedCluster shared)
{
    private const string Folder = "/var/run/secrets/kubernetes.io/serviceaccount";
    private readonly Cluster _cluster = shared.Cluster;

    [Fact]
    public async Task B59_A_pod_acts_as_its_account_and_its_token_dies_with_it()
    {
        var pod = Given.Pod("acts", ("main", Given.Forever));
        (await _cluster.KubectlWith(pod.ToJsonString(), "apply", "-f", "-")).Ok();
        await _cluster.PodsReady("app=acts", 1);
        var token = (await _cluster.Kubectl("exec", "acts", "--", "cat", $"{Folder}/token")).Ok();
        Assert.Equal("default", (await _cluster.Kubectl("exec", "acts", "--", "cat", $"{Folder}/namespace")).Ok());
        Assert.StartsWith("-----BEGIN CERTIFICATE-----",
            (await _cluster.Kubectl("exec", "acts", "--", "cat", $"{Folder}/ca.crt")).Ok(), StringComparison.Ordinal);
        var variables = (await _cluster.Kubectl("exec", "acts", "--", "env")).Ok();
        Assert.Matches(@"KUBERNETES_SERVICE_HOST=\d+\.\d+\.\d+\.\d+\n", variables);
        Assert.Contains("KUBERNETES_SERVICE_PORT=", variables, StringComparison.Ordinal);
        var described = (await _cluster.Kubectl("describe", "pod", "acts")).Ok();
        Assert.Matches($@"{Folder} from kube-api-access-\w{{5}} \(ro\)", described);
        Assert.Matches("TokenExpirationSeconds: +3607", described);
        var uid = (string)(await _cluster.Get("/api/v1/namespaces/default/pods/acts"))["metadata"]!["uid"]!;
        var status = await Review(token);
        Assert.True((bool)status["authenticated"]!);
        Assert.Equal("system:serviceaccount:default:default", (string)status["user"]!["username"]!);
        var extra = status["user"]!["extra"]!;
        Assert.Equal(uid, (string)extra["authentication.kubernetes.io/pod-uid"]![0]!);
        Assert.Equal(_cluster.NodeName, (string)extra["authentication.kubernetes.io/node-name"]![0]!);
        (await _cluster.Kubectl("delete", "pod", "acts", "--now")).Ok();
        Assert.Null((await Review(token))["authenticated"]);
    }

    [Fact]
    public async Task B59_A_pod_may_do_without_a_token_and_not_without_its_account()
    {
        var pod = Given.Pod("quiet", ("main", Given.Forever));
        pod["spec"]!["automountServiceAccountToken"] = false;
        (await _cluster.KubectlWith(pod.ToJsonString(), "apply", "-f", "-")).Ok();
        Assert.Null((await _cluster.Get("/api/v1/namespaces/default/pods/quiet"))["spec"]!["volumes"]);
        var stranger = Given.Pod("stranger", ("main", Given.Forever));
        stranger["spec"]!["serviceAccountName"] = "stranger";
        var refused = await _cluster.KubectlWith(stranger.ToJsonString(), "apply", "-f", "-");
        Assert.Contains("error looking up service account default/stranger: serviceaccount \"stranger\" not found",
            refused.Error, StringComparison.Ordinal);
        (await _cluster.Kubectl("delete", "pod", "quiet", "--now")).Ok();
    }

    [Fact]
    public async Task B59_What_every_namespace_has_comes_back()
    {
        (await _cluster.Kubectl("create", "namespace", "furnished")).Ok();
        try
        {
            await Furnished();
            (await _cluster.Kubectl(
                "-n", "furnished", "delete", "serviceaccount/default", "configmap/kube-root-ca.crt")).Ok();
            await Furnished();
        }
        finally
        {
            (await _cluster.Kubectl("delete", "namespace", "furnished")).Ok();
        }

        Task Furnished() => Eventually.Async(async () =>
        {
            var ran = await _cluster.Kubectl(
                "-n", "furnished", "get", "serviceaccount/default", "configmap/kube-root-ca.crt", "-o", "name");
            return ran.ExitCode == 0 ? null : $"{ran}";
        });
    }

    [Fact]
    public async Task B18_Files_of_a_running_pod_follow_their_object_within_seconds()
    {
        (await _cluster.Kubectl("create", "configmap", "followed", "--from-literal=k=old")).Ok();
        var pod = Given.Pod("follows", ("main", Given.Forever));
        pod["spec"]!["volumes"] = new JsonArray(new JsonObject
        {
            ["name"] = "c",
            ["configMap"] = new JsonObject { ["name"] = "followed" },
        });
        pod["spec"]!["containers"]![0]!["volumeMounts"] =
            new JsonArray(new JsonObject { ["name"] = "c", ["mountPath"] = "/c" });
        (await _cluster.KubectlWith(pod.ToJsonString(), "apply", "-f", "-")).Ok();
        await _cluster.PodsReady("app=follows", 1);
        (await _cluster.Kubectl("patch", "configmap", "followed", "-p", """{"data":{"k":"new"}}""")).Ok();
        var began = TimeProvider.System.GetTimestamp();
        // Sooner than a node looks at everything by itself, which it does every 30 s.
        await Eventually.Async(async () =>
        {
            var ran = await _cluster.Kubectl("exec", "follows", "--", "cat", "/c/k");
            return ran.Output == "new" ? null : $"{ran}";
        });
        Assert.InRange(TimeProvider.System.GetElapsedTime(began).TotalSeconds, 0, 25);
        (await _cluster.Kubectl("delete", "pod/follows", "configmap/followed", "--now")).Ok();
    }

    private async Task<JsonNode> Review(string token)
    {
        var (code, body) = await _cluster.Send(HttpMethod.Post, "/apis/authentication.k8s.io/v1/tokenreviews",
            new JsonObject { ["spec"] = new JsonObject { ["token"] = token } });
        Assert.Equal(201, code);
        return body!["status"]!;
    }
}
