using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using Orchestrator.ApiServer.Tests.Running;

namespace Orchestrator.ApiServer.Tests;

public sealed class ContentTests(ApiProcess api) : IClassFixture<ApiProcess>
{
    private const string Maps = Given.ConfigMaps;

    [Fact]
    public async Task Kubectl_gets_a_table()
    {
        await api.CreateAsync(Given.Pods, Given.Pod("tabled"));
        var answer = await api.GetAsync(Given.Pods, Given.TableAccept);
        answer.Headers["Content-Type"].ShouldBe("application/json");
        var table = answer.Json;
        table.GetProperty("kind").GetString().ShouldBe("Table");
        table.GetProperty("apiVersion").GetString().ShouldBe("meta.k8s.io/v1");
        var columns = table.GetProperty("columnDefinitions").EnumerateArray().ToList();
        columns.Select(column => column.GetProperty("name").GetString()).Take(5)
            .ShouldBe(["Name", "Ready", "Status", "Restarts", "Age"]);
        columns[0].GetProperty("format").GetString().ShouldBe("name");
        columns[^1].GetProperty("priority").GetInt32().ShouldBe(1);
        var row = table.GetProperty("rows").EnumerateArray()
            .Single(row => row.GetProperty("cells")[0].GetString() == "tabled");
        row.GetProperty("cells").GetArrayLength().ShouldBe(columns.Count, "every row has all cells");
        row.GetProperty("object").GetProperty("kind").GetString().ShouldBe("PartialObjectMetadata");
        row.GetProperty("object").GetProperty("metadata").GetProperty("resourceVersion").GetString()
            .ShouldNotBeNullOrEmpty();
        var whole = (await api.GetAsync($"{Given.Pods}/tabled?includeObject=Object", Given.TableAccept)).Json;
        whole.GetProperty("rows")[0].GetProperty("object").GetProperty("spec").GetProperty("containers")
            .GetArrayLength().ShouldBe(1);
        var none = (await api.GetAsync($"{Given.Pods}/tabled?includeObject=None", Given.TableAccept)).Json;
        none.GetProperty("rows")[0].TryGetProperty("object", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Metadata_clients_get_metadata()
    {
        await api.CreateAsync(Maps, Given.ConfigMap("bare"));
        var one = await api.GetAsync($"{Maps}/bare", "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1");
        one.Json.GetProperty("kind").GetString().ShouldBe("PartialObjectMetadata");
        one.Json.TryGetProperty("data", out _).ShouldBeFalse();
        var all = await api.GetAsync(Maps, "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1");
        all.Json.GetProperty("kind").GetString().ShouldBe("PartialObjectMetadataList");
        all.Names.ShouldContain("bare");
    }

    [Fact]
    public async Task Yaml_goes_in_and_out()
    {
        var sent = await api.SendAsync(HttpMethod.Post, Maps,
            "kind: ConfigMap\napiVersion: v1\nmetadata:\n  name: yaml\ndata:\n  a: 'true'\n  b: \"1:2\"\n",
            "application/yaml");
        sent.Code.ShouldBe(HttpStatusCode.Created);
        var answer = await api.GetAsync($"{Maps}/yaml", "application/yaml");
        answer.Headers["Content-Type"].ShouldBe("application/yaml");
        answer.Text.ShouldContain("kind: ConfigMap\n");
        answer.Text.ShouldContain("  a: \"true\"\n  b: \"1:2\"\n", customMessage: "strings stay strings");
        var back = await api.SendAsync(HttpMethod.Put, $"{Maps}/yaml", answer.Text, "application/yaml");
        back.Version.ShouldBe(sent.Version, "what comes out is what went in");
    }

    [Fact]
    public async Task Pretty_is_indented() =>
        (await api.GetAsync($"{Maps}?pretty=true")).Text.ShouldStartWith("{\n  \"kind\": \"ConfigMapList\"");

    [Fact]
    public async Task Large_lists_are_compressed_for_those_who_take_it()
    {
        var value = new string('x', 200_000);
        await api.PostAsync(Maps, $$$"""{"metadata":{"name":"large"},"data":{"k":"{{{value}}}"}}""");
        using var request = new HttpRequestMessage(HttpMethod.Get, Maps);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip");
        using var response = await api.Client.SendAsync(request);
        response.Content.Headers.ContentEncoding.ShouldBe(["gzip"]);
        await using var plain = new GZipStream(await response.Content.ReadAsStreamAsync(), CompressionMode.Decompress);
        (await JsonDocument.ParseAsync(plain)).RootElement.GetRawText().ShouldContain(value);
        (await api.GetAsync(Maps)).Headers.ContainsKey("Content-Encoding").ShouldBeFalse();
    }

    [Fact]
    public async Task What_cannot_be_made_is_refused()
    {
        var answer = await api.GetAsync(Maps, "text/html");
        answer.Code.ShouldBe(HttpStatusCode.NotAcceptable);
        answer.Message.ShouldBe("only the following media types are accepted: application/json, application/yaml");
        (await api.GetAsync(Maps, "text/html,*/*;q=0.8")).Code.ShouldBe(HttpStatusCode.OK);
        var sent = await api.SendAsync(HttpMethod.Post, Maps, "x", "text/plain");
        sent.Code.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        sent.Message.ShouldBe("the body of the request was in an unknown format - accepted media types include: "
            + "application/json, application/yaml, application/vnd.kubernetes.protobuf");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Too_much_is_refused(bool saysHowMuch)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Maps)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(new string(' ', (3 * 1024 * 1024) + 1))),
        };
        request.Headers.TransferEncodingChunked = !saysHowMuch;
        using var response = await api.Client.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await response.Content.ReadAsStringAsync()).ShouldContain("Request entity too large: limit is 3145728");
    }

    [Fact]
    public async Task Strange_metadata_is_spliced_well()
    {
        var name = "strange";
        await api.PostAsync(Maps, $$$$"""{"metadata":{"name":"{{{{name}}}}","annotations":{"a":"}\"{\\","b":"ü"}}}""");
        var metadata =
            (await api.GetAsync($"{Maps}/{name}", "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1")).Json
            .GetProperty("metadata");
        metadata.GetProperty("name").GetString().ShouldBe(name);
        metadata.GetProperty("annotations").GetProperty("a").GetString().ShouldBe("}\"{\\");
        metadata.GetProperty("annotations").GetProperty("b").GetString().ShouldBe("ü");
    }
}
