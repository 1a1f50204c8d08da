using System.Text.Json.Nodes;
using Orchestrator.Api.CustomResources;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Patching;

namespace Orchestrator.ApiServer.OpenApi;

/// <summary>What a verb takes and answers, for a kind or one of its subresources.</summary>
internal sealed record Operations(OpenApiForm Form, SchemaSet Schemas, Kind Kind)
{
    private const string Json = "application/json";
    private const string PlainText = "text/plain";

    private static readonly string[] Bodies = [Json, "application/yaml"];
    private static readonly string[] PatchBodies =
        [Patches.JsonType, Patches.MergeType, Patches.StrategicType, Patches.ApplyType];
    private static readonly string[] CustomPatchBodies = [Patches.JsonType, Patches.MergeType, Patches.ApplyType];

    /// <summary>The subresource; null for the kind itself.</summary>
    public Subresource? Subresource { get; init; }

    /// <summary>What the names of the operations end in, to tell one verb on several paths apart.</summary>
    public string Place { get; init; } = "";

    /// <summary>The HTTP method of a verb, or null when it has none of its own.</summary>
    public static string? MethodOf(string verb) => verb switch
    {
        "get" or "list" => "get",
        "create" => "post",
        "update" => "put",
        "patch" => "patch",
        "delete" or "deletecollection" => "delete",
        _ => null,
    };

    /// <summary>One operation on objects of a type.</summary>
    public JsonObject Of(string verb, (string Group, string Version, string Kind) type)
    {
        var operation = new JsonObject
        {
            ["description"] = Schemas.Texts.Find("verbs", verb)?.Replace("{kind}", Subject(type.Kind)),
            ["operationId"] = NameOf(verb),
            ["tags"] = new JsonArray($"{TagGroup()}_{Kind.Version}"),
            ["parameters"] = Parameters.OfQuery(verb, Form, Schemas.Texts),
        };
        if (BodyOf(verb, type) is { } body)
            Takes(operation, body, verb != "patch" ? Bodies : Kind is CustomKind ? CustomPatchBodies : PatchBodies,
                verb != "delete" && verb != "deletecollection");
        Answers(operation, verb, type);
        operation["x-kubernetes-action"] = ActionOf(verb);
        operation["x-kubernetes-group-version-kind"] =
            SchemaNames.GroupVersionKind(type.Group, type.Version, type.Kind);
        return operation;
    }

    // A subresource of the kind itself that cannot be written is a stream of text or bytes: log, exec.
    private bool IsStream => Subresource is { Kind.Length: 0 } sub
        && !sub.Verbs.Contains("update") && !sub.Verbs.Contains("patch");

    private JsonObject? BodyOf(string verb, (string Group, string Version, string Kind) type) => verb switch
    {
        _ when IsStream => null,
        "create" or "update" => Schemas.Object(type.Group, type.Version, type.Kind),
        "patch" => Schemas.Common("Patch"),
        "delete" or "deletecollection" => Schemas.Common("DeleteOptions"),
        _ => null,
    };

    private JsonObject AnswerOf(string verb, (string Group, string Version, string Kind) type) => verb switch
    {
        _ when IsStream => new() { ["type"] = "string" },
        "list" => Schemas.ListOf(Kind),
        "delete" or "deletecollection" => Schemas.Common("Status"),
        _ => Schemas.Object(type.Group, type.Version, type.Kind),
    };

    private void Takes(JsonObject operation, JsonObject body, string[] types, bool isRequired)
    {
        if (Form == OpenApiForm.V3)
        {
            operation["requestBody"] = new JsonObject
            {
                ["content"] = Content(body, types),
                ["required"] = isRequired,
            };
            return;
        }
        operation["consumes"] = Texts(types);
        operation["parameters"]!.AsArray().Insert(0, new JsonObject
        {
            ["name"] = "body",
            ["in"] = "body",
            ["required"] = isRequired,
            ["schema"] = body,
        });
    }

    private void Answers(JsonObject operation, string verb, (string Group, string Version, string Kind) type)
    {
        string[] types = IsStream ? [PlainText] : Bodies;
        var responses = new JsonObject();
        // A patch creates what is applied and not there; a PUT may, too.
        string[] codes = verb switch
        {
            "create" => ["201"],
            "update" or "patch" => ["200", "201"],
            "delete" => ["200", "202"],
            _ => ["200"],
        };
        foreach (var code in codes)
        {
            var response = new JsonObject { ["description"] = Schemas.Texts.Find("codes", code) };
            var answer = AnswerOf(verb, type);
            if (Form == OpenApiForm.V3) response["content"] = Content(answer, types);
            else response["schema"] = answer;
            responses[code] = response;
        }
        if (Form == OpenApiForm.V2) operation["produces"] = Texts(types);
        operation["responses"] = responses;
    }

    private static JsonObject Content(JsonObject schema, string[] types)
    {
        var content = new JsonObject();
        foreach (var type in types) content[type] = new JsonObject { ["schema"] = schema.DeepClone() };
        return content;
    }

    private string ActionOf(string verb) => verb switch
    {
        "create" when IsStream => "connect",
        "create" => "post",
        "update" => "put",
        _ => verb,
    };

    // readCoreV1NamespacedPodStatus, deleteAppsV1CollectionNamespacedDeployment
    private string NameOf(string verb)
    {
        var act = verb switch { "get" => "read", "update" => "replace", "deletecollection" => "delete", _ => verb };
        var many = verb == "deletecollection" ? "Collection" : "";
        var room = Kind.IsNamespaced && Place.Length == 0 ? "Namespaced" : "";
        var part = Subresource is null ? "" : SchemaNames.Capitalised(Subresource.Name);
        return $"{act}{SchemaNames.GroupTitle(Kind.Group)}{SchemaNames.Capitalised(Kind.Version)}{many}{room}{Kind.Name}"
            + $"{part}{Place}";
    }

    private string TagGroup()
    {
        var title = SchemaNames.GroupTitle(Kind.Group);
        return string.Concat(char.ToLowerInvariant(title[0]), title[1..]);
    }

    private string Subject(string type) => Subresource is null ? type : $"{Subresource.Name} of a {Kind.Name}";

    private static JsonArray Texts(string[] values) => new([.. values.Select(value => (JsonNode)value)]);
}
