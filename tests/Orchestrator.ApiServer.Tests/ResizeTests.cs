using System.Net;
using System.Text.Json;
using Orchestrator.ApiServer.Tests.Running;

namespace Orchestrator.ApiServer.Tests;

/// <summary>The subresource by which the resources of a pod change while it runs.</summary>
public sealed class ResizeTests(ApiProcess api) : IClassFixture<ApiProcess>
{
    private const string Strategic = "application/strategic-merge-patch+json";
    private const string Container = """
        {"name":"c","image":"nginx","resources":{"requests":{"cpu":"100m","memory":"64Mi"},"limits":{"cpu":"200m"}}}
        """;

    [Theory]
    [InlineData("strategic", Strategic, """{"spec":{"containers":[{"name":"c","resources":{"requests":{"cpu":"150m"}}}]}}""")]
    [InlineData("json", "application/json-patch+json",
        """[{"op":"replace","path":"/spec/containers/0/resources/requests/cpu","value":"150m"}]""")]
    [InlineData("merge", "application/merge-patch+json",
        """{"spec":{"containers":[{"name":"c","image":"nginx","resources":{"requests":{"cpu":"150m","memory":"64Mi"},"limits":{"cpu":"200m"}}}]}}""")]
    [InlineData("apply", "application/apply-patch+yaml",
        """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"apply"},"spec":{"containers":[{"name":"c","resources":{"requests":{"cpu":"150m"}}}]}}""")]
    public async Task B49_a_patch_of_any_sort_changes_cpu_and_memory(string name, string type, string patch)
    {
        var path = await GivenPodAsync(name);
        var manager = type.Contains("apply", StringComparison.Ordinal) ? "?fieldManager=me&force=true" : "";
        var answer = await api.SendAsync(HttpMethod.Patch, path + manager, patch, type);
        answer.Code.ShouldBe(HttpStatusCode.OK, answer.Text);
        Requested(answer, "cpu").ShouldBe("150m");
        Requested(answer, "memory").ShouldBe("64Mi");
        answer.Json.GetProperty("metadata").GetProperty("generation").GetInt32().ShouldBe(2);
        Requested(await api.GetAsync(path), "cpu").ShouldBe("150m");
    }

    [Fact]
    public async Task B49_a_put_changes_nothing_else()
    {
        var path = await GivenPodAsync("put");
        var sent = (await api.GetAsync(path)).Text.Replace("\"100m\"", "\"120m\"", StringComparison.Ordinal)
            .Replace("\"image\":\"nginx\"", "\"image\":\"other\"", StringComparison.Ordinal);
        var answer = await api.SendAsync(HttpMethod.Put, path, sent);
        answer.Code.ShouldBe(HttpStatusCode.OK, answer.Text);
        Requested(answer, "cpu").ShouldBe("120m");
        answer.Json.GetProperty("spec").GetProperty("containers")[0].GetProperty("image").GetString().ShouldBe("nginx");
        (await api.SendAsync(HttpMethod.Put, path, sent)).Code.ShouldBe(HttpStatusCode.Conflict);
    }

    // why | name | container as patched | what it says
    public static TheoryData<string, string, string, string> Refusals => new()
    {
        { "the class of service stays", "r1", "\"requests\":{\"cpu\":\"200m\"},\"limits\":{\"memory\":\"64Mi\"}",
            "Pod \"r1\" is invalid: spec: Invalid value: \"Burstable\": Pod QOS Class may not change as a result of resizing" },
        { "limits stay", "r2", "\"limits\":{\"cpu\":null}",
            "Pod \"r2\" is invalid: spec.containers[0].resources.limits: Forbidden: resource limits cannot be removed" },
        { "other resources stay", "r3", "\"requests\":{\"ephemeral-storage\":\"1Gi\"}",
            "Pod \"r3\" is invalid: spec: Forbidden: only cpu and memory resources are mutable" },
        { "requests stay below limits", "r4", "\"requests\":{\"cpu\":\"300m\"}",
            "Pod \"r4\" is invalid: spec.containers[0].resources.requests: Invalid value: \"300m\": must be less than or equal to cpu limit of 200m" },
    };

    [Theory, MemberData(nameof(Refusals))]
    public async Task B49_what_may_not_be_is_refused(string why, string name, string resources, string says)
    {
        var path = await GivenPodAsync(name);
        var answer = await api.SendAsync(HttpMethod.Patch, path,
            $$$"""{"spec":{"containers":[{"name":"c","resources":{ {{{resources}}} }}]}}""", Strategic);
        answer.Code.ShouldBe(HttpStatusCode.UnprocessableEntity, answer.Text);
        answer.Message.ShouldBe(says, why);
    }

    [Fact]
    public async Task B22_the_pod_itself_takes_no_other_resources()
    {
        var path = await GivenPodAsync("itself");
        var answer = await api.SendAsync(HttpMethod.Patch, path[..path.LastIndexOf('/')],
            """{"spec":{"containers":[{"name":"c","resources":{"requests":{"cpu":"150m"}}}]}}""", Strategic);
        answer.Code.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer.Message.ShouldContain("spec: Forbidden: pod updates may not change fields other than "
            + "`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,"
            + "`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` "
            + "(allow it to be set to 1 if it was previously negative)");
    }

    [Fact]
    public async Task B22_what_may_change_of_a_pod_does()
    {
        await api.CreateAsync(Given.Pods, Given.Pod("changes").Replace("\"containers\"",
            "\"activeDeadlineSeconds\":100,\"schedulingGates\":[{\"name\":\"a.example/g\"}],\"containers\"",
            StringComparison.Ordinal));
        var path = $"{Given.Pods}/changes";
        foreach (var (patch, code) in new[]
        {
            ("""{"spec":{"containers":[{"name":"c","image":"nginx:2"}]}}""", HttpStatusCode.OK),
            ("""{"spec":{"activeDeadlineSeconds":50}}""", HttpStatusCode.OK),
            ("""{"spec":{"activeDeadlineSeconds":51}}""", HttpStatusCode.UnprocessableEntity),
            ("""{"spec":{"nodeSelector":{"a":"b"}}}""", HttpStatusCode.OK),
            ("""{"spec":{"schedulingGates":[{"name":"a.example/h"}]}}""", HttpStatusCode.UnprocessableEntity),
            ("""{"spec":{"schedulingGates":[{"$patch":"delete","name":"a.example/g"}]}}""", HttpStatusCode.OK),
            ("""{"spec":{"nodeSelector":{"a":"c"}}}""", HttpStatusCode.UnprocessableEntity),
            ("""{"spec":{"terminationGracePeriodSeconds":5}}""", HttpStatusCode.UnprocessableEntity),
            ("""{"spec":{"hostname":"x"}}""", HttpStatusCode.UnprocessableEntity),
        })
        {
            var answer = await api.SendAsync(HttpMethod.Patch, path, patch, Strategic);
            answer.Code.ShouldBe(code, $"{patch}: {answer.Text}");
        }
    }

    [Fact]
    public async Task Discovery_names_it()
    {
        var found = (await api.GetAsync("/api/v1")).Json.GetProperty("resources").EnumerateArray()
            .Single(one => one.GetProperty("name").GetString() == "pods/resize");
        found.GetProperty("kind").GetString().ShouldBe("Pod");
        JsonSerializer.Serialize(found.GetProperty("verbs")).ShouldBe("""["get","patch","update"]""");
        (await api.SendAsync(HttpMethod.Patch, $"{Given.Pods}/nobody/resize", "{}", Strategic)).Message
            .ShouldBe("pods \"nobody\" not found");
    }

    private static string? Requested(Answer answer, string resource) => answer.Json.GetProperty("spec")
        .GetProperty("containers")[0].GetProperty("resources").GetProperty("requests").GetProperty(resource)
        .GetString();

    private async Task<string> GivenPodAsync(string name)
    {
        await api.CreateAsync(Given.Pods, Given.Pod(name, "", Container));
        return $"{Given.Pods}/{name}/resize";
    }
}
