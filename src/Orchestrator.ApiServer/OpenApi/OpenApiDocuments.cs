using System.Text.Json.Nodes;
using Orchestrator.Api.CustomResources;
using Orchestrator.Api.Decoding;
using Orchestrator.Api.Meta;
using Orchestrator.ApiServer.Discovery;

namespace Orchestrator.ApiServer.OpenApi;

/// <summary>
/// The schemas and paths of everything that is served, made from the declarations of the kinds: clients explain fields,
/// check manifests and merge by them.
/// </summary>
internal static class OpenApiDocuments
{
    /// <summary>The media type of the binary v2 document.</summary>
    public const string V2BinaryType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    /// <summary>The v2 document as JSON.</summary>
    public static byte[] V2(IEnumerable<Kind> kinds, string gitVersion) =>
        JsonTrees.ToBytes(V2Tree(kinds, gitVersion));

    /// <summary>The v2 document in the binary form, the only one that kubectl reads.</summary>
    public static byte[] V2Binary(IEnumerable<Kind> kinds, string gitVersion) =>
        SwaggerBinary.Of(V2Tree(kinds, gitVersion));

    /// <summary>The v3 document of one group-version.</summary>
    public static byte[] V3(GroupVersion version, string gitVersion)
    {
        var (paths, schemas) = Parts(OpenApiForm.V3, version.Kinds);
        return JsonTrees.ToBytes(new JsonObject
        {
            ["openapi"] = "3.0.0",
            ["info"] = About(gitVersion),
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = schemas },
        });
    }

    /// <summary>
    /// The index of the v3 documents; the links carry hashes, so that clients may keep what they point to.
    /// </summary>
    public static byte[] V3Index(IEnumerable<(string Path, string Hash)> pages)
    {
        var links = new JsonObject();
        foreach (var (path, hash) in pages)
        {
            links[path] = new JsonObject { ["serverRelativeURL"] = $"/openapi/v3/{path}?hash={hash}" };
        }
        return JsonTrees.ToBytes(new JsonObject { ["paths"] = links });
    }

    private static JsonObject V2Tree(IEnumerable<Kind> kinds, string gitVersion)
    {
        var (paths, schemas) = Parts(OpenApiForm.V2, [.. kinds]);
        return new JsonObject
        {
            ["swagger"] = "2.0",
            ["info"] = About(gitVersion),
            ["paths"] = paths,
            ["definitions"] = schemas,
        };
    }

    private static (JsonObject Paths, JsonObject Schemas) Parts(OpenApiForm form, IReadOnlyList<Kind> kinds)
    {
        var schemas = new SchemaSet(form, FieldTexts.Read(), kinds.OfType<CustomKind>());
        var paths = new PathSet(form, schemas);
        foreach (var kind in kinds) paths.Add(kind);
        return (paths.ToJson(), schemas.ToJson());
    }

    private static JsonObject About(string gitVersion) => new() { ["title"] = "Kubernetes", ["version"] = gitVersion };
}
