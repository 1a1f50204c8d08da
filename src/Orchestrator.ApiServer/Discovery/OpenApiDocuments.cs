using System.Text.Json;
using Orchestrator.Api.Meta;

namespace Orchestrator.ApiServer.Discovery;

/// <summary>
/// The least of OpenAPI that clients need: a PATCH of every kind that takes <c>fieldValidation</c>. It tells kubectl
/// that the server checks fields itself, so that no schema has to be sent.
/// </summary>
internal static class OpenApiDocuments
{
    /// <summary>The media type of the binary v2 document.</summary>
    public const string V2ProtobufType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    /// <summary>
    /// The v2 document in its binary form: swagger "2.0", a title, a version and no paths. Old clients then know no
    /// kind and leave checking to the server.
    /// </summary>
    public static ReadOnlySpan<byte> V2Protobuf =>
        [0x0a, 0x03, (byte)'2', (byte)'.', (byte)'0', 0x12, 0x06, 0x0a, 0x01, (byte)'x', 0x12, 0x01, (byte)'1',
            0x42, 0x00];

    /// <summary>The v2 document as JSON.</summary>
    public static byte[] V2Json(string gitVersion) => DiscoveryDocuments.Build(json =>
    {
        json.WriteString("swagger", "2.0");
        Info(json, gitVersion);
        json.WriteStartObject("paths");
        foreach (var kind in KindRegistry.All) Path(json, kind, isV3: false);
        json.WriteEndObject();
        json.WriteStartObject("definitions");
        json.WriteEndObject();
    });

    /// <summary>The v3 document of one group-version.</summary>
    public static byte[] V3(GroupVersion version, string gitVersion) => DiscoveryDocuments.Build(json =>
    {
        json.WriteString("openapi", "3.0.0");
        Info(json, gitVersion);
        json.WriteStartObject("paths");
        foreach (var kind in version.Kinds) Path(json, kind, isV3: true);
        json.WriteEndObject();
        json.WriteStartObject("components");
        json.WriteStartObject("schemas");
        json.WriteEndObject();
        json.WriteEndObject();
    });

    /// <summary>
    /// The index of the v3 documents; the links carry hashes, so that clients may keep what they point to.
    /// </summary>
    public static byte[] V3Index(IEnumerable<(string Path, string Hash)> documents) => DiscoveryDocuments.Build(json =>
    {
        json.WriteStartObject("paths");
        foreach (var (path, hash) in documents)
        {
            json.WriteStartObject(path);
            json.WriteString("serverRelativeURL", $"/openapi/v3/{path}?hash={hash}");
            json.WriteEndObject();
        }
        json.WriteEndObject();
    });

    private static void Info(Utf8JsonWriter json, string gitVersion)
    {
        json.WriteStartObject("info");
        json.WriteString("title", "Kubernetes");
        json.WriteString("version", gitVersion);
        json.WriteEndObject();
    }

    private static void Path(Utf8JsonWriter json, Kind kind, bool isV3)
    {
        var root = kind.Group.Length == 0 ? $"/api/{kind.Version}" : $"/apis/{kind.Group}/{kind.Version}";
        json.WriteStartObject($"{root}{(kind.IsNamespaced ? "/namespaces/{namespace}" : "")}/{kind.Plural}/{{name}}");
        json.WriteStartObject("patch");
        json.WriteStartArray("parameters");
        json.WriteStartObject();
        json.WriteString("name", "fieldValidation");
        json.WriteString("in", "query");
        if (isV3)
        {
            json.WriteStartObject("schema");
            json.WriteString("type", "string");
            json.WriteEndObject();
        }
        else json.WriteString("type", "string");
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("responses");
        json.WriteEndObject();
        json.WriteString("x-kubernetes-action", "patch");
        json.WriteStartObject("x-kubernetes-group-version-kind");
        json.WriteString("group", kind.Group);
        json.WriteString("version", kind.Version);
        json.WriteString("kind", kind.Name);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
