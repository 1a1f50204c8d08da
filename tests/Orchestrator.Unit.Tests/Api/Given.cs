using System.Text;
using System.Text.Json.Nodes;
using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Unit.Tests.OfApi;

/// <summary>
/// Objects of the API from JSON, each a good one with some edits: <c>spec.containers[0].image=""</c>.
/// </summary>
internal static class Given
{
    private const string PodJson = """
        {"metadata":{"name":"web-0","namespace":"default","uid":"u1"},
         "spec":{"containers":[{"name":"main","image":"nginx:1.27"}]}}
        """;

    private const string TemplateJson = """
        {"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"main","image":"nginx:1.27"}]}}
        """;

    private const string SetJson = $$$"""
        {"metadata":{"name":"web","namespace":"default","uid":"u1"},
         "spec":{"selector":{"matchLabels":{"app":"web"}},"template":{{{TemplateJson}}}}}
        """;

    private static Kind PodKind => Orchestrator.Api.Core.V1.Pod.Kind;

    public static DateTimeOffset Now { get; } = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    /// <summary>A pod as written by the user, no default applied.</summary>
    public static Pod RawPod(params IReadOnlyList<string> edits) => Read<Pod>(PodKind, PodJson, edits);

    /// <summary>A pod as stored: defaulted and admitted.</summary>
    public static Pod Pod(params IReadOnlyList<string> edits) =>
        (Pod)PodKind.PreparedForCreate(PodKind.Defaulted(RawPod(edits)));

    public static Deployment Deployment(params IReadOnlyList<string> edits) =>
        Defaulted<Deployment>(Orchestrator.Api.Apps.V1.Deployment.Kind, SetJson, edits);

    public static ReplicaSet ReplicaSet(params IReadOnlyList<string> edits) =>
        Defaulted<ReplicaSet>(Orchestrator.Api.Apps.V1.ReplicaSet.Kind, SetJson, edits);

    /// <summary>An object of any kind named <c>x</c>, defaulted.</summary>
    public static T Of<T>(Kind kind, params IReadOnlyList<string> edits) where T : ApiObject
    {
        var json = kind.IsNamespaced
            ? """{"metadata":{"name":"x","namespace":"default"}}"""
            : """{"metadata":{"name":"x"}}""";
        return Defaulted<T>(kind, json, edits);
    }

    public static string Json(ApiObject obj) => Encoding.UTF8.GetString(ApiJson.Write(obj));

    /// <summary>The JSON at a path of the written object, "" when it is not written.</summary>
    public static string At(ApiObject obj, string path)
    {
        JsonNode? node = JsonNode.Parse(ApiJson.Write(obj));
        foreach (var step in Steps(path))
        {
            node = step is int index
                ? node is JsonArray array && index < array.Count ? array[index] : null
                : (node as JsonObject)?[(string)step];
        }
        return node?.ToJsonString() ?? "";
    }

    /// <summary>All errors of an object, each on a line.</summary>
    public static string Errors(ApiObject obj, ApiObject? old = null) =>
        string.Join("\n", KindRegistry.Of(obj).Check(obj, old));

    private static T Defaulted<T>(Kind kind, string json, IReadOnlyList<string> edits) where T : ApiObject =>
        (T)kind.Defaulted(Read<T>(kind, json, edits));

    private static T Read<T>(Kind kind, string json, IReadOnlyList<string> edits) where T : ApiObject
    {
        var root = JsonNode.Parse(json)!;
        foreach (var edit in edits)
        {
            var equals = edit.IndexOf('=');
            Set(root, [.. Steps(edit[..equals])], JsonNode.Parse(edit[(equals + 1)..]));
        }
        return (T)ApiJson.Read(kind, Encoding.UTF8.GetBytes(root.ToJsonString()));
    }

    private static IEnumerable<object> Steps(string path)
    {
        foreach (var part in path.Split('.'))
        {
            var bracket = part.IndexOf('[');
            yield return bracket < 0 ? part : part[..bracket];
            while (bracket >= 0)
            {
                var close = part.IndexOf(']', bracket);
                yield return int.Parse(part[(bracket + 1)..close]);
                bracket = part.IndexOf('[', close);
            }
        }
    }

    private static void Set(JsonNode root, object[] steps, JsonNode? value)
    {
        var node = root;
        for (var i = 0; i < steps.Length; i++)
        {
            var isLast = i == steps.Length - 1;
            var next = isLast ? value : steps[i + 1] is int ? new JsonArray() : new JsonObject();
            if (steps[i] is int index)
            {
                var array = (JsonArray)node;
                while (array.Count <= index) array.Add((JsonNode?)null);
                if (isLast || array[index] is null) array[index] = next;
                node = array[index];
            }
            else
            {
                var obj = (JsonObject)node;
                if (isLast || obj[(string)steps[i]] is null) obj[(string)steps[i]] = next;
                node = obj[(string)steps[i]];
            }
            if (node is null) return;
        }
    }
}
