using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using Orchestrator.Api.Meta;
using Orchestrator.ApiServer.OpenApi;
using Orchestrator.ApiServer.Tests.Running;

namespace Orchestrator.ApiServer.Tests;

/// <summary>The schemas and paths that clients explain, check and merge by.</summary>
public sealed class OpenApiTests(ApiProcess api) : IClassFixture<ApiProcess>
{
    private const string BinaryAccept = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";
    private const string Core = "io.k8s.api.core.v1.";
    private const string Meta = "io.k8s.apimachinery.pkg.apis.meta.v1.";

    // A schema and a path into it → its JSON, without descriptions.
    [Theory]
    [InlineData(Core + "PodSpec", "required", """["containers"]""")]
    [InlineData(Core + "Container", "required", """["name"]""")]
    [InlineData(Core + "Container", "properties/stdin", """{"type":"boolean"}""")]
    [InlineData(Core + "Container", "properties/command",
        """{"type":"array","items":{"type":"string"},"x-kubernetes-list-type":"atomic"}""")]
    [InlineData(Core + "ContainerPort", "required", """["containerPort"]""")]
    [InlineData(Core + "ContainerPort", "properties/containerPort", """{"type":"integer","format":"int32"}""")]
    [InlineData(Core + "Container", "properties/ports",
        """
        {"type":"array","items":{"$ref":"#/definitions/io.k8s.api.core.v1.ContainerPort"},"x-kubernetes-list-type":"map",
        "x-kubernetes-list-map-keys":["containerPort","protocol"],"x-kubernetes-patch-merge-key":"containerPort",
        "x-kubernetes-patch-strategy":"merge"}
        """)]
    [InlineData(Core + "PodSpec", "properties/volumes/x-kubernetes-patch-strategy", "\"merge,retainKeys\"")]
    [InlineData(Core + "PodSpec", "properties/nodeSelector",
        """{"type":"object","additionalProperties":{"type":"string"},"x-kubernetes-map-type":"atomic"}""")]
    [InlineData(Core + "PodSpec", "properties/terminationGracePeriodSeconds",
        """{"type":"integer","format":"int64"}""")]
    [InlineData(Core + "PodSpec", "properties/securityContext",
        """{"$ref":"#/definitions/io.k8s.api.core.v1.PodSecurityContext"}""")]
    [InlineData(Core + "EphemeralContainer", "properties/env/x-kubernetes-patch-merge-key", "\"name\"")]
    [InlineData(Core + "PodSpec", "properties/restartPolicy",
        """{"type":"string","enum":["Always","Never","OnFailure"]}""")]
    [InlineData(Core + "EphemeralContainer", "properties/imagePullPolicy/enum",
        """["Always","IfNotPresent","Never"]""")]
    [InlineData(Core + "ServiceSpec", "properties/type/enum",
        """["ClusterIP","ExternalName","LoadBalancer","NodePort"]""")]
    [InlineData(Core + "ContainerPort", "properties/protocol/enum", """["SCTP","TCP","UDP"]""")]
    [InlineData(Core + "HostPathVolumeSource", "properties/type/enum/0", "\"\"")]
    [InlineData("io.k8s.api.networking.v1.NetworkPolicySpec", "properties/policyTypes",
        """
        {"type":"array","items":{"type":"string","enum":["Egress","Ingress"]},"x-kubernetes-list-type":"atomic"}
        """)]
    [InlineData(Core + "Secret", "properties/data",
        """{"type":"object","additionalProperties":{"type":"string","format":"byte"}}""")]
    [InlineData(Core + "Pod", "properties/apiVersion", """{"type":"string"}""")]
    [InlineData(Core + "Pod", "x-kubernetes-group-version-kind", """[{"group":"","version":"v1","kind":"Pod"}]""")]
    [InlineData(Core + "PodList", "required", """["items"]""")]
    [InlineData(Core + "Event", "required", """["involvedObject","metadata"]""")]
    [InlineData("io.k8s.api.apps.v1.Deployment", "x-kubernetes-group-version-kind/0/group", "\"apps\"")]
    [InlineData("io.k8s.api.apps.v1.DeploymentSpec", "required", """["selector","template"]""")]
    [InlineData("io.k8s.api.apps.v1.DeploymentSpec", "properties/strategy/x-kubernetes-patch-strategy",
        "\"retainKeys\"")]
    [InlineData("io.k8s.api.apps.v1.RollingUpdateDeployment", "properties/maxSurge",
        """{"$ref":"#/definitions/io.k8s.apimachinery.pkg.util.intstr.IntOrString"}""")]
    [InlineData("io.k8s.api.coordination.v1.LeaseSpec", "properties/renewTime",
        """{"$ref":"#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime"}""")]
    [InlineData("io.k8s.apimachinery.pkg.util.intstr.IntOrString", "",
        """{"type":"string","format":"int-or-string"}""")]
    [InlineData("io.k8s.apimachinery.pkg.api.resource.Quantity", "", """{"type":"string"}""")]
    [InlineData(Meta + "Time", "", """{"type":"string","format":"date-time"}""")]
    [InlineData(Meta + "LabelSelector", "x-kubernetes-map-type", "\"atomic\"")]
    [InlineData(Meta + "ObjectMeta", "properties/finalizers",
        """
        {"type":"array","items":{"type":"string"},"x-kubernetes-list-type":"set","x-kubernetes-patch-strategy":"merge"}
        """)]
    public async Task A_schema_says_what_the_decoder_takes(string schema, string path, string expected)
    {
        var found = (await V2Async()).GetProperty("definitions").GetProperty(schema);
        foreach (var step in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
            found = int.TryParse(step, out var index) ? found[index] : found.GetProperty(step);
        Undescribed(found).ShouldBe(Undescribed(JsonDocument.Parse(expected).RootElement));
    }

    [Fact]
    public async Task References_of_v3_are_wrapped_and_values_of_two_types_say_both()
    {
        var schemas = (await V3Async("apis/apps/v1")).GetProperty("components").GetProperty("schemas");
        var spec = schemas.GetProperty("io.k8s.api.apps.v1.DeploymentSpec").GetProperty("properties");
        Undescribed(spec.GetProperty("template")).ShouldBe(
            """{"allOf":[{"$ref":"#/components/schemas/io.k8s.api.core.v1.PodTemplateSpec"}]}""");
        Undescribed(schemas.GetProperty("io.k8s.apimachinery.pkg.util.intstr.IntOrString")).ShouldBe(
            """{"format":"int-or-string","oneOf":[{"type":"integer"},{"type":"string"}]}""");
    }

    [Fact]
    public async Task Every_reference_leads_somewhere()
    {
        var documents = new List<JsonElement> { await V2Async() };
        foreach (var version in await VersionsAsync()) documents.Add(await V3Async(version));
        documents.Count.ShouldBeGreaterThan(4);
        foreach (var document in documents)
        {
            foreach (var pointer in References(document).Distinct())
            {
                var found = document;
                foreach (var step in pointer.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
                    found.TryGetProperty(step, out found).ShouldBeTrue(pointer);
            }
        }
    }

    [Fact]
    public async Task Every_kind_is_found_by_its_paths_and_each_operation_has_its_own_name()
    {
        var document = await V2Async();
        var paths = document.GetProperty("paths");
        foreach (var kind in KindRegistry.All)
        {
            var root = kind.Group.Length == 0 ? "/api/v1" : $"/apis/{kind.ApiVersion}";
            var collection = $"{root}{(kind.IsNamespaced ? "/namespaces/{namespace}" : "")}/{kind.Plural}";
            var list = paths.GetProperty(collection).GetProperty("get");
            list.GetProperty("x-kubernetes-group-version-kind").GetProperty("kind").GetString().ShouldBe(kind.Name);
            list.GetProperty("x-kubernetes-action").GetString().ShouldBe("list");
            foreach (var sub in kind.Subresources) paths.TryGetProperty($"{collection}/{{name}}/{sub.Name}", out _)
                .ShouldBeTrue(sub.Name);
        }
        var names = paths.EnumerateObject().SelectMany(path => path.Value.EnumerateObject())
            .Where(method => method.Value.ValueKind == JsonValueKind.Object)
            .Select(method => method.Value.GetProperty("operationId").GetString()!).ToList();
        names.ShouldBeUnique();
        names.ShouldContain("replaceAppsV1NamespacedDeploymentScale");
    }

    [Theory]
    [InlineData("api/v1", "/api/v1/namespaces/{namespace}/pods/{name}", "Pod")]
    [InlineData("apis/apps/v1", "/apis/apps/v1/namespaces/{namespace}/deployments/{name}", "Deployment")]
    public async Task A_patch_says_what_kubectl_looks_for(string version, string path, string kind)
    {
        var patch = (await V3Async(version)).GetProperty("paths").GetProperty(path).GetProperty("patch");
        patch.GetProperty("x-kubernetes-group-version-kind").GetProperty("kind").GetString().ShouldBe(kind);
        var names = patch.GetProperty("parameters").EnumerateArray().Select(one => one.GetProperty("name").GetString());
        names.ShouldContain("fieldValidation");
        names.ShouldContain("dryRun");
        patch.GetProperty("requestBody").GetProperty("content")
            .TryGetProperty("application/strategic-merge-patch+json", out _).ShouldBeTrue();
    }

    [Fact]
    public async Task Every_field_of_every_kind_is_described()
    {
        var definitions = (await V2Async()).GetProperty("definitions");
        string[] kinds = [.. KindRegistry.All.Select(kind => SchemaNames.Of(kind.Type))];
        var missing = new List<string>();
        var open = new Queue<string>(kinds);
        var seen = new HashSet<string>(kinds);
        while (open.TryDequeue(out var name))
        {
            var schema = definitions.GetProperty(name);
            if (!schema.TryGetProperty("description", out _)) missing.Add(name);
            if (schema.TryGetProperty("properties", out var properties)) missing.AddRange(
                properties.EnumerateObject().Where(field => !field.Value.TryGetProperty("description", out _))
                    .Select(field => $"{name}.{field.Name}"));
            foreach (var next in References(schema).Select(pointer => pointer["#/definitions/".Length..]))
                if (seen.Add(next)) open.Enqueue(next);
        }
        seen.Count.ShouldBeGreaterThan(150);
        missing.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_texts_speak_of_records_and_fields_that_exist()
    {
        var known = (await V2Async()).GetProperty("definitions").EnumerateObject()
            .SelectMany(schema => NamesOf(schema.Name).SelectMany(name => FieldsOf(schema.Value)
                .Select(field => $"{name}.{field}").Append(name))).ToHashSet();
        var wrong = new List<string>();
        var assembly = typeof(KubernetesApi).Assembly;
        foreach (var file in assembly.GetManifestResourceNames().Where(name => name.StartsWith("openapi-fields/")))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(file)!);
            var section = "";
            while (await reader.ReadLineAsync() is { } line)
            {
                if (line.Length == 0 || line[0] == '#') continue;
                var name = line[..line.IndexOf(':')].Trim().TrimEnd('!', '?');
                if (line[0] != ' ') section = name;
                if (section is "*" or "parameters" or "verbs" or "codes") continue;
                var spoken = line[0] == ' ' ? $"{section}.{name}" : section;
                if (!known.Contains(spoken)) wrong.Add($"{file}: {spoken}");
            }
        }
        known.Count.ShouldBeGreaterThan(1000);
        wrong.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_binary_v2_holds_what_the_JSON_holds()
    {
        var definitions = (await V2Async()).GetProperty("definitions");
        var answer = await api.Client.SendAsync(Asking("/openapi/v2", BinaryAccept));
        answer.Content.Headers.ContentType!.ToString()
            .ShouldBe("application/com.github.proto-openapi.spec.v2.v1.0+protobuf");
        var document = Wire.Read(await answer.Content.ReadAsByteArrayAsync());
        document.Text(1).ShouldBe("2.0");
        var schemas = document.One(9).Many(1).ToDictionary(named => named.Text(1), named => named.One(2));
        schemas.Keys.ShouldBe(definitions.EnumerateObject().Select(schema => schema.Name));
        var pod = schemas[Core + "Pod"];
        pod.One(22).Text(1).ShouldBe("object");
        var type = pod.Many(31).Single(extension => extension.Text(1) == "x-kubernetes-group-version-kind");
        JsonDocument.Parse(type.One(2).Text(2)).RootElement[0].GetProperty("kind").GetString().ShouldBe("Pod");
        var containers = schemas[Core + "PodSpec"].One(25).Many(1)
            .Single(named => named.Text(1) == "containers").One(2);
        containers.One(23).One(1).Text(1).ShouldBe($"#/definitions/{Core}Container");
        var patch = document.One(8).Many(2)
            .Single(path => path.Text(1) == "/api/v1/namespaces/{namespace}/pods/{name}").One(2).One(8);
        // item → parameter → not in the body → in the query
        patch.Many(8).Select(item => item.One(1)).Where(item => item.Has(2)).Select(item => item.One(2).One(3).Text(4))
            .ShouldContain("dryRun");
    }

    [Fact]
    public async Task A_document_is_kept_by_its_link_and_comes_compressed_to_those_who_can_read_it()
    {
        var url = await LinkAsync("api/v1");
        url.ShouldBe(await LinkAsync("api/v1"));
        var plain = await api.GetAsync(url);
        plain.Headers["Cache-Control"].ShouldContain("public");
        plain.Headers.ContainsKey("Content-Encoding").ShouldBeFalse();
        (await api.GetAsync("/openapi/v3/api/v1")).Headers["Cache-Control"].ShouldNotContain("public");

        var asking = Asking(url, "application/json");
        asking.Headers.Add("Accept-Encoding", "gzip");
        var compressed = await api.Client.SendAsync(asking);
        compressed.Content.Headers.ContentEncoding.ShouldBe(["gzip"]);
        using var opened = new StreamReader(
            new GZipStream(await compressed.Content.ReadAsStreamAsync(), CompressionMode.Decompress));
        (await opened.ReadToEndAsync()).ShouldBe(plain.Text);

        var again = Asking(url, "application/json");
        again.Headers.Add("If-None-Match", plain.Headers["ETag"]);
        (await api.Client.SendAsync(again)).StatusCode.ShouldBe(HttpStatusCode.NotModified);
        (await api.GetAsync("/openapi/v3/apis/nowhere/v1")).Code.ShouldBe(HttpStatusCode.NotFound);
    }

    private async Task<JsonElement> V2Async() => (await api.GetAsync("/openapi/v2", "application/json")).Json;

    private async Task<JsonElement> V3Async(string version) => (await api.GetAsync($"/openapi/v3/{version}")).Json;

    private async Task<IReadOnlyList<string>> VersionsAsync() =>
        [.. (await api.GetAsync("/openapi/v3")).Json.GetProperty("paths").EnumerateObject().Select(path => path.Name)];

    private async Task<string> LinkAsync(string version) => (await api.GetAsync("/openapi/v3")).Json
        .GetProperty("paths").GetProperty(version).GetProperty("serverRelativeURL").GetString()!;

    private static HttpRequestMessage Asking(string path, string accept)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        return request;
    }

    // Pod and core.v1.Pod; the texts call the time by the type that it is kept in.
    private static IEnumerable<string> NamesOf(string schema)
    {
        var parts = schema.Split('.');
        yield return parts[^1] == "Time" ? "DateTimeOffset" : parts[^1];
        yield return string.Join('.', parts[^3..]);
    }

    private static IEnumerable<string> FieldsOf(JsonElement schema) =>
        schema.TryGetProperty("properties", out var properties)
            ? properties.EnumerateObject().Select(field => field.Name)
            : [];

    private static IEnumerable<string> References(JsonElement node) => node.ValueKind switch
    {
        JsonValueKind.Object => node.EnumerateObject().SelectMany(field =>
            field is { Name: "$ref", Value.ValueKind: JsonValueKind.String }
                ? [field.Value.GetString()!] : References(field.Value)),
        JsonValueKind.Array => node.EnumerateArray().SelectMany(References),
        _ => [],
    };

    private static string Undescribed(JsonElement node) => node.ValueKind switch
    {
        JsonValueKind.Object => $"{{{string.Join(',', node.EnumerateObject()
            .Where(field => field.Name != "description" || field.Value.ValueKind != JsonValueKind.String)
            .Select(field => $"\"{field.Name}\":{Undescribed(field.Value)}"))}}}",
        JsonValueKind.Array => $"[{string.Join(',', node.EnumerateArray().Select(Undescribed))}]",
        _ => node.GetRawText(),
    };

    /// <summary>One message of Protocol Buffers, read without knowing what it is.</summary>
    private sealed class Wire
    {
        private readonly ILookup<int, byte[]> _fields;

        private Wire(List<(int Number, byte[] Content)> fields) =>
            _fields = fields.ToLookup(field => field.Number, field => field.Content);

        public static Wire Read(ReadOnlySpan<byte> bytes)
        {
            var fields = new List<(int, byte[])>();
            while (!bytes.IsEmpty)
            {
                var tag = Number(ref bytes);
                var value = Number(ref bytes);
                if ((tag & 7) == 0) continue;
                (tag & 7).ShouldBe(2);
                fields.Add((tag >> 3, bytes[..value].ToArray()));
                bytes = bytes[value..];
            }
            return new Wire(fields);
        }

        public bool Has(int field) => _fields.Contains(field);

        public string Text(int field) => Encoding.UTF8.GetString(_fields[field].Single());

        public Wire One(int field) => Read(_fields[field].Single());

        public IEnumerable<Wire> Many(int field) => _fields[field].Select(content => Read(content));

        private static int Number(ref ReadOnlySpan<byte> bytes)
        {
            var (value, shift) = (0, 0);
            while ((bytes[0] & 0x80) != 0)
            {
                value |= (bytes[0] & 0x7f) << shift;
                shift += 7;
                bytes = bytes[1..];
            }
            value |= bytes[0] << shift;
            bytes = bytes[1..];
            return value;
        }
    }
}
