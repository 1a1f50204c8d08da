using System.Net;
using Orchestrator.ApiServer.Tests.Running;

namespace Orchestrator.ApiServer.Tests.CustomResources;

/// <summary>Kinds that users declare, over HTTP.</summary>
public sealed class CustomResourceApiTests(ApiProcess api) : IClassFixture<ApiProcess>
{
    private const string Merge = "application/merge-patch+json";
    private const string Apply = "application/apply-patch+yaml";

    [Fact]
    public async Task A_declared_kind_is_served_and_its_objects_are_shaped_by_its_schema()
    {
        var path = await DeclareAsync("a.example.com");
        var made = await api.PostAsync(path, Declared.Tab("a.example.com", "one"));
        made.Code.ShouldBe(HttpStatusCode.Created, made.Text);
        made.Json.GetProperty("apiVersion").GetString().ShouldBe("a.example.com/v1");
        made.Json.GetProperty("spec").GetRawText().ShouldBe("""{"cronSpec":"* * * * */5","image":"busybox"}""");
        made.Json.GetProperty("metadata").GetProperty("generation").GetInt32().ShouldBe(1);
        var list = await api.GetAsync(path);
        list.Json.GetProperty("kind").GetString().ShouldBe("CronTabList");
        list.Json.GetProperty("items")[0].GetProperty("kind").GetString().ShouldBe("CronTab");
        (await api.GetAsync("/apis/a.example.com/v1/crontabs")).Names.ShouldBe(["one"]);
        var bad = await api.PostAsync(path, Declared.Tab("a.example.com", "two", """{"cronSpec":"x","replicas":11}"""));
        bad.Code.ShouldBe(HttpStatusCode.UnprocessableEntity);
        bad.Message.ShouldBe("CronTab.a.example.com \"two\" is invalid: [spec.cronSpec: Invalid value: \"x\": "
            + @"spec.cronSpec in body should match '^(\S+\s+){4}\S+$', spec.replicas: Invalid value: 11: "
            + "spec.replicas in body should be less than or equal to 10]");
        (await api.PostAsync(path, Declared.Tab("a.example.com", "two", "{}"))).Message.ShouldContain(
            "spec.cronSpec: Required value");
    }

    [Fact]
    public async Task Unknown_fields_are_dropped_warned_of_or_refused()
    {
        var path = await DeclareAsync("b.example.com");
        var body = Declared.Tab("b.example.com", "one", """{"cronSpec":"* * * * *","foo":1,"free":{"x":{"y":1}}}""");
        var made = await api.PostAsync(path, body);
        made.Headers["Warning"].ShouldBe("299 - \"unknown field \\\"spec.foo\\\"\"");
        made.Json.GetProperty("spec").GetRawText().ShouldBe(
            """{"cronSpec":"* * * * *","free":{"x":{"y":1}},"image":"busybox"}""");
        var strict = await api.PostAsync($"{path}?fieldValidation=Strict", body);
        strict.Code.ShouldBe(HttpStatusCode.BadRequest);
        strict.Message.ShouldBe(
            "CronTab in version \"v1\" cannot be handled as a CronTab: strict decoding error: unknown field \"spec.foo\"");
        (await api.SendAsync(HttpMethod.Patch, $"{path}/one?fieldValidation=Strict", """{"spec":{"foo":1}}""", Merge))
            .Message.ShouldContain("strict decoding error: unknown field \"spec.foo\"");
        (await api.SendAsync(HttpMethod.Patch, $"{path}/one?fieldValidation=Ignore", """{"spec":{"foo":1}}""", Merge))
            .Headers.ContainsKey("Warning").ShouldBeFalse();
    }

    [Fact]
    public async Task Objects_are_patched_in_three_ways_and_not_in_the_fourth()
    {
        var path = await DeclareAsync("c.example.com");
        await api.CreateAsync(path, Declared.Tab("c.example.com", "one"));
        (await api.SendAsync(HttpMethod.Patch, $"{path}/one", """{"spec":{"replicas":2}}""", Merge))
            .Json.GetProperty("metadata").GetProperty("generation").GetInt32().ShouldBe(2);
        (await api.SendAsync(HttpMethod.Patch, $"{path}/one",
            """[{"op":"replace","path":"/spec/replicas","value":3}]""", "application/json-patch+json"))
            .Json.GetProperty("spec").GetProperty("replicas").GetInt32().ShouldBe(3);
        (await api.SendAsync(HttpMethod.Patch, $"{path}/one", "{}", "application/strategic-merge-patch+json"))
            .Code.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        var applied = await api.SendAsync(HttpMethod.Patch, $"{path}/two?fieldManager=me",
            Declared.Tab("c.example.com", "two", """{"cronSpec":"* * * * *","ports":[{"name":"a","port":1}]}"""),
            Apply);
        applied.Code.ShouldBe(HttpStatusCode.Created, applied.Text);
        applied = await api.SendAsync(HttpMethod.Patch, $"{path}/two?fieldManager=you",
            Declared.Tab("c.example.com", "two", """{"ports":[{"name":"b","port":2}]}"""), Apply);
        applied.Json.GetProperty("spec").GetProperty("ports").GetArrayLength().ShouldBe(2, applied.Text);
        applied.Json.GetProperty("metadata").GetProperty("managedFields").GetArrayLength().ShouldBe(2);
        var conflict = await api.SendAsync(HttpMethod.Patch, $"{path}/two?fieldManager=you",
            Declared.Tab("c.example.com", "two", """{"cronSpec":"1 1 1 1 1"}"""), Apply);
        conflict.Message.ShouldBe("Apply failed with 1 conflict: conflict with \"me\": .spec.cronSpec");
    }

    [Fact]
    public async Task Status_and_scale_are_doors_of_their_own()
    {
        var path = await DeclareAsync("d.example.com");
        await api.CreateAsync(path, Declared.Tab("d.example.com", "one", """{"cronSpec":"* * * * *","replicas":2}"""));
        var told = await api.SendAsync(HttpMethod.Patch, $"{path}/one/status",
            """{"spec":{"replicas":9},"status":{"replicas":2,"labelSelector":"app=a"}}""", Merge);
        told.Json.GetProperty("spec").GetProperty("replicas").GetInt32().ShouldBe(2, told.Text);
        told.Json.GetProperty("metadata").GetProperty("generation").GetInt32().ShouldBe(1);
        var scale = await api.GetAsync($"{path}/one/scale");
        scale.Json.GetProperty("spec").GetProperty("replicas").GetInt32().ShouldBe(2);
        scale.Json.GetProperty("status").GetProperty("selector").GetString().ShouldBe("app=a");
        (await api.SendAsync(HttpMethod.Patch, $"{path}/one/scale", """{"spec":{"replicas":5}}""", Merge))
            .Json.GetProperty("spec").GetProperty("replicas").GetInt32().ShouldBe(5);
        var now = await api.GetAsync($"{path}/one");
        now.Json.GetProperty("spec").GetProperty("replicas").GetInt32().ShouldBe(5);
        now.Json.GetProperty("status").GetProperty("replicas").GetInt32().ShouldBe(2);
        (await api.SendAsync(HttpMethod.Patch, $"{path}/one/status", """{"status":{"replicas":"x"}}""", Merge))
            .Code.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await api.SendAsync(HttpMethod.Patch, $"{path}/one/scale", """{"spec":{"replicas":11}}""", Merge))
            .Message.ShouldContain("should be less than or equal to 10");
    }

    [Fact]
    public async Task Every_version_shows_the_same_objects()
    {
        var path = await DeclareAsync("e.example.com");
        await api.CreateAsync(path, Declared.Tab("e.example.com", "one"));
        var older = path.Replace("/v1/", "/v1beta1/");
        var shown = await api.GetAsync($"{older}/one");
        shown.Json.GetProperty("apiVersion").GetString().ShouldBe("e.example.com/v1beta1");
        shown.Headers["Warning"].ShouldContain("e.example.com/v1beta1 CronTab is deprecated");
        var patched = await api.SendAsync(HttpMethod.Patch, $"{older}/one", """{"spec":{"image":"alpine"}}""", Merge);
        patched.Json.GetProperty("apiVersion").GetString().ShouldBe("e.example.com/v1beta1", patched.Text);
        (await api.GetAsync($"{path}/one")).Json.GetProperty("spec").GetProperty("image").GetString()
            .ShouldBe("alpine");
        (await api.GetAsync($"{older}/one/scale")).Code.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Defaults_of_a_later_schema_show_in_older_objects()
    {
        var path = await DeclareAsync("f.example.com");
        await api.CreateAsync(path, Declared.Tab("f.example.com", "one"));
        var changed = await api.SendAsync(HttpMethod.Patch, $"{Declared.Path}/crontabs.f.example.com",
            """[{"op":"add","path":"/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/later","value":{"type":"string","default":"new"}}]""",
            "application/json-patch+json");
        changed.Code.ShouldBe(HttpStatusCode.OK, changed.Text);
        (await api.GetAsync($"{path}/one")).Json.GetProperty("spec").GetProperty("later").GetString().ShouldBe("new");
        (await api.GetAsync(path)).Json.GetProperty("items")[0].GetProperty("spec").GetProperty("later").GetString()
            .ShouldBe("new");
    }

    [Fact]
    public async Task Fields_can_be_selected_and_watched()
    {
        var path = await DeclareAsync("g.example.com");
        await using var stream = await WatchStream.OpenAsync(
            api, $"{path}?watch=true&fieldSelector=spec.image%3Dalpine");
        await api.CreateAsync(path, Declared.Tab("g.example.com", "one"),
            Declared.Tab("g.example.com", "two", """{"cronSpec":"* * * * *","image":"alpine"}"""));
        (await api.GetAsync($"{path}?fieldSelector=spec.image%3Dalpine")).Names.ShouldBe(["two"]);
        (await api.GetAsync($"{path}?fieldSelector=spec.cronSpec%3Dx")).Message.ShouldBe(
            "field label not supported: spec.cronSpec");
        (await stream.TakeAsync(1)).ShouldBe(["ADDED two"]);
        stream.Last.GetProperty("kind").GetString().ShouldBe("CronTab");
        (await api.DeleteAsync(path)).Code.ShouldBe(HttpStatusCode.OK);
        (await api.GetAsync(path)).Names.ShouldBeEmpty();
    }

    [Fact]
    public async Task Discovery_and_schemas_follow_the_definitions()
    {
        await DeclareAsync("h.example.com");
        var resources = await api.GetAsync("/apis/h.example.com/v1");
        resources.Json.GetProperty("resources").EnumerateArray()
            .Select(item => item.GetProperty("name").GetString()).ShouldBe(
                ["crontabs", "crontabs/status", "crontabs/scale"]);
        resources.Json.GetProperty("resources")[0].GetProperty("shortNames")[0].GetString().ShouldBe("ct");
        (await api.GetAsync("/apis/h.example.com")).Json.GetProperty("preferredVersion").GetProperty("version")
            .GetString().ShouldBe("v1");
        var aggregated = await api.GetAsync(
            "/apis", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList");
        aggregated.Json.GetProperty("items").EnumerateArray().Single(group =>
            group.GetProperty("metadata").GetProperty("name").GetString() == "h.example.com")
            .GetProperty("versions").EnumerateArray().Select(version => version.GetProperty("version").GetString())
            .ShouldBe(["v1", "v1beta1"]);
        (await api.GetAsync("/openapi/v3")).Json.GetProperty("paths").TryGetProperty("apis/h.example.com/v1", out _)
            .ShouldBeTrue();
        var schema = (await api.GetAsync("/openapi/v3/apis/h.example.com/v1")).Json.GetProperty("components")
            .GetProperty("schemas").GetProperty("com.example.h.v1.CronTab");
        schema.GetProperty("properties").GetProperty("spec").GetProperty("properties").GetProperty("image")
            .GetProperty("default").GetString().ShouldBe("busybox");
        (await api.GetAsync("/openapi/v2")).Json.GetProperty("definitions")
            .TryGetProperty("com.example.h.v1.CronTab", out _).ShouldBeTrue();
        await api.DeleteAsync($"{Declared.Path}/crontabs.h.example.com");
        (await api.GetAsync("/apis/h.example.com/v1")).Code.ShouldBe(HttpStatusCode.NotFound);
        (await api.GetAsync("/apis/h.example.com/v1/namespaces/default/crontabs")).Code.ShouldBe(
            HttpStatusCode.NotFound);
        (await api.GetAsync("/openapi/v3")).Text.ShouldNotContain("h.example.com");
    }

    [Fact]
    public async Task A_table_has_the_columns_of_the_definition()
    {
        var path = await DeclareAsync("i.example.com");
        await api.CreateAsync(path, Declared.Tab("i.example.com", "one", """{"cronSpec":"* * * * *","replicas":3}"""));
        var table = (await api.GetAsync(path, "application/json;as=Table;v=v1;g=meta.k8s.io")).Json;
        table.GetProperty("columnDefinitions").EnumerateArray().Select(column =>
            $"{column.GetProperty("name")}:{column.GetProperty("type")}:{column.GetProperty("priority")}").ShouldBe(
                ["Name:string:0", "Spec:string:0", "Replicas:integer:0", "Image:string:1", "Age:date:0"]);
        table.GetProperty("columnDefinitions")[1].GetProperty("description").GetString().ShouldBe("When it runs");
        var cells = table.GetProperty("rows")[0].GetProperty("cells");
        cells[0].GetString().ShouldBe("one");
        cells[2].GetInt32().ShouldBe(3);
        cells[4].GetString()!.ShouldMatch(@"^\d+s$");
    }

    [Fact]
    public async Task A_definition_that_is_wrong_is_refused()
    {
        var body = Declared.CronTab("j.example.com").Replace(
            "\"type\":\"object\",\"description\":", "\"description\":");
        var refused = await api.PostAsync(Declared.Path, body);
        refused.Code.ShouldBe(HttpStatusCode.UnprocessableEntity);
        refused.Message.ShouldStartWith("CustomResourceDefinition.apiextensions.k8s.io \"crontabs.j.example.com\" is "
            + "invalid: spec.versions[0].schema.openAPIV3Schema.type: Required value: must not be empty at the root");
    }

    [Fact]
    public async Task Rules_that_are_not_evaluated_are_warned_of()
    {
        var body = Declared.CronTab("k.example.com").Replace("\"limit\":{",
            "\"limit\":{\"x-kubernetes-validations\":[{\"rule\":\"self != 0\"}],");
        var made = await api.PostAsync(Declared.Path, body);
        made.Code.ShouldBe(HttpStatusCode.Created, made.Text);
        made.Headers["Warning"].ShouldContain("the rules are not evaluated in this release");
    }

    private async Task<string> DeclareAsync(string group)
    {
        var made = await api.PostAsync(Declared.Path, Declared.CronTab(group));
        made.Code.ShouldBe(HttpStatusCode.Created, made.Text);
        return $"/apis/{group}/v1/namespaces/default/crontabs";
    }
}
