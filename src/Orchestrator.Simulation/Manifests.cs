using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Api.Decoding;
using Orchestrator.Api.Meta;

namespace Orchestrator.Simulations;

/// <summary>Reads the objects of a manifest: YAML or JSON, of several documents, lists among them.</summary>
public static class Manifests
{
    /// <summary>The objects in their order; those that say no namespace go to <c>default</c>.</summary>
    /// <exception cref="ApiException">A document cannot be read, or is of a kind that is not served.</exception>
    public static IReadOnlyList<ApiObject> Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var objects = new List<ApiObject>();
        foreach (var document in Documents(text))
        {
            if (JsonTrees.Parse(Yaml.ToJson(Encoding.UTF8.GetBytes(document))) is not JsonObject tree) continue;
            if (tree["items"] is JsonArray items) objects.AddRange(items.OfType<JsonObject>().Select(Decode));
            else objects.Add(Decode(tree));
        }
        return objects;
    }

    // A line of three dashes ends a document, as everywhere.
    private static IEnumerable<string> Documents(string text)
    {
        var document = new StringBuilder();
        foreach (var line in text.Split('\n'))
        {
            if (line.TrimEnd() == "---" || line.StartsWith("--- ", StringComparison.Ordinal))
            {
                yield return document.ToString();
                document.Clear();
            }
            else
            {
                document.Append(line).Append('\n');
            }
        }
        yield return document.ToString();
    }

    private static ApiObject Decode(JsonObject tree)
    {
        var (apiVersion, name) = (Text(tree, "apiVersion"), Text(tree, "kind"));
        var slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        var kind = KindRegistry.FindByName(slash < 0 ? "" : apiVersion[..slash], name)
            ?? throw ApiException.BadRequest($"no kind \"{name}\" is served in \"{apiVersion}\"");
        var decoded = ObjectDecoder.Decode(kind, JsonTrees.ToBytes(tree), FieldValidation.Strict).Object;
        return !kind.IsNamespaced || decoded.Metadata.Namespace is { Length: > 0 }
            ? decoded
            : decoded with { Metadata = decoded.Metadata with { Namespace = "default" } };
    }

    private static string Text(JsonObject tree, string field) =>
        tree[field] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : "";
}
