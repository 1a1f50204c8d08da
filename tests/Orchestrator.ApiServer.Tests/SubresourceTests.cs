using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.ApiServer.Tests.Running;

namespace Orchestrator.ApiServer.Tests;

public sealed class SubresourceTests(ApiProcess api) : IClassFixture<ApiProcess>
{
    [Fact]
    public async Task Scale_reads_and_writes_the_replicas()
    {
        await api.CreateAsync(Given.Deployments, Given.Deployment("web", 2));
        var path = $"{Given.Deployments}/web/scale";
        var scale = (await api.GetAsync(path)).Json;
        scale.GetProperty("kind").GetString().ShouldBe("Scale");
        scale.GetProperty("apiVersion").GetString().ShouldBe("autoscaling/v1");
        scale.GetProperty("spec").GetProperty("replicas").GetInt32().ShouldBe(2);
        scale.GetProperty("status").GetProperty("selector").GetString().ShouldBe("app=web");

        var patched =
            await api.SendAsync(HttpMethod.Patch, path, """{"spec":{"replicas":4}}""", "application/merge-patch+json");
        patched.Json.GetProperty("spec").GetProperty("replicas").GetInt32().ShouldBe(4);
        (await api.GetAsync($"{Given.Deployments}/web")).Json.GetProperty("metadata").GetProperty("generation")
            .GetInt32().ShouldBe(2);

        var stale = await api.SendAsync(HttpMethod.Put, path, scale.GetRawText());
        stale.Code.ShouldBe(HttpStatusCode.Conflict);
        var replaced =
            await api.SendAsync(HttpMethod.Put, path, patched.Text.Replace("\"replicas\":4", "\"replicas\":1"));
        replaced.Code.ShouldBe(HttpStatusCode.OK);
        var negative =
            await api.SendAsync(HttpMethod.Patch, path, """{"spec":{"replicas":-1}}""", "application/merge-patch+json");
        negative.Message.ShouldContain("spec.replicas: Invalid value: -1: must be greater than or equal to 0");
    }

    [Fact]
    public async Task Status_is_written_apart_from_the_rest()
    {
        await api.CreateAsync(Given.Pods, Given.Pod("status"));
        var answer = await api.SendAsync(HttpMethod.Patch, $"{Given.Pods}/status/status",
            """{"status":{"phase":"Running"},"spec":{"nodeName":"n9"}}""", "application/merge-patch+json");
        answer.Json.GetProperty("status").GetProperty("phase").GetString().ShouldBe("Running");
        answer.Json.GetProperty("spec").TryGetProperty("nodeName", out _).ShouldBeFalse();
        (await api.GetAsync($"{Given.Pods}?fieldSelector=status.phase%3DRunning")).Names.ShouldContain("status");
        (await api.DeleteAsync($"{Given.Pods}/status/status")).Code.ShouldBe(HttpStatusCode.MethodNotAllowed);
    }

    [Fact]
    public async Task A_pod_is_bound_once()
    {
        await api.CreateAsync(Given.Pods, Given.Pod("binding"));
        var body =
            """{"apiVersion":"v1","kind":"Binding","metadata":{"name":"binding"},"target":{"kind":"Node","name":"n1"}}""";
        var bound = await api.PostAsync($"{Given.Pods}/binding/binding", body);
        bound.Code.ShouldBe(HttpStatusCode.Created);
        bound.Json.GetProperty("status").GetString().ShouldBe("Success");
        (await api.GetAsync($"{Given.Pods}?fieldSelector=spec.nodeName%3Dn1")).Names.ShouldContain("binding");
        (await api.PostAsync($"{Given.Pods}/binding/binding", body)).Code.ShouldBe(HttpStatusCode.Conflict);
    }

    [Theory]
    [InlineData("policy/v1")]
    [InlineData("policy/v1beta1")]
    public async Task An_eviction_deletes_the_pod(string version)
    {
        var name = $"evicted-{version[7..]}";
        await api.CreateAsync(Given.Pods, Given.Pod(name));
        var answer = await api.PostAsync($"{Given.Pods}/{name}/eviction",
            $$$"""{"apiVersion":"{{{version}}}","kind":"Eviction","metadata":{"name":"{{{name}}}"}}""");
        answer.Code.ShouldBe(HttpStatusCode.Created);
        (await api.GetAsync($"{Given.Pods}/{name}")).Code.ShouldBe(HttpStatusCode.NotFound);
    }

    // why | pod's containers | query | what it says
    public static TheoryData<string, string, string, string> LogRefusals => new()
    {
        { "not bound", """{"name":"c","image":"i"}""", "", "pod {0} does not have a host assigned" },
        { "two containers", """{"name":"a","image":"i"},{"name":"b","image":"i"}""", "",
            "a container name must be specified for pod {0}, choose one of: [a b]" },
        { "no such container", """{"name":"a","image":"i"}""", "?container=x", "container x is not valid for pod {0}" },
        { "bad tail", """{"name":"a","image":"i"}""", "?tailLines=-1",
            "tailLines: Invalid value: -1: must be greater than or equal to 0" },
        { "both since", """{"name":"a","image":"i"}""", "?sinceSeconds=1&sinceTime=2026-01-01T00:00:00Z",
            "at most one of `sinceTime` or `sinceSeconds` may be specified" },
    };

    [Theory, MemberData(nameof(LogRefusals))]
    public async Task Logs_say_what_is_in_the_way(string why, string containers, string query, string says)
    {
        var name = why.Replace(' ', '-');
        await api.CreateAsync(Given.Pods, Given.Pod(name, containers: containers));
        var answer = await api.GetAsync($"{Given.Pods}/{name}/log{query}");
        answer.Message.ShouldContain(string.Format(System.Globalization.CultureInfo.InvariantCulture, says, name),
            customMessage: why);
    }

    [Fact]
    public async Task A_container_that_has_not_started_has_no_logs()
    {
        await api.CreateAsync(Given.Pods, Given.Pod("waiting", node: "n1"));
        var answer = await api.GetAsync($"{Given.Pods}/waiting/log");
        answer.Code.ShouldBe(HttpStatusCode.BadRequest);
        answer.Message.ShouldBe("container \"c\" in pod \"waiting\" is waiting to start: ContainerCreating");
        (await api.GetAsync($"{Given.Pods}/waiting/log?previous=true")).Message
            .ShouldBe("previous terminated container \"c\" in pod \"waiting\" not found");
    }

    [Fact]
    public async Task Both_event_groups_show_one_store()
    {
        const string Core = "/api/v1/namespaces/default/events";
        const string Named = "/apis/events.k8s.io/v1/namespaces/default/events";
        await api.CreateAsync(Core, """
            {"metadata":{"name":"e1"},"involvedObject":{"kind":"Pod","name":"p","namespace":"default"},
            "reason":"Started","message":"it runs","type":"Normal","count":2}
            """);
        var shown = (await api.GetAsync($"{Named}/e1")).Json;
        shown.GetProperty("apiVersion").GetString().ShouldBe("events.k8s.io/v1");
        shown.GetProperty("note").GetString().ShouldBe("it runs");
        shown.GetProperty("regarding").GetProperty("name").GetString().ShouldBe("p");
        (await api.GetAsync(Named)).Names.ShouldBe(["e1"]);
        await api.SendAsync(HttpMethod.Patch, $"{Named}/e1", """{"note":"it still runs"}""",
            "application/merge-patch+json");
        (await api.GetAsync($"{Core}/e1")).Json.GetProperty("message").GetString().ShouldBe("it still runs");
        await using var watch = await WatchStream.OpenAsync(api, $"{Named}?watch=1");
        (await watch.TakeAsync(1)).ShouldBe(["ADDED e1"]);
        watch.Last.GetProperty("note").GetString().ShouldBe("it still runs");
        watch.Versions.Single().ShouldBeGreaterThan(0);
    }
}
