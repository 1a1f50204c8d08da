using System.Net;
using Orchestrator.ApiServer.Tests.Running;

namespace Orchestrator.ApiServer.Tests;

public sealed class ObjectTests(ApiProcess api) : IClassFixture<ApiProcess>
{
    private const string Maps = Given.ConfigMaps;

    [Fact]
    public async Task An_object_lives_from_create_to_delete()
    {
        var created = await api.PostAsync(Maps, Given.ConfigMap("life"));
        created.Code.ShouldBe(HttpStatusCode.Created);
        created.Json.GetProperty("kind").GetString().ShouldBe("ConfigMap");
        created.Json.GetProperty("metadata").GetProperty("namespace").GetString().ShouldBe("default");
        created.Json.GetProperty("metadata").GetProperty("uid").GetString().ShouldNotBeNullOrEmpty();

        var read = await api.GetAsync($"{Maps}/life");
        read.Version.ShouldBe(created.Version);
        read.Json.GetProperty("apiVersion").GetString().ShouldBe("v1");

        var patched = await api.SendAsync(
            HttpMethod.Patch, $"{Maps}/life", """{"data":{"k":"w"}}""", "application/merge-patch+json");
        patched.Code.ShouldBe(HttpStatusCode.OK);
        patched.Json.GetProperty("data").GetProperty("k").GetString().ShouldBe("w");

        var stale = await api.SendAsync(HttpMethod.Put, $"{Maps}/life", read.Text);
        stale.Code.ShouldBe(HttpStatusCode.Conflict);
        stale.Message.ShouldBe("Operation cannot be fulfilled on configmaps \"life\": the object has been modified; "
            + "please apply your changes to the latest version and try again");
        (await api.SendAsync(HttpMethod.Put, $"{Maps}/life", patched.Text)).Version.ShouldBe(patched.Version,
            "nothing changed");

        var deleted = await api.DeleteAsync($"{Maps}/life", """{"propagationPolicy":"Background"}""");
        deleted.Json.GetProperty("status").GetString().ShouldBe("Success");
        deleted.Json.GetProperty("details").GetProperty("kind").GetString().ShouldBe("configmaps");
        var gone = await api.GetAsync($"{Maps}/life");
        gone.Code.ShouldBe(HttpStatusCode.NotFound);
        gone.Message.ShouldBe("configmaps \"life\" not found");
        gone.Json.GetProperty("details").GetProperty("name").GetString().ShouldBe("life");
    }

    [Fact]
    public async Task A_taken_name_is_refused()
    {
        await api.CreateAsync(Maps, Given.ConfigMap("twice"));
        var again = await api.PostAsync(Maps, Given.ConfigMap("twice"));
        again.Code.ShouldBe(HttpStatusCode.Conflict);
        (again.Reason, again.Message).ShouldBe(("AlreadyExists", "configmaps \"twice\" already exists"));
    }

    [Fact]
    public async Task A_name_is_made_up_from_generateName()
    {
        var answer = await api.PostAsync(Maps, """{"metadata":{"generateName":"made-"}}""");
        answer.Json.GetProperty("metadata").GetProperty("name").GetString()!
            .ShouldMatch("^made-[bcdfghjklmnpqrstvwxz2456789]{5}$");
        var nameless = await api.PostAsync(Maps, """{"metadata":{}}""");
        nameless.Code.ShouldBe(HttpStatusCode.UnprocessableEntity);
        nameless.Message.ShouldContain("metadata.name: Required value: name or generateName is required");
    }

    [Fact]
    public async Task A_dry_run_leaves_nothing_behind()
    {
        var answer = await api.PostAsync($"{Maps}?dryRun=All", Given.ConfigMap("dry"));
        answer.Code.ShouldBe(HttpStatusCode.Created);
        answer.Json.GetProperty("metadata").TryGetProperty("resourceVersion", out _).ShouldBeFalse();
        (await api.GetAsync($"{Maps}/dry")).Code.ShouldBe(HttpStatusCode.NotFound);
    }

    // why | method | path | body | code | what it says
    public static TheoryData<string, string, string, string?, int, string> Refused => new()
    {
        { "another namespace", "POST", Maps, """{"metadata":{"name":"a","namespace":"other"}}""", 400,
            "the namespace of the provided object does not match the namespace sent on the request" },
        { "another name", "PUT", $"{Maps}/b", """{"metadata":{"name":"a"}}""", 400,
            "the name of the object (a) does not match the name on the URL (b)" },
        { "another version", "POST", Maps, """{"apiVersion":"apps/v1","kind":"ConfigMap"}""", 400,
            "the API version in the data (apps/v1) does not match the expected API version (v1)" },
        { "unknown field", "POST", $"{Maps}?fieldValidation=Strict", """{"metadata":{"name":"a"},"foo":1}""", 400,
            "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: strict decoding error: unknown field \"foo\"" },
        { "bad dryRun", "POST", $"{Maps}?dryRun=x", """{"metadata":{"name":"a"}}""", 422,
            "dryRun: Unsupported value: \"x\": supported values: \"All\"" },
        { "bad fieldValidation", "POST", $"{Maps}?fieldValidation=x", """{"metadata":{"name":"a"}}""", 422,
            "fieldValidation: Unsupported value: \"x\"" },
        { "not in a namespace", "POST", "/api/v1/configmaps", """{"metadata":{"name":"a"}}""", 405,
            "the server does not allow this method on the requested resource" },
        { "no such method", "POST", $"{Maps}/a", "{}", 405, "the server does not allow this method" },
        { "no JSON", "POST", Maps, "{", 400, "ConfigMap" },
        { "a version at birth", "POST", Maps, """{"metadata":{"name":"a","resourceVersion":"1"}}""", 400,
            "resourceVersion should not be set on objects to be created" },
        { "bad label selector", "GET", $"{Maps}?labelSelector=a%20in", null, 400, "unable to parse requirement" },
        { "bad field selector", "GET", $"{Maps}?fieldSelector=data.k=v", null, 400,
            "field label not supported: data.k" },
        { "bad limit", "GET", $"{Maps}?limit=x", null, 400, "limit must be a whole number" },
        { "bad watch flag", "GET", $"{Maps}?watch=maybe", null, 400, "watch must be true or false" },
        { "bad version", "GET", $"{Maps}?resourceVersion=x", null, 400, "resourceVersion: Invalid value: \"x\"" },
        { "bad policy", "DELETE", $"{Maps}/a?propagationPolicy=x", null, 422, "propagationPolicy: Unsupported value" },
        { "bad name", "POST", Maps, """{"metadata":{"name":"A b"}}""", 422, "a lowercase RFC 1123 subdomain" },
    };

    [Theory, MemberData(nameof(Refused))]
    public async Task What_cannot_be_is_refused(
        string why, string method, string path, string? body, int code, string says)
    {
        var answer = await api.SendAsync(new HttpMethod(method), path, body);
        ((int)answer.Code).ShouldBe(code, why);
        answer.Json.GetProperty("kind").GetString().ShouldBe("Status", why);
        answer.Json.GetProperty("code").GetInt32().ShouldBe(code, why);
        answer.Message.ShouldContain(says, customMessage: why);
    }

    [Fact]
    public async Task Unknown_fields_are_warned_about()
    {
        var answer = await api.PostAsync(Maps, """{"metadata":{"name":"warned"},"foo":1}""");
        answer.Code.ShouldBe(HttpStatusCode.Created);
        answer.Headers["Warning"].ShouldBe("299 - \"unknown field \\\"foo\\\"\"");
    }

    [Fact]
    public async Task An_apply_creates_then_changes()
    {
        const string Query = "?fieldManager=me";
        var body = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: applied}\ndata: {k: v}\n";
        var first =
            await api.SendAsync(HttpMethod.Patch, $"{Maps}/applied{Query}", body, "application/apply-patch+yaml");
        first.Code.ShouldBe(HttpStatusCode.Created);
        var second = await api.SendAsync(
            HttpMethod.Patch, $"{Maps}/applied{Query}", body.Replace("k: v", "k: w"), "application/apply-patch+yaml");
        second.Code.ShouldBe(HttpStatusCode.OK);
        second.Json.GetProperty("data").GetProperty("k").GetString().ShouldBe("w");
        var unnamed = await api.SendAsync(HttpMethod.Patch, $"{Maps}/applied", body, "application/apply-patch+yaml");
        unnamed.Message.ShouldContain("fieldManager: Required value: is required for apply patch");
        var forced = await api.SendAsync(
            HttpMethod.Patch, $"{Maps}/applied?force=true", "{}", "application/merge-patch+json");
        forced.Message.ShouldContain("force: Forbidden: may not be specified for non-apply patch");
        (await api.SendAsync(HttpMethod.Patch, $"{Maps}/applied", "{}", "application/json")).Code
            .ShouldBe(HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task A_collection_is_deleted_by_selector()
    {
        await api.CreateAsync(Maps, Given.ConfigMap("c1", "purge"), Given.ConfigMap("c2", "purge"),
            Given.ConfigMap("c3", "stay"));
        var answer = await api.DeleteAsync($"{Maps}?labelSelector=app%3Dpurge");
        answer.Names.ShouldBe(["c1", "c2"]);
        (await api.GetAsync($"{Maps}?labelSelector=app+in+(purge,stay)")).Names.ShouldBe(["c3"]);
    }

    [Fact]
    public async Task A_deleted_pod_is_shown_until_it_has_ended()
    {
        await api.CreateAsync(Given.Pods, Given.Pod("bound", node: "n1"), Given.Pod("unbound"));
        var bound = await api.DeleteAsync($"{Given.Pods}/bound", """{"gracePeriodSeconds":5}""");
        bound.Json.GetProperty("kind").GetString().ShouldBe("Pod");
        bound.Json.GetProperty("metadata").GetProperty("deletionGracePeriodSeconds").GetInt32().ShouldBe(5);
        (await api.GetAsync($"{Given.Pods}/bound")).Code.ShouldBe(HttpStatusCode.OK);
        var unbound = await api.DeleteAsync($"{Given.Pods}/unbound");
        unbound.Json.GetProperty("kind").GetString().ShouldBe("Pod", "pods answer with their last state");
        (await api.GetAsync($"{Given.Pods}/unbound")).Code.ShouldBe(HttpStatusCode.NotFound);
    }
}
