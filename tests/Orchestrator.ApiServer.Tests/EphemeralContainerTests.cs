using System.Net;
using System.Text.Json;
using Orchestrator.ApiServer.Tests.Running;

namespace Orchestrator.ApiServer.Tests;

/// <summary>The subresource by which containers are put into a pod.</summary>
public sealed class EphemeralContainerTests(ApiProcess api) : IClassFixture<ApiProcess>
{
    private const string Strategic = "application/strategic-merge-patch+json";

    [Fact]
    public async Task A_patch_adds_one_and_the_pod_shows_it()
    {
        var path = await GivenPodAsync("patched");
        var first = await PatchAsync(
            path, Strategic, """{"name":"look","image":"busybox:1","targetContainerName":"c"}""");
        first.Code.ShouldBe(HttpStatusCode.OK, first.Text);
        first.Json.GetProperty("kind").GetString().ShouldBe("Pod");
        first.Json.GetProperty("metadata").GetProperty("generation").GetInt32().ShouldBe(2);
        (await PatchAsync(path, Strategic, """{"name":"see","image":"busybox:1"}""")).Code.ShouldBe(HttpStatusCode.OK);
        foreach (var place in new[] { path, path[..path.LastIndexOf('/')] })
        {
            var shown = (await api.GetAsync(place)).Json.GetProperty("spec").GetProperty("ephemeralContainers");
            shown.EnumerateArray().Select(one => one.GetProperty("name").GetString())
                .ShouldBe(["look", "see"], ignoreOrder: true, customMessage: place);
            shown.EnumerateArray().Count(one => one.TryGetProperty("targetContainerName", out _)).ShouldBe(1);
        }
    }

    [Fact]
    public async Task A_put_adds_one_and_takes_nothing_else_of_the_pod()
    {
        var path = await GivenPodAsync("put");
        var pod = (await api.GetAsync(path)).Text;
        var sent = pod.Replace("\"image\":\"nginx\"", "\"image\":\"other\"", StringComparison.Ordinal)
            .Replace("\"spec\":{", "\"spec\":{\"ephemeralContainers\":[{\"name\":\"look\",\"image\":\"b:1\"}],",
                StringComparison.Ordinal);
        var answer = await api.SendAsync(HttpMethod.Put, path, sent);
        answer.Code.ShouldBe(HttpStatusCode.OK, answer.Text);
        var spec = answer.Json.GetProperty("spec");
        spec.GetProperty("containers")[0].GetProperty("image").GetString().ShouldBe("nginx");
        spec.GetProperty("ephemeralContainers")[0].GetProperty("name").GetString().ShouldBe("look");
        (await api.SendAsync(HttpMethod.Put, path, sent)).Code.ShouldBe(HttpStatusCode.Conflict);
    }

    // why | name of the pod | type of the patch | what is patched in | what it says
    public static TheoryData<string, string, string, string, string> Refusals => new()
    {
        { "no resources", "r1", Strategic, """{"name":"x","image":"b","resources":{"limits":{"cpu":"1"}}}""",
            "Pod \"r1\" is invalid: spec.ephemeralContainers[0].resources: Forbidden: cannot be set for an Ephemeral Container" },
        { "a target that is not there", "r2", Strategic, """{"name":"x","image":"b","targetContainerName":"y"}""",
            "Pod \"r2\" is invalid: spec.ephemeralContainers[0].targetContainerName: Not found: \"y\"" },
        { "no change", "r3", Strategic, """{"name":"look","image":"other"}""",
            "Pod \"r3\" is invalid: spec.ephemeralContainers: Forbidden: existing ephemeral containers \"look\" may not be changed\nchanged: image" },
        { "no removal", "r4", "application/merge-patch+json", """{"name":"x","image":"b"}""",
            "Pod \"r4\" is invalid: spec.ephemeralContainers: Forbidden: existing ephemeral containers \"look\" may not be removed\n" },
    };

    [Theory, MemberData(nameof(Refusals))]
    public async Task What_may_not_be_is_refused(string why, string name, string type, string container, string says)
    {
        var path = await GivenPodAsync(name);
        await PatchAsync(path, Strategic, """{"name":"look","image":"busybox:1"}""");
        // A strategic patch puts what is new in front.
        var answer = await PatchAsync(path, type, container);
        answer.Code.ShouldBe(HttpStatusCode.UnprocessableEntity, answer.Text);
        answer.Message.ShouldBe(says, why);
    }

    [Fact]
    public async Task The_pod_itself_takes_none()
    {
        var path = await GivenPodAsync("itself");
        var answer = await PatchAsync(
            path[..path.LastIndexOf('/')], Strategic, """{"name":"look","image":"busybox:1"}""");
        answer.Code.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer.Message.ShouldContain("spec: Forbidden: pod updates may not change fields other than");
        answer.Message.ShouldEndWith("changed: spec.ephemeralContainers");
        var gone = await PatchAsync($"{Given.Pods}/nobody/ephemeralcontainers", Strategic, """{"name":"look"}""");
        (gone.Code, gone.Message).ShouldBe((HttpStatusCode.NotFound, "pods \"nobody\" not found"));
        gone.Json.GetProperty("details").GetProperty("name").GetString().ShouldBe("nobody");
        (await api.PostAsync(path, "{}")).Code.ShouldBe(HttpStatusCode.MethodNotAllowed);
    }

    [Fact]
    public async Task Discovery_names_it()
    {
        var found = (await api.GetAsync("/api/v1")).Json.GetProperty("resources").EnumerateArray()
            .Single(one => one.GetProperty("name").GetString() == "pods/ephemeralcontainers");
        found.GetProperty("kind").GetString().ShouldBe("Pod");
        JsonSerializer.Serialize(found.GetProperty("verbs")).ShouldBe("""["get","patch","update"]""");
    }

    private async Task<string> GivenPodAsync(string name)
    {
        await api.CreateAsync(Given.Pods, Given.Pod(name));
        return $"{Given.Pods}/{name}/ephemeralcontainers";
    }

    private Task<Answer> PatchAsync(string path, string type, string container) => api.SendAsync(
        HttpMethod.Patch, path, $$$"""{"spec":{"ephemeralContainers":[{{{container}}}]}}""", type);
}
