using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Orchestrator.Conformance.Tests.Running;

namespace Orchestrator.Conformance.Tests;

/// <summary>A cluster whose nodes are simulated: what it tells of limits needs no containers.</summary>
public sealed class SimulatedCluster : IAsyncLifetime
{
    /// <summary>The running cluster.</summary>
    public Cluster Cluster { get; } = new();

    /// <inheritdoc />
    public Task InitializeAsync() =>
        Cluster.StartAsync("--docker", "none", "--simulated-nodes", "1", "--in-memory");

    /// <inheritdoc />
    public Task DisposeAsync() => Cluster.DisposeAsync().AsTask();
}

/// <summary>Quotas, limit ranges and namespaces as kubectl shows them.</summary>
public sealed class LimitTests(SimulatedCluster shared) : IClassFixture<SimulatedCluster>
{
    private readonly Cluster _cluster = shared.Cluster;

    [Fact]
    public async Task A_quota_is_counted_described_and_held()
    {
        await Ok("create", "namespace", "counted");
        await Ok("-n", "counted", "create", "quota", "q", "--hard=pods=1,requests.cpu=1,limits.memory=1Gi,services=2");
        var refused = await Refused(Pod("bare", "counted"));
        Assert.Equal("Error from server (Forbidden): error when creating \"STDIN\": pods \"bare\" is forbidden: failed "
            + "quota: q: must specify limits.memory for: main; requests.cpu for: main\n", refused);
        await Apply(Pod("first", "counted", "\"requests\":{\"cpu\":\"300m\"},\"limits\":{\"memory\":\"256Mi\"}"));
        refused = await Refused(Pod("large", "counted",
            "\"requests\":{\"cpu\":\"800m\"},\"limits\":{\"memory\":\"1Gi\"}"));
        Assert.Equal("Error from server (Forbidden): error when creating \"STDIN\": pods \"large\" is forbidden: "
            + "exceeded quota: q, requested: limits.memory=1Gi,pods=1,requests.cpu=800m, "
            + "used: limits.memory=256Mi,pods=1,requests.cpu=300m, limited: limits.memory=1Gi,pods=1,requests.cpu=1\n",
            refused);
        await Soon(async () =>
        {
            var told = await Ok("-n", "counted", "describe", "quota", "q");
            return told == """
                Name:          q
                Namespace:     counted
                Resource       Used   Hard
                --------       ----   ----
                limits.memory  256Mi  1Gi
                pods           1      1
                requests.cpu   300m   1
                services       0      2

                """ ? null : told;
        });
        Assert.Matches(
            @"^NAME +AGE +REQUEST +LIMIT\nq +\d+s +pods: 1/1, requests.cpu: 300m/1, services: 0/2 +limits.memory: 256Mi/1Gi\n$",
            await Ok("-n", "counted", "get", "quota"));
        var ns = await Ok("describe", "namespace", "counted");
        Assert.Contains("Resource Quotas\n", ns);
        Assert.Matches(@"(?m)^ +requests.cpu +300m +1$", ns);
        await Ok("-n", "counted", "delete", "pod", "first");
        await Soon(async () =>
        {
            var used = await Ok("-n", "counted", "get", "quota", "q", "-o=jsonpath={.status.used}");
            return used == """{"limits.memory":"0","pods":"0","requests.cpu":"0","services":"0"}""" ? null : used;
        });
    }

    [Fact]
    public async Task A_deployment_that_is_refused_says_why_and_goes_on_when_there_is_room()
    {
        await Ok("create", "namespace", "scaled");
        await Ok("-n", "scaled", "create", "quota", "q", "--hard=pods=1");
        await Ok("-n", "scaled", "create", "deployment", "web", "--image=nginx", "--replicas=2");
        await Soon(async () =>
        {
            var told = await Ok("-n", "scaled", "describe", "rs");
            return told.Contains("ReplicaFailure   True    FailedCreate")
                && told.Contains("is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1")
                ? null : told;
        });
        await Ok("-n", "scaled", "patch", "quota", "q", "-p", """{"spec":{"hard":{"pods":"2"}}}""");
        await Ok("-n", "scaled", "rollout", "status", "deployment", "web", "--timeout=60s");
    }

    [Fact]
    public async Task A_limit_range_is_described_and_kept()
    {
        await Ok("create", "namespace", "ranged");
        await Apply("""
            {"apiVersion":"v1","kind":"LimitRange","metadata":{"name":"r","namespace":"ranged"},"spec":{"limits":[
            {"type":"Container","max":{"cpu":"1"},"min":{"cpu":"100m"},"default":{"cpu":"500m"},
             "defaultRequest":{"cpu":"200m"},"maxLimitRequestRatio":{"cpu":"4"}}]}}
            """);
        Assert.Equal("""
            Name:       r
            Namespace:  ranged
            Type        Resource  Min   Max  Default Request  Default Limit  Max Limit/Request Ratio
            ----        --------  ---   ---  ---------------  -------------  -----------------------
            Container   cpu       100m  1    200m             500m           4

            """, await Ok("-n", "ranged", "describe", "limits", "r"));
        await Apply(Pod("given", "ranged"));
        Assert.Equal("""{"limits":{"cpu":"500m"},"requests":{"cpu":"200m"}}""",
            await Ok("-n", "ranged", "get", "pod", "given", "-o=jsonpath={.spec.containers[0].resources}"));
        Assert.Contains("Annotations:      kubernetes.io/limit-ranger: LimitRanger plugin set: cpu request for "
            + "container main; cpu limit for container main",
            await Ok("-n", "ranged", "describe", "pod", "given"));
        var refused = await Refused(Pod("wide", "ranged",
            "\"requests\":{\"cpu\":\"50m\"},\"limits\":{\"cpu\":\"2\"}"));
        Assert.Equal(
            "Error from server (Forbidden): error when creating \"STDIN\": pods \"wide\" is forbidden: [minimum "
            + "cpu usage per Container is 100m, but request is 50m, maximum cpu usage per Container is 1, but limit is "
            + "2, cpu max limit to request ratio per Container is 4, but provided ratio is 40.000000]\n", refused);
        Assert.Contains("Resource Limits\n", await Ok("describe", "namespace", "ranged"));
    }

    [Fact]
    public async Task A_namespace_that_waits_tells_for_what()
    {
        await Ok("create", "namespace", "waits");
        await Apply("""
            {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"held","namespace":"waits",
            "finalizers":["example.com/x"]}}
            """);
        await Ok("delete", "namespace", "waits", "--wait=false");
        await Soon(async () =>
        {
            var told = await Ok("describe", "namespace", "waits");
            return told.Contains("Some resources are remaining: configmaps. has 1 resource instances")
                && told.Contains("Some content in the namespace has finalizers remaining: example.com/x in 1 resource "
                    + "instances")
                && Regex.IsMatch(told, @"(?m)^Status: +Terminating$") ? null : told;
        });
        var refused = await Refused(Pod("late", "waits"));
        Assert.Equal(
            "Error from server (Forbidden): error when creating \"STDIN\": pods \"late\" is forbidden: unable to "
            + "create new content in namespace waits because it is being terminated\n", refused);
        await Ok("-n", "waits", "patch", "configmap", "held", "--type=merge", "-p",
            """{"metadata":{"finalizers":null}}""");
        await Ok("wait", "--for=delete", "namespace/waits", "--timeout=60s");
        var (code, body) = await _cluster.Send(HttpMethod.Delete, "/api/v1/namespaces/kube-system");
        Assert.Equal((403, "namespaces \"kube-system\" is forbidden: this namespace may not be deleted"),
            (code, (string?)body!["message"]));
    }

    [Fact]
    public async Task A_namespace_is_let_go_through_its_finalize_subresource()
    {
        await Apply("""
            {"apiVersion":"v1","kind":"Namespace","metadata":{"name":"final"},"spec":{"finalizers":["example.com/y"]}}
            """);
        await Ok("delete", "namespace", "final", "--wait=false");
        await Soon(async () =>
        {
            var left = await Ok("get", "namespace", "final", "-o=jsonpath={.spec.finalizers}");
            return left == """["example.com/y"]""" ? null : left;
        });
        var ns = JsonNode.Parse("""
            {"apiVersion":"v1","kind":"Namespace","metadata":{"name":"final"},"spec":{"finalizers":[]}}
            """);
        Assert.Equal(200, (await _cluster.Send(HttpMethod.Put, "/api/v1/namespaces/final/finalize", ns)).Code);
        await Ok("wait", "--for=delete", "namespace/final", "--timeout=60s");
    }

    [Fact]
    public async Task The_service_of_the_api_leads_to_it_and_cluster_info_names_it()
    {
        Assert.Matches($@"Kubernetes control plane.* is running at .*https://127\.0\.0\.1:{_cluster.Port}",
            await Ok("cluster-info"));
        var subset = (await _cluster.Get("/api/v1/namespaces/default/endpoints/kubernetes"))["subsets"]![0]!;
        Assert.Equal(_cluster.Port, (int)subset["ports"]![0]!["port"]!);
        var slice = await _cluster.Get("/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes");
        Assert.Equal((string)subset["addresses"]![0]!["ip"]!, (string)slice["endpoints"]![0]!["addresses"]![0]!);
        Assert.Equal("kubernetes", (string)slice["metadata"]!["labels"]!["kubernetes.io/service-name"]!);
        Assert.Matches(@"Endpoints: +\d+\.\d+\.\d+\.\d+:\d+", await Ok("describe", "service", "kubernetes"));
    }

    private static string Pod(string name, string ns, string resources = "") =>
        $$$"""
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"{{{name}}}","namespace":"{{{ns}}}"},"spec":{"containers":[
        {"name":"main","image":"nginx","resources":{ {{{resources}}} } }],"terminationGracePeriodSeconds":0}}
        """;

    // Shorter than what a hung test run is ended after, so that a failure says what it saw.
    private static Task Soon(Func<Task<string?>> look) => Eventually.Async(look, seconds: 30);

    private async Task<string> Ok(params string[] args) => (await _cluster.Kubectl(args)).Ok();

    private async Task Apply(string manifest) => (await _cluster.KubectlWith(manifest, "create", "-f", "-")).Ok();

    private async Task<string> Refused(string manifest)
    {
        var ran = await _cluster.KubectlWith(manifest, "create", "-f", "-");
        Assert.True(ran.ExitCode == 1, ran.ToString());
        return ran.Error;
    }
}
