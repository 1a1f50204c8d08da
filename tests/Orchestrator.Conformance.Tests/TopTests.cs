using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Orchestrator.Conformance.Tests.Running;

namespace Orchestrator.Conformance.Tests;

/// <summary>What pods use, and what they say when asked through the server: real containers, real kubectl.</summary>
[Collection(nameof(SharedCluster))]
public sealed partial class TopTests(SharedCluster shared)
{
    private const string Busy = "trap 'exit 0' TERM; while true; do :; done";

    private const string Web =
        "mkdir -p /tmp/www && echo hello > /tmp/www/index.html && exec httpd -f -p 8080 -h /tmp/www";

    private readonly Cluster _cluster = shared.Cluster;

    [Fact]
    public async Task Top_tells_the_busy_from_the_idle()
    {
        await Apply(Given.Pod("load", ("busy", Busy), ("idle", Given.Forever)));
        await _cluster.PodsReady("app=load", 1);
        try
        {
            await Eventually.Async(async () =>
            {
                var ran = await _cluster.Kubectl("top", "pod", "load", "--containers", "--no-headers");
                var rows = Row().Matches(ran.Ok()).ToDictionary(
                    row => row.Groups[1].Value, row => Number(row.Groups[2].Value));
                return rows.Count == 2 && rows["busy"] > 100 && rows["idle"] < rows["busy"] / 2 ? null : $"{ran}";
            });
            Assert.Matches(@"^NAME +CPU\(cores\) +MEMORY\(bytes\) *\nload +[1-9]\d*m +\d+Mi *\n$",
                (await _cluster.Kubectl("top", "pod", "-l", "app=load")).Ok());
            Assert.Matches($@"{_cluster.NodeName} +[1-9]\d*m +\d+% +\d+Mi +\d+%",
                (await _cluster.Kubectl("top", "node")).Ok());
            var asked = DateTimeOffset.UtcNow;
            var metrics = await _cluster.Get("/apis/metrics.k8s.io/v1beta1/namespaces/default/pods/load");
            var measured = DateTimeOffset.Parse((string)metrics["timestamp"]!, CultureInfo.InvariantCulture);
            Assert.InRange(measured, asked.AddSeconds(-20), DateTimeOffset.UtcNow.AddSeconds(2));
        }
        finally
        {
            (await _cluster.Kubectl("delete", "pod", "load", "--now")).Ok();
        }
    }

    [Fact]
    public async Task A_pod_answers_through_the_server()
    {
        await Apply(Given.Pod("web-proxy", ("web", Web)));
        await _cluster.PodsReady("app=web-proxy", 1);
        const string Path = "/api/v1/namespaces/default/pods/web-proxy:8080/proxy/";
        try
        {
            await Eventually.Async(async () =>
            {
                var ran = await _cluster.Kubectl("get", "--raw", Path);
                return ran.ExitCode == 0 && ran.Output == "hello\n" ? null : $"{ran}";
            });
            var silent = await _cluster.Kubectl("get", "--raw", Path.Replace("8080", "81", StringComparison.Ordinal));
            Assert.NotEqual(0, silent.ExitCode);
            Assert.Contains("connection refused", $"{silent}", StringComparison.Ordinal);
            Assert.Equal("ok", (await _cluster.Kubectl(
                "get", "--raw", $"/api/v1/nodes/{_cluster.NodeName}/proxy/healthz")).Ok());
        }
        finally
        {
            (await _cluster.Kubectl("delete", "pod", "web-proxy", "--now")).Ok();
        }
    }

    [Fact]
    public async Task A_token_of_an_account_lets_it_in_to_a_real_cluster()
    {
        (await _cluster.Kubectl("create", "serviceaccount", "robot")).Ok();
        var token = (await _cluster.Kubectl("create", "token", "robot", "--duration=10m")).Ok().Trim();
        var review = new JsonObject { ["spec"] = new JsonObject { ["token"] = token } };
        var (code, body) = await _cluster.Send(HttpMethod.Post, "/apis/authentication.k8s.io/v1/tokenreviews", review);
        Assert.Equal(201, code);
        Assert.Equal("system:serviceaccount:default:robot", (string)body!["status"]!["user"]!["username"]!);
        (await _cluster.Kubectl("delete", "serviceaccount", "robot")).Ok();
        (_, body) = await _cluster.Send(HttpMethod.Post, "/apis/authentication.k8s.io/v1/tokenreviews", review);
        Assert.Null(body!["status"]!["authenticated"]);
        Assert.Matches(@"Username +admin", (await _cluster.Kubectl("auth", "whoami")).Ok());
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private async Task Apply(JsonObject manifest) =>
        (await _cluster.KubectlWith(manifest.ToJsonString(), "apply", "-f", "-")).Ok();

    [GeneratedRegex(@"(?m)^load +(\w+) +(\d+)m +\d+Mi")]
    private static partial Regex Row();
}
