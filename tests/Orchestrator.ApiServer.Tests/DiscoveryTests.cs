using System.Net;
using Orchestrator.ApiServer.Tests.Running;

namespace Orchestrator.ApiServer.Tests;

public sealed class DiscoveryTests(ApiProcess api) : IClassFixture<ApiProcess>
{
    private const string Aggregated =
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
        + "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

    [Fact]
    public async Task Version_has_whole_numbers()
    {
        var version = (await api.GetAsync("/version")).Json;
        version.GetProperty("major").GetString().ShouldBe("1");
        version.GetProperty("minor").GetString().ShouldBe("32");
        version.GetProperty("gitVersion").GetString().ShouldBe("v1.32.0");
    }

    [Fact]
    public async Task Core_is_one_item_without_a_name()
    {
        var answer = await api.GetAsync("/api", Aggregated);
        answer.Headers["Content-Type"].Replace(" ", "")
            .ShouldBe("application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList");
        answer.Headers["Vary"].ShouldBe("Accept");
        var item = answer.Json.GetProperty("items").EnumerateArray().Single();
        item.GetProperty("metadata").TryGetProperty("name", out _).ShouldBeFalse();
        var pods = item.GetProperty("versions")[0].GetProperty("resources").EnumerateArray()
            .Single(resource => resource.GetProperty("resource").GetString() == "pods");
        pods.GetProperty("scope").GetString().ShouldBe("Namespaced");
        pods.GetProperty("shortNames")[0].GetString().ShouldBe("po");
        pods.GetProperty("subresources").EnumerateArray().Select(sub => sub.GetProperty("subresource").GetString())
            .ShouldBe(
                ["status", "log", "binding", "eviction", "proxy", "exec", "attach", "portforward",
                    "ephemeralcontainers", "resize"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_known_document_is_not_sent_again()
    {
        var tag = (await api.GetAsync("/apis", Aggregated)).Headers["ETag"];
        using var request = new HttpRequestMessage(HttpMethod.Get, "/apis");
        request.Headers.TryAddWithoutValidation("Accept", Aggregated);
        request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        using var response = await api.Client.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task Older_clients_get_the_older_form()
    {
        (await api.GetAsync("/api")).Json.GetProperty("versions")[0].GetString().ShouldBe("v1");
        var groups = (await api.GetAsync("/apis")).Json.GetProperty("groups").EnumerateArray().ToList();
        groups.ShouldContain(group => group.GetProperty("name").GetString() == "apps");
        (await api.GetAsync("/apis/apps")).Json.GetProperty("kind").GetString().ShouldBe("APIGroup");
        var rows = (await api.GetAsync("/apis/apps/v1")).Json.GetProperty("resources").EnumerateArray().ToList();
        var scale = rows.Single(row => row.GetProperty("name").GetString() == "deployments/scale");
        scale.GetProperty("group").GetString().ShouldBe("autoscaling");
        scale.GetProperty("singularName").GetString().ShouldBe("");
    }

    [Fact]
    public async Task Drain_finds_the_eviction_of_policy_v1()
    {
        var rows = (await api.GetAsync("/api/v1")).Json.GetProperty("resources").EnumerateArray().ToList();
        var eviction = rows.Single(row => row.GetProperty("name").GetString() == "pods/eviction");
        eviction.GetProperty("group").GetString().ShouldBe("policy");
        eviction.GetProperty("version").GetString().ShouldBe("v1");
        eviction.GetProperty("kind").GetString().ShouldBe("Eviction");
    }

    [Theory]
    [InlineData("/nowhere")]
    [InlineData("/apis/nowhere/v1")]
    [InlineData("/api/v1/nowhere")]
    [InlineData("/api/v2/pods")]
    [InlineData("/api/v1/namespaces/default/nodes")]
    [InlineData("/api/v1/namespaces/default/pods/p/nowhere")]
    [InlineData("/api/v1//pods")]
    public async Task What_is_not_served_is_not_found(string path)
    {
        var answer = await api.GetAsync(path);
        answer.Code.ShouldBe(HttpStatusCode.NotFound);
        answer.Text.ShouldBe("404 page not found\n");
        answer.Headers["Content-Type"].ShouldStartWith("text/plain");
    }
}
