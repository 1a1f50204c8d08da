using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orchestrator.ApiServer.Metrics;
using Orchestrator.ApiServer.Tests.Running;
using Orchestrator.Nodes;
using Orchestrator.Nodes.Simulated;

namespace Orchestrator.ApiServer.Tests;

/// <summary>What containers use: how it is reckoned, how often engines are asked, and how it is shown.</summary>
public sealed class MetricsTests(ApiProcess api) : IClassFixture<ApiProcess>
{
    private const string PodMetrics = "/apis/metrics.k8s.io/v1beta1/namespaces/default/pods";
    private static readonly Dictionary<string, string> NoLabels = [];
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch.AddDays(20_000);

    // why | last sample "second:cpu" | this one "second:cpu[ earlier second:cpu]" | started | nanocores/window
    public static TheoryData<string, string, string, int, string> Rates => new()
    {
        { "two samples tell the rate", "100:10", "110:15", 0, "500000000/10" },
        { "an idle container uses nothing", "100:10", "110:10", 0, "0/10" },
        { "a sample from long ago tells little; the double one does", "100:10", "400:20 399:19", 0, "1000000000/1" },
        { "a counter that went back is another run's", "100:10", "120:4 119:3.5", 0, "500000000/1" },
        { "the first sample of a young container counts from its start", "", "40:10", 20, "500000000/20" },
        { "a very young one cannot be told", "", "25:10", 20, "" },
        { "an old one cannot be told by its start", "", "900:10", 0, "" },
        { "but by a double sample", "", "900:10 899:9.75", 0, "250000000/1" },
    };

    [Theory]
    [MemberData(nameof(Rates))]
    public void A_rate_is_the_difference_of_two_samples(
        string why, string last, string now, int started, string expected)
    {
        var samples = now.Split(' ').Select(Sample).ToList();
        var usage = samples[0]! with { Earlier = samples.Count > 1 ? samples[1] : null };
        var rate = UsageRate.Between(Sample(last), usage, Start.AddSeconds(started));
        (rate is null ? "" : $"{rate.NanoCores}/{rate.Window.TotalSeconds}").ShouldBe(expected, why);
    }

    [Theory]
    [InlineData(null, 5, true)]
    [InlineData(null, 20, false)]
    [InlineData(null, 600, true)]
    [InlineData(590, 600, false)]
    [InlineData(300, 600, true)]
    public void A_double_measurement_is_asked_for_only_when_needed(int? last, int now, bool expected) =>
        UsageRate.NeedsEarlier(last is { } at ? new(Start.AddSeconds(at), TimeSpan.Zero, 0) : null, Start,
            Start.AddSeconds(now)).ShouldBe(expected);

    [Fact]
    public async Task An_engine_is_asked_once_in_a_while_however_many_ask()
    {
        var clock = new SteppedClock(Start.AddSeconds(60));
        await using var engine = new SimulatedRuntime("n", new SimulatedOptions
        {
            Behaviours = [new("busy") { IsPresent = true, CpuMillicores = 250, MemoryBytes = 64 << 20 }],
        }, clock);
        var id = await engine.CreateAsync(new ContainerSpec { Name = "c", Image = "busy", Labels = NoLabels }, default);
        await engine.StartAsync(id, default);
        clock.Now += TimeSpan.FromSeconds(30);
        using var samples = new UsageSamples(Options.Create(new ApiServerOptions()), clock);
        var rates = await Task.WhenAll(Enumerable.Range(0, 20).Select(
            _ => samples.ReadAsync(engine, id, Start.AddSeconds(60), default)));
        rates.Distinct().Count().ShouldBe(1);
        rates[0]!.NanoCores.ShouldBe(250_000_000);
        rates[0]!.MemoryBytes.ShouldBe(64 << 20);

        await engine.StopAsync(id, TimeSpan.Zero, null, default);
        clock.Now += TimeSpan.FromSeconds(9);
        (await samples.ReadAsync(engine, id, null, default)).ShouldNotBeNull("the old sample is still good");
        clock.Now += TimeSpan.FromSeconds(2);
        (await samples.ReadAsync(engine, id, null, default)).ShouldBeNull("it does not run any more");
        clock.Now += TimeSpan.FromHours(1);
        await samples.ReadAsync(engine, "another", null, default);
        samples.Count.ShouldBe(1, "who is not asked about is forgotten");
    }

    [Fact]
    public async Task Pods_and_nodes_are_measured_and_selected()
    {
        var engine = await GivenNode("metered");
        await GivenRunning(engine, "metered", "one", "metered-app");
        await GivenRunning(engine, "metered", "two", "other");
        ((SimulatedRuntime)engine).Write("one", "hello");
        var list = await api.GetAsync($"{PodMetrics}?labelSelector=app%3Dmetered-app");
        list.Json.GetProperty("kind").GetString().ShouldBe("PodMetricsList");
        list.Names.ShouldBe(["one"]);
        // Who asks again after a while may be told of the time since.
        list.Json.GetProperty("items")[0].GetProperty("window").GetString().ShouldBe("1s");
        var pod = (await api.GetAsync($"{PodMetrics}/one")).Json;
        pod.GetProperty("kind").GetString().ShouldBe("PodMetrics");
        pod.GetProperty("metadata").TryGetProperty("resourceVersion", out _).ShouldBeFalse();
        pod.GetProperty("metadata").GetProperty("labels").GetProperty("app").GetString().ShouldBe("metered-app");
        var container = pod.GetProperty("containers")[0];
        container.GetProperty("name").GetString().ShouldBe("c");
        var cpu = container.GetProperty("usage").GetProperty("cpu").GetString()!;
        cpu.ShouldMatch(@"^\d+[num]?$");
        container.GetProperty("usage").GetProperty("memory").GetString()!.ShouldMatch(@"^\d+[KM]i$");
        (await api.GetAsync("/apis/metrics.k8s.io/v1beta1/pods?fieldSelector=metadata.name%3Dtwo")).Names
            .ShouldBe(["two"]);

        var node = (await api.GetAsync("/apis/metrics.k8s.io/v1beta1/nodes/metered")).Json;
        node.GetProperty("usage").GetProperty("memory").GetString()!.ShouldMatch(@"^\d+[KM]i$");
        var summary = (await api.GetAsync("/api/v1/nodes/metered/proxy/stats/summary")).Json;
        summary.GetProperty("pods").GetArrayLength().ShouldBe(2);
        (await api.GetAsync("/api/v1/nodes/metered/proxy/metrics/resource")).Text
            .ShouldContain("container_memory_working_set_bytes{container=\"c\",namespace=\"default\",pod=\"one\"} ");
        var first = summary.GetProperty("pods")[0];
        first.GetProperty("containers")[0].GetProperty("memory").GetProperty("workingSetBytes").GetInt64()
            .ShouldBeGreaterThan(0);
        var used = first.GetProperty("containers")[0];
        used.GetProperty("rootfs").GetProperty("usedBytes").GetInt64().ShouldBe(0);
        used.GetProperty("logs").GetProperty("usedBytes").GetInt64().ShouldBe(6);
        first.GetProperty("ephemeral-storage").GetProperty("usedBytes").GetInt64().ShouldBe(6);
        first.GetProperty("process_stats").GetProperty("process_count").GetInt32().ShouldBe(1);
        var resource = (await api.GetAsync("/api/v1/nodes/metered/proxy/metrics/resource")).Text;
        resource.ShouldContain("# TYPE pod_cpu_usage_seconds_total counter\n");
        resource.ShouldContain("pod_memory_working_set_bytes{namespace=\"default\",pod=\"two\"} ");
        resource.ShouldContain("node_cpu_usage_seconds_total ");
        resource.ShouldEndWith("resource_scrape_error 0\n");
        var cadvisor = await api.GetAsync("/api/v1/nodes/metered/proxy/metrics/cadvisor");
        cadvisor.Headers["Content-Type"].ShouldBe("text/plain; version=0.0.4; charset=utf-8");
        cadvisor.Text.ShouldContain("# HELP container_memory_working_set_bytes Current working set in bytes.\n");
        cadvisor.Text.ShouldContain("container_cpu_usage_seconds_total{container=\"c\",cpu=\"total\",id=\"/docker/");
        cadvisor.Text.ShouldContain("machine_cpu_cores ");
        (await api.GetAsync($"{PodMetrics}/ghost")).Message.ShouldBe("pods.metrics.k8s.io \"ghost\" not found");
        (await api.DeleteAsync($"{PodMetrics}/one")).Code.ShouldBe(HttpStatusCode.MethodNotAllowed);
        (await api.GetAsync(PodMetrics, Given.TableAccept)).Json.GetProperty("columnDefinitions").EnumerateArray()
            .Select(column => column.GetProperty("name").GetString()).ShouldBe(["Name", "cpu", "memory", "Window"]);
    }

    [Fact]
    public async Task B11_looks_at_containers_are_counted_for_dashboards()
    {
        await GivenNode("looking");
        var page = await api.GetAsync("/api/v1/nodes/looking/proxy/metrics/probes");
        page.Headers["Content-Type"].ShouldBe("text/plain; version=0.0.4; charset=utf-8");
        page.Text.ShouldBe("""
            # HELP prober_probe_total [BETA] Cumulative number of a liveness, readiness or startup probe for a container by result.
            # TYPE prober_probe_total counter
            prober_probe_total{container="c",namespace="default",pod="web-0",pod_uid="u",probe_type="Liveness",result="failed"} 1
            prober_probe_total{container="c",namespace="default",pod="web-0",pod_uid="u",probe_type="Liveness",result="successful"} 12

            """);
    }

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(850, "850ms")]
    [InlineData(15_200, "15.2s")]
    [InlineData(60_000, "1m0s")]
    [InlineData(3_661_500, "1h1m1.5s")]
    public void Spans_are_written_as_Go_does(int milliseconds, string expected) =>
        GoDuration.Of(TimeSpan.FromMilliseconds(milliseconds)).ShouldBe(expected);

    private async Task<IContainerRuntime> GivenNode(string name)
    {
        await api.CreateAsync("/api/v1/nodes", $$$$"""
            {"apiVersion":"v1","kind":"Node","metadata":{"name":"{{{{name}}}}",
             "annotations":{"orchestrator.io/endpoint":"simulated://{{{{name}}}}"}}}
            """);
        return api.Services.GetRequiredService<ContainerRuntimes>().For(name, $"simulated://{name}");
    }

    // It is said to have started long ago, so that it is measured twice.
    private async Task GivenRunning(IContainerRuntime engine, string node, string name, string app)
    {
        await engine.PullImageAsync(new ImagePull("nginx"), default);
        var spec = new ContainerSpec { Name = name, Image = "nginx", Labels = NoLabels };
        var id = await engine.CreateAsync(spec, default);
        await engine.StartAsync(id, default);
        await Eventually(async () => (await engine.ReadUsageAsync(id, true, default))?.Earlier is not null);
        await api.CreateAsync(Given.Pods, Given.Pod(name, node).Replace(
            $"\"name\":\"{name}\"", $"\"name\":\"{name}\",\"labels\":{{\"app\":\"{app}\"}}"));
        await api.SendAsync(HttpMethod.Patch, $"{Given.Pods}/{name}/status", $$$$"""
            {"status":{"phase":"Running","containerStatuses":[{"name":"c","containerID":"docker://{{{{id}}}}",
             "state":{"running":{"startedAt":"2020-01-01T00:00:00Z"}}}]}}
            """, "application/merge-patch+json");
    }

    private static async Task Eventually(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await condition()) await timer.WaitForNextTickAsync(limit.Token);
    }

    private static ContainerUsage? Sample(string text) => text.Split(':') is [var second, var cpu]
        ? new(Start.AddSeconds(double.Parse(second)), TimeSpan.FromSeconds(double.Parse(cpu)), 1 << 20)
        : null;

    private sealed class SteppedClock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
