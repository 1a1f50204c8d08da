using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Orchestrator.Conformance.Tests.Running;

namespace Orchestrator.Conformance.Tests;

/// <summary>
/// exec, attach, cp, port-forward and run against containers of the real engine, with kubectls that speak SPDY alone,
/// WebSocket for commands, and WebSocket for all.
/// </summary>
[Collection(nameof(SharedCluster))]
public sealed class StreamTests(SharedCluster shared)
{
    private const string Talker =
        "trap 'exit 0' TERM; n=0; while true; do n=$((n+1)); echo line $n; sleep 1 & wait $!; done";

    private const string Server =
        "mkdir -p /www && echo hello from the pod > /www/index.html && exec httpd -f -p 8080 -h /www";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Cluster _cluster = shared.Cluster;

    public static TheoryData<string> Versions => new(["1.27", "1.30", "1.33"]);

    [SkippableTheory, MemberData(nameof(Versions))]
    public async Task Commands_run_in_containers(string version)
    {
        var pod = await PodAsync(version, "exec", ("main", Given.Forever), ("other", Given.Forever));
        Assert.Equal("one\n", (await Kubectl(version, "exec", pod, "-c", "main", "--", "echo", "one")).Ok());
        var piped = await KubectlWith(version, "piped text", "exec", "-i", pod, "-c", "other", "--", "cat");
        Assert.Equal("piped text", piped.Ok());
        var failed = await Kubectl(
            version, "exec", pod, "-c", "main", "--", "sh", "-c", "echo out; echo err >&2; exit 3");
        Assert.Equal((3, "out\n"), (failed.ExitCode, failed.Output));
        Assert.Equal("err\ncommand terminated with exit code 3\n", failed.Error);
        var much = (await Kubectl(
            version, "exec", pod, "-c", "main", "--", "sh", "-c",
            "dd if=/dev/zero bs=1024 count=4096 | tr '\\0' x")).Ok();
        Assert.Equal(4 * 1024 * 1024, much.Length);
        var missing = await Kubectl(version, "exec", pod, "-c", "main", "--", "no-such-program");
        Assert.NotEqual(0, missing.ExitCode);
        Assert.Contains("no-such-program", missing.Output + missing.Error);
        var unknown = await Kubectl(version, "exec", pod, "-c", "nobody", "--", "true");
        Assert.Contains($"container nobody is not valid for pod {pod}", unknown.Error);
        Assert.Contains("pods \"nobody\" not found", (await Kubectl(version, "exec", "nobody", "--", "true")).Error);
        await DeleteAsync(pod);
    }

    [SkippableTheory, MemberData(nameof(Versions))]
    public async Task A_terminal_has_the_size_of_ours(string version)
    {
        Skip.IfNot(File.Exists("/usr/bin/script"), "needs script, of bsdutils");
        var pod = await PodAsync(version, "tty", ("main", Given.Forever));
        var command = $"stty rows 33 cols 111; {Binary(version)} --kubeconfig {_cluster.Kubeconfig} exec -it {pod} -- "
            + "sh -c 'tty; until stty size | grep -q 33; do sleep 0.1; done; stty size'";
        var ran = await Ran.Async("/usr/bin/script", ["-qec", command, "/dev/null"]);
        Assert.Contains("/dev/pts/", ran.Ok());
        Assert.Contains("33 111", ran.Output);
        await DeleteAsync(pod);
    }

    [SkippableTheory, MemberData(nameof(Versions))]
    public async Task Files_are_copied_there_and_back(string version)
    {
        var pod = await PodAsync(version, "cp", ("main", Given.Forever));
        var folder = Directory.CreateTempSubdirectory("orc-cp-");
        try
        {
            var (there, back) = (Path.Combine(folder.FullName, "there"), Path.Combine(folder.FullName, "back"));
            var bytes = RandomNumberGenerator.GetBytes(5 * 1024 * 1024);
            await File.WriteAllBytesAsync(there, bytes);
            (await Kubectl(version, "cp", there, $"{pod}:/tmp/file")).Ok();
            (await Kubectl(version, "cp", $"{pod}:/tmp/file", back)).Ok();
            var returned = await File.ReadAllBytesAsync(back);
            Assert.True(bytes.AsSpan().SequenceEqual(returned), "the file came back otherwise");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
        await DeleteAsync(pod);
    }

    [SkippableTheory, MemberData(nameof(Versions))]
    public async Task An_attached_client_sees_what_a_container_writes(string version)
    {
        var pod = await PodAsync(version, "attach", ("main", Talker));
        using var attach = Start(version, "attach", pod);
        try
        {
            var first = await LineAsync(attach);
            while (first is not null && !first.StartsWith("line ", StringComparison.Ordinal))
                first = await LineAsync(attach);
            var number = int.Parse(first!.Split(' ')[1]);
            Assert.Equal($"line {number + 1}", await LineAsync(attach));
        }
        finally
        {
            await EndAsync(attach);
        }
        await DeleteAsync(pod);
    }

    [SkippableTheory, MemberData(nameof(Versions))]
    public async Task A_run_with_input_is_attached_to_and_removed(string version)
    {
        Need(version);
        var name = Name(version, "run");
        var ran = await KubectlWith(version, "spoken\n", "run", name, "-i", "--rm", "--restart=Never",
            $"--image={Given.Image}", "--command", "--", "sh", "-c", "read text; echo heard $text; sleep 1");
        Assert.Contains("heard spoken", ran.Ok());
        await Eventually.Async(async () =>
            (await _cluster.Send(HttpMethod.Get, $"/api/v1/namespaces/default/pods/{name}")).Code == 404
                ? null
                : "still there");
    }

    [SkippableTheory, MemberData(nameof(Versions))]
    public async Task Ports_are_forwarded_for_many_at_once(string version)
    {
        var pod = await ListeningPodAsync(version);
        using var forward = Start(version, "port-forward", pod, ":8080");
        try
        {
            var said = await LineAsync(forward);
            var port = int.Parse(said!.Split(" -> ")[0].Split(':')[^1]);
            using var http = new HttpClient { Timeout = Patience };
            await Eventually.Async(async () =>
            {
                try
                {
                    await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/"));
                    return null;
                }
                catch (HttpRequestException trouble)
                {
                    return trouble.Message;
                }
            });
            var texts = await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ =>
            {
                using var own = new HttpClient { Timeout = Patience };
                return await own.GetStringAsync(new Uri($"http://127.0.0.1:{port}/"));
            }));
            Assert.All(texts, text => Assert.Equal("hello from the pod\n", text));
        }
        finally
        {
            await EndAsync(forward);
        }
        await DeleteAsync(pod);
    }

    private static string Binary(string version) => $"/usr/lib/google-cloud-sdk/bin/kubectl.{version}";

    private static void Need(string version) =>
        Skip.IfNot(File.Exists(Binary(version)), $"kubectl {version} is not installed");

    private static string Name(string version, string what) => $"{what}-{version.Replace('.', '-')}";

    private Task<string> PodAsync(string version, string what, params (string Name, string Script)[] containers) =>
        PodAsync(version, Name(version, what), Given.Pod(Name(version, what), containers));

    // kubectl port-forward ends for good when nobody listens yet.
    private Task<string> ListeningPodAsync(string version)
    {
        var name = Name(version, "ports");
        var pod = Given.Pod(name, ("main", Server));
        pod["spec"]!["containers"]![0]!["readinessProbe"] =
            JsonNode.Parse("""{"tcpSocket":{"port":8080},"periodSeconds":1}""");
        return PodAsync(version, name, pod);
    }

    private async Task<string> PodAsync(string version, string name, JsonObject pod)
    {
        Need(version);
        (await _cluster.KubectlWith(pod.ToJsonString(), "apply", "-f", "-")).Ok();
        await _cluster.PodsReady($"app={name}", 1);
        return name;
    }

    private async Task DeleteAsync(string pod) => (await _cluster.Kubectl("delete", "pod", pod, "--timeout=60s")).Ok();

    private Task<Ran> Kubectl(string version, params string[] args) => KubectlWith(version, null, args);

    private Task<Ran> KubectlWith(string version, string? input, params string[] args) =>
        Ran.Async(Binary(version), ["--kubeconfig", _cluster.Kubeconfig, .. args], input);

    private Process Start(string version, params string[] args) =>
        Ran.Start(Binary(version), ["--kubeconfig", _cluster.Kubeconfig, .. args]);

    private static Task<string?> LineAsync(Process process) =>
        process.StandardOutput.ReadLineAsync().WaitAsync(Patience);

    private static async Task EndAsync(Process process)
    {
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
    }
}
