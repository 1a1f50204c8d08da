using Orchestrator.Conformance.Tests.Running;

namespace Orchestrator.Conformance.Tests;

/// <summary>
/// Pages behind a service, read through the server: with <c>get --raw</c> and with <c>kubectl proxy</c>.
/// </summary>
[Collection(nameof(SharedCluster))]
public sealed class ServiceProxyTests(SharedCluster shared)
{
    private const string Site =
        "mkdir -p /tmp/www/sub && echo hello > /tmp/www/index.html && echo below > /tmp/www/sub/index.html"
        + " && exec httpd -f -p 8080 -h /tmp/www";

    private const string Services = "/api/v1/namespaces/default/services";
    private readonly Cluster _cluster = shared.Cluster;

    [Fact]
    public async Task An_exposed_pod_answers_through_the_server()
    {
        (await _cluster.KubectlWith(Given.Pod("front", ("web", Site)).ToJsonString(), "apply", "-f", "-")).Ok();
        (await _cluster.Kubectl("expose", "pod", "front", "--port=80", "--target-port=8080", "--name=front")).Ok();
        await _cluster.PodsReady("app=front", 1);
        try
        {
            foreach (var name in new[] { "front", "front:80", "http:front:80", "http:front:" })
            {
                await Answers(name);
            }
            var unknown = await _cluster.Kubectl("get", "--raw", $"{Services}/front:81/proxy/");
            Assert.NotEqual(0, unknown.ExitCode);
            Assert.Contains("no service port \"81\" found for service \"front\"", unknown.Error);
            await TheProxyPassesOn();
        }
        finally
        {
            (await _cluster.Kubectl("delete", "pod/front", "service/front", "--now")).Ok();
        }
        var gone = await _cluster.Kubectl("get", "--raw", $"{Services}/front/proxy/");
        Assert.Contains("services \"front\" not found", gone.Error);
    }

    private Task Answers(string name) => Eventually.Async(async () =>
    {
        var ran = await _cluster.Kubectl("get", "--raw", $"{Services}/{name}/proxy/");
        return ran.ExitCode == 0 && ran.Output == "hello\n" ? null : $"{ran}";
    });

    private async Task TheProxyPassesOn()
    {
        using var proxy = _cluster.KubectlStart("proxy", "--port=0");
        try
        {
            var said = await proxy.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30));
            using var http = new HttpClient { BaseAddress = new Uri($"http://{said!.Split(' ')[^1]}") };
            Assert.Equal("below\n", await http.GetStringAsync($"{Services}/front/proxy/sub/index.html"));
            // Without the slash the links of a page would lead elsewhere, so the client is sent to the one with it.
            Assert.Equal("hello\n", await http.GetStringAsync($"{Services}/front/proxy"));
            using var missing = await http.GetAsync($"{Services}/front/proxy/nothing");
            Assert.Equal(404, (int)missing.StatusCode);
        }
        finally
        {
            proxy.Kill();
            await proxy.WaitForExitAsync();
        }
    }
}
