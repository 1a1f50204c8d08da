using System.Text.Json.Nodes;
using Orchestrator.Api.Meta;
using Orchestrator.ApiServer.Discovery;

namespace Orchestrator.ApiServer.OpenApi;

/// <summary>The paths of one document: every place where a kind or a subresource takes a verb.</summary>
internal sealed class PathSet(OpenApiForm form, SchemaSet schemas)
{
    private static readonly string[] OfCollection = ["list", "create", "deletecollection"];
    private static readonly string[] OfObject = ["get", "update", "patch", "delete"];

    private readonly SortedDictionary<string, JsonObject> _paths = new(StringComparer.Ordinal);

    /// <summary>All paths; consumes them.</summary>
    public JsonObject ToJson()
    {
        var all = new JsonObject();
        foreach (var (path, item) in _paths) all[path] = item;
        return all;
    }

    /// <summary>Adds where a kind is served.</summary>
    public void Add(Kind kind)
    {
        var type = (kind.Group, kind.Version, kind.Name);
        var root = kind.Group.Length == 0 ? $"/api/{kind.Version}" : $"/apis/{kind.Group}/{kind.Version}";
        var collection = $"{root}{(kind.IsNamespaced ? "/namespaces/{namespace}" : "")}/{kind.Plural}";
        var operations = new Operations(form, schemas, kind);
        Add(collection, type, operations, OfCollection.Intersect(kind.Verbs));
        // By the PATCH of a kind kubectl learns that the server checks fields; without one it goes looking for the
        // definition of a custom kind.
        Add($"{collection}/{{name}}", type, operations, [.. OfObject.Intersect(kind.Verbs).Union(["patch"])]);
        if (kind.IsNamespaced)
        {
            // Over all namespaces one can only look.
            Add($"{root}/{kind.Plural}", type, operations with { Place = "ForAllNamespaces" },
                kind.Verbs.Intersect(["list"]));
        }
        foreach (var sub in kind.Subresources)
        {
            Add($"{collection}/{{name}}/{sub.Name}", GroupVersion.TypeOf(kind, sub),
                operations with { Subresource = sub }, sub.Verbs);
        }
    }

    private void Add(
        string path, (string Group, string Version, string Kind) type, Operations operations, IEnumerable<string> verbs)
    {
        var item = new JsonObject();
        foreach (var verb in verbs)
        {
            if (Operations.MethodOf(verb) is { } method) item[method] = operations.Of(verb, type);
        }
        if (item.Count == 0) return;
        item["parameters"] = Parameters.OfPath(path, form, schemas.Texts);
        _paths[path] = item;
    }
}
