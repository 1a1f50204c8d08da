using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Orchestrator.ApiServer.Proxy;
using Orchestrator.ApiServer.Tests.Running;

namespace Orchestrator.ApiServer.Tests;

/// <summary>Requests that go on to pods: what reaches them, and what comes back.</summary>
public sealed class ProxyTests(ApiProcess api) : IClassFixture<ApiProcess>, IAsyncLifetime
{
    private const string NoAddress = "this machine has no address but the loopback one";

    private readonly string? _address = Dns.GetHostAddresses(Dns.GetHostName())
        .FirstOrDefault(address => !IPAddress.IsLoopback(address) && address.GetAddressBytes() is [not 169, _, _, _])
        ?.ToString();

    private WebApplication _backend = null!;

    private int Port => new Uri(_backend.Urls.First()).Port;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Any, 0));
        _backend = builder.Build();
        _backend.Map("/gone", http =>
        {
            http.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        });
        _backend.MapFallback("{**path}", EchoAsync);
        await _backend.StartAsync();
    }

    public async Task DisposeAsync() => await _backend.DisposeAsync();

    [SkippableTheory]
    [InlineData("GET")]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    public async Task Every_method_goes_on_with_its_body(string method)
    {
        var pod = $"echo-{method.ToLowerInvariant()}";
        await GivenPod(pod);
        var body = method is "GET" or "OPTIONS" or "DELETE" ? null : "hello";
        var answer = await api.SendAsync(
            new HttpMethod(method), $"{Given.Pods}/{pod}:{Port}/proxy/a%2Fb/c?x=1%202", body);
        answer.Code.ShouldBe((HttpStatusCode)218, answer.Text);
        answer.Text.ShouldStartWith($"{method} /a%2Fb/c?x=1%202\n");
        answer.Text.ShouldEndWith($"\n{body}");
        answer.Headers["X-Backend"].ShouldBe("yes");
    }

    [SkippableFact]
    public async Task The_token_stays_here_and_the_pod_hears_who_asked()
    {
        await GivenPod("headers");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Given.Pods}/headers:{Port}/proxy/");
        request.Headers.TryAddWithoutValidation("X-Mine", "kept");
        request.Headers.TryAddWithoutValidation("Connection", "X-Hop");
        request.Headers.TryAddWithoutValidation("X-Hop", "dropped");
        request.Headers.TryAddWithoutValidation("Impersonate-User", "bob");
        using var response = await api.Client.SendAsync(request);
        var said = await response.Content.ReadAsStringAsync();
        said.ShouldContain("X-Mine: kept");
        said.ShouldContain($"X-Forwarded-Uri: {Given.Pods}/headers:{Port}/proxy/");
        said.ShouldNotContain("Authorization");
        said.ShouldNotContain("Impersonate");
        said.ShouldNotContain("dropped");
        response.Headers.Contains("Access-Control-Allow-Origin").ShouldBeFalse();
    }

    [SkippableFact]
    public async Task A_redirect_is_the_clients_to_follow()
    {
        await GivenPod("redirect");
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false })
        {
            BaseAddress = new Uri(api.Url),
            DefaultRequestHeaders = { Authorization = new("Bearer", ApiProcess.Token) },
        };
        using var gone = await client.GetAsync($"{Given.Pods}/redirect:{Port}/proxy/gone");
        gone.StatusCode.ShouldBe(HttpStatusCode.Found);
        gone.Headers.Location!.ToString().ShouldBe("/elsewhere");
        using var bare = await client.GetAsync($"{Given.Pods}/redirect:{Port}/proxy?a=b");
        bare.StatusCode.ShouldBe(HttpStatusCode.MovedPermanently);
        bare.Headers.Location!.ToString().ShouldBe($"{Given.Pods}/redirect:{Port}/proxy/?a=b");
    }

    [SkippableFact]
    public async Task What_cannot_be_reached_is_said()
    {
        await GivenPod("silent");
        var refused = await api.GetAsync($"{Given.Pods}/silent:1/proxy/");
        refused.Code.ShouldBe(HttpStatusCode.ServiceUnavailable);
        refused.Message.ShouldBe(
            $"error trying to reach service: dial tcp {_address}:1: connect: connection refused");
        await GivenPod("pending", "");
        (await api.GetAsync($"{Given.Pods}/pending/proxy/")).Message.ShouldContain("has no address yet");
        await GivenPod("inside", "127.0.0.1");
        (await api.GetAsync($"{Given.Pods}/inside/proxy/")).Message.ShouldBe("address not allowed");
        (await api.GetAsync($"{Given.Pods}/ghost/proxy/")).Message.ShouldBe("pods \"ghost\" not found");
        (await api.GetAsync($"{Given.Pods}/silent:web/proxy/")).Message.ShouldContain("has no port \"web\"");
    }

    [SkippableTheory]
    [InlineData("front")]
    [InlineData("front:80")]
    [InlineData("front:web")]
    [InlineData("http:front:web")]
    public async Task A_service_leads_to_a_ready_pod(string target)
    {
        var ns = $"front-{target.Replace(':', '-')}";
        await api.PostAsync("/api/v1/namespaces", $$$"""{"metadata":{"name":"{{{ns}}}"}}""");
        await GivenPod("yes", ns: ns);
        await GivenPod("no", address: "192.0.2.1", ns: ns, isReady: false);
        await GivenService(ns, "front", $$"""
            "selector":{"app":"x"},"ports":[{"name":"web","port":80,"targetPort":{{Port}}}]
            """);
        var answer = await api.GetAsync($"/api/v1/namespaces/{ns}/services/{target}/proxy/page?a=b");
        answer.Code.ShouldBe((HttpStatusCode)218, answer.Text);
        answer.Text.ShouldStartWith("GET /page?a=b\n");
    }

    [SkippableFact]
    public async Task A_service_without_a_selector_leads_where_its_endpoints_say()
    {
        Skip.If(_address is null, NoAddress);
        await GivenService("default", "outside", "\"ports\":[{\"port\":80}]");
        const string Path = "/api/v1/namespaces/default/services/outside/proxy/x";
        (await api.GetAsync(Path)).Message.ShouldBe("no endpoints available for service \"outside\"");
        await api.CreateAsync("/api/v1/namespaces/default/endpoints", $$$"""
            {"apiVersion":"v1","kind":"Endpoints","metadata":{"name":"outside"},
            "subsets":[{"addresses":[{"ip":"{{{_address}}}"}],"ports":[{"port":{{{Port}}}}]}]}
            """);
        (await api.GetAsync(Path)).Text.ShouldStartWith("GET /x\n");
    }

    [Fact]
    public async Task A_service_that_leads_nowhere_says_so()
    {
        const string Services = "/api/v1/namespaces/default/services";
        await GivenService("default", "lonely",
            "\"selector\":{\"app\":\"nobody\"},\"ports\":[{\"name\":\"a\",\"port\":80},{\"name\":\"b\",\"port\":81}]");
        var nobody = await api.GetAsync($"{Services}/lonely:a/proxy/");
        nobody.Code.ShouldBe(HttpStatusCode.ServiceUnavailable);
        nobody.Message.ShouldBe("no endpoints available for service \"lonely\"");
        (await api.GetAsync($"{Services}/lonely:c/proxy/")).Message
            .ShouldBe("no service port \"c\" found for service \"lonely\"");
        (await api.GetAsync($"{Services}/lonely/proxy/")).Message.ShouldContain("it has several ports, name one");
        (await api.GetAsync($"{Services}/ghost/proxy/")).Message.ShouldBe("services \"ghost\" not found");
    }

    [Fact]
    public async Task A_node_says_what_it_serves_and_what_not()
    {
        await api.PostAsync("/api/v1/nodes", """
            {"apiVersion":"v1","kind":"Node","metadata":{"name":"n","annotations":{"orchestrator.io/endpoint":"simulated://"}}}
            """);
        (await api.GetAsync("/api/v1/nodes/n/proxy/healthz")).Text.ShouldBe("ok");
        (await api.GetAsync("/api/v1/nodes/n:10250/proxy/stats/summary")).Json.GetProperty("node")
            .GetProperty("nodeName").GetString().ShouldBe("n");
        (await api.GetAsync("/api/v1/nodes/n/proxy/pods")).Json.GetProperty("kind").GetString().ShouldBe("PodList");
        var logs = await api.GetAsync("/api/v1/nodes/n/proxy/logs/");
        logs.Code.ShouldBe(HttpStatusCode.NotImplemented);
        logs.Message.ShouldContain("it serves /healthz");
        (await api.GetAsync("/api/v1/nodes/ghost/proxy/healthz")).Message.ShouldBe("nodes \"ghost\" not found");
    }

    // why | path | raw target | plural ns scheme name port rest
    public static TheoryData<string, string, string, string> Paths => new()
    {
        { "a bare pod", "/api/v1/namespaces/d/pods/p/proxy", "", "pods d http p  " },
        { "a slash", "/api/v1/namespaces/d/pods/p/proxy/", "", "pods d http p  /" },
        { "a port", "/api/v1/namespaces/d/pods/p:80/proxy/x", "", "pods d http p 80 /x" },
        { "scheme and port", "/api/v1/namespaces/d/services/https:s:web/proxy/x/", "", "services d https s web /x/" },
        { "a scheme alone", "/api/v1/namespaces/d/services/https:s:/proxy/", "", "services d https s  /" },
        { "a node", "/api/v1/nodes/n:10250/proxy/a/b", "", "nodes  http n 10250 /a/b" },
        { "escapes stay", "/api/v1/nodes/n/proxy/a b", "/api/v1/nodes/n/proxy/a%20b?x", "nodes  http n  /a%20b" },
        { "dots are straightened", "/api/v1/nodes/n/proxy/b", "/api/v1/nodes/n/proxy/a/../b", "nodes  http n  /b" },
        { "hidden dots too", "/api/v1/nodes/n/proxy/a/b", "/api/v1/nodes/n/proxy/%2e%2e/b", "nodes  http n  /a/b" },
        { "another scheme", "/api/v1/namespaces/d/pods/ftp:p:1/proxy/", "", "" },
        { "no name", "/api/v1/namespaces/d/pods/:80/proxy/", "", "" },
        { "another resource", "/api/v1/namespaces/d/secrets/s/proxy/", "", "" },
        { "another group", "/apis/v1/namespaces/d/pods/p/proxy/", "", "" },
    };

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_path_says_where_it_leads(string why, string path, string raw, string expected)
    {
        var read = ProxyPath.Parse(path, raw.Length > 0 ? raw : path);
        (read is null ? "" : $"{read.Plural} {read.Namespace} {read.Scheme} {read.Name} {read.Port} {read.Rest}")
            .ShouldBe(expected, why);
    }

    private async Task GivenPod(string name, string? address = null, string ns = "default", bool isReady = true)
    {
        Skip.If(_address is null, NoAddress);
        var pods = $"/api/v1/namespaces/{ns}/pods";
        await api.CreateAsync(pods, Given.Pod(name));
        await api.SendAsync(HttpMethod.Patch, $"{pods}/{name}", """{"metadata":{"labels":{"app":"x"}}}""",
            "application/merge-patch+json");
        var ready = isReady ? "True" : "False";
        await api.SendAsync(HttpMethod.Patch, $"{pods}/{name}/status",
            $$$$"""
            {"status":{"phase":"Running","podIP":"{{{{address ?? _address}}}}",
            "conditions":[{"type":"Ready","status":"{{{{ready}}}}"}]}}
            """,
            "application/merge-patch+json");
    }

    private Task GivenService(string ns, string name, string spec) => api.CreateAsync(
        $"/api/v1/namespaces/{ns}/services",
        $$$"""{"apiVersion":"v1","kind":"Service","metadata":{"name":"{{{name}}}"},"spec":{ {{{spec}}} } }""");

    private static async Task EchoAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        var target = http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
        var headers = string.Join('\n', http.Request.Headers.Select(header => $"{header.Key}: {header.Value}"));
        http.Response.StatusCode = 218;
        http.Response.Headers["X-Backend"] = "yes";
        http.Response.Headers["Access-Control-Allow-Origin"] = "*";
        await http.Response.WriteAsync($"{http.Request.Method} {target}\n{headers}\n{body}");
    }
}
