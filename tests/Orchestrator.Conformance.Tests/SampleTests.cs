using System.Text.Json.Nodes;
using Orchestrator.Conformance.Tests.Running;

namespace Orchestrator.Conformance.Tests;

/// <summary>The samples do what their first lines say, tried as a new user would.</summary>
[Collection(nameof(SharedCluster))]
public sealed class SampleTests(SharedCluster shared)
{
    private readonly Cluster _cluster = shared.Cluster;

    [Fact]
    public async Task The_samples_run_serve_follow_and_leave_nothing_behind()
    {
        var applied = (await _cluster.Kubectl("apply", "-f", Path.Combine(Cluster.Root, "config/samples"))).Ok();
        foreach (var line in new[]
        {
            "pod/web-with-puller created", "pod/prepared created", "configmap/guestbook created",
            "deployment.apps/guestbook created", "pod/shop created", "pod/client created", "pod/counter created",
            "persistentvolumeclaim/count created", "pod/tally created",
        })
        {
            Assert.Contains(line, applied);
        }
        await _cluster.PodsReady("app=guestbook", 3);
        await Task.WhenAll(((string[])["web-with-puller", "prepared", "shop", "client", "counter", "tally"])
            .Select(app => _cluster.PodsReady($"app={app}", 1)));

        var pods = await _cluster.Pods("app");
        var ips = pods.Select(pod => (string)pod["status"]!["podIP"]!).ToList();
        Assert.Equal(9, ips.Distinct().Count());
        var wide = (await _cluster.Kubectl("get", "pods", "-o", "wide")).Ok();
        Assert.Matches(@"NAME +READY +STATUS +RESTARTS +AGE +IP +NODE +NOMINATED NODE +READINESS GATES", wide);
        Assert.Matches(@"web-with-puller +2/2 +Running +0 ", wide);
        Assert.Matches(@"(?m)^shop +2/2 +Running +0 ", wide);

        await Task.WhenAll(PullerIsServed(), InfraAndContainersRun(), DescribeShowsEvents(), LogsFollow(),
            LogSays("shop", "shipper", "shipped: order 2 sold"), LogSays("prepared", "main", "prepared by prepared"),
            LogSays("client", "main", "asked localhost: hello from the server"), CounterIsAdapted());

        (await _cluster.Kubectl("delete", "-f", Path.Combine(Cluster.Root, "config/samples"), "--timeout=60s")).Ok();
        await Eventually.Async(async () =>
            await _cluster.Containers(all: true) is { Count: > 0 } left
                ? $"still there: {string.Join(' ', left)}"
                : null);
    }

    private async Task PullerIsServed()
    {
        var ip = (string)(await _cluster.Get("/api/v1/namespaces/default/pods/web-with-puller"))["status"]!["podIP"]!;
        using var http = new HttpClient();
        var seen = new HashSet<string>();
        await Eventually.Async(async () =>
        {
            try
            {
                seen.Add(await http.GetStringAsync(new Uri($"http://{ip}:8080/index.html")));
            }
            catch (HttpRequestException trouble)
            {
                return trouble.Message;
            }
            return seen.Count(text => text.StartsWith("file number ", StringComparison.Ordinal)) >= 2 ? null
                : $"served so far: {string.Join(" | ", seen)}";
        });
    }

    private async Task InfraAndContainersRun()
    {
        var names = (await _cluster.Containers("_web-with-puller_default_"))
            .Select(container => container.Name.Split('_')[1]).Order();
        Assert.Equal(["POD", "puller", "web"], names);
    }

    private Task LogSays(string pod, string container, string line) => Eventually.Async(async () =>
    {
        var log = (await _cluster.Kubectl("logs", pod, "-c", container)).Ok();
        return log.Split('\n').Contains(line) ? null : $"no \"{line}\" in the log of {pod}/{container}:\n{log}";
    });

    private async Task CounterIsAdapted()
    {
        var ip = (string)(await _cluster.Get("/api/v1/namespaces/default/pods/counter"))["status"]!["podIP"]!;
        using var http = new HttpClient();
        await Eventually.Async(async () =>
        {
            try
            {
                var metrics = await http.GetStringAsync(new Uri($"http://{ip}:9100/metrics"));
                const string form = @"^# TYPE old_visits_total counter\nold_visits_total \d+\n$";
                return System.Text.RegularExpressions.Regex.IsMatch(metrics, form) ? null : $"metrics: {metrics}";
            }
            catch (HttpRequestException trouble)
            {
                return trouble.Message;
            }
        });
    }

    private Task DescribeShowsEvents() => Eventually.Async(async () =>
    {
        var text = (await _cluster.Kubectl("describe", "pod", "web-with-puller")).Ok();
        var missing = new[]
        {
            "Scheduled", "Pulled", "Created", "Started", "Successfully assigned default/web-with-puller to"
        }
            .Where(word => !text[text.IndexOf("Events:", StringComparison.Ordinal)..].Contains(word,
                StringComparison.Ordinal)).ToList();
        return missing.Count == 0 ? null : $"no {string.Join(", ", missing)} in\n{text}";
    });

    private async Task LogsFollow()
    {
        using var follow = _cluster.KubectlStart("logs", "-f", "--tail=1", "web-with-puller", "-c", "puller");
        var lines = new List<string>();
        while (lines.Count < 3
            && await follow.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)) is { } line)
        {
            lines.Add(line);
        }
        follow.Kill();
        Assert.Equal(3, lines.Count);
        var numbers = lines.Select(line => int.Parse(line.Split(' ')[2])).ToList();
        Assert.Equal([numbers[0], numbers[0] + 1, numbers[0] + 2], numbers);
    }
}
