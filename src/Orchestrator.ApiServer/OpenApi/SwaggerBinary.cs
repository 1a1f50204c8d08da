using System.Text.Json.Nodes;

namespace Orchestrator.ApiServer.OpenApi;

/// <summary>
/// Turns a v2 document into its binary form, the messages of <c>openapi.v2</c>. The numbers are those of its fields;
/// a choice of several messages is a message around the chosen one.
/// </summary>
internal static class SwaggerBinary
{
    private static readonly Dictionary<string, int> Methods = new()
    {
        ["get"] = 2,
        ["put"] = 3,
        ["post"] = 4,
        ["delete"] = 5,
        ["patch"] = 8,
    };

    /// <summary>The document in binary.</summary>
    public static byte[] Of(JsonObject document)
    {
        var message = new BinaryMessage();
        message.Text(1, Text(document, "swagger"));
        message.Message(2, About((JsonObject)document["info"]!));
        message.Message(8, Named(2, document["paths"], PathItem));
        message.Message(9, Named(1, document["definitions"], Schema));
        return message.Bytes.ToArray();
    }

    private static BinaryMessage About(JsonObject about)
    {
        var message = new BinaryMessage();
        message.Text(1, Text(about, "title"));
        message.Text(2, Text(about, "version"));
        return message;
    }

    private static BinaryMessage PathItem(JsonObject item)
    {
        var message = new BinaryMessage();
        foreach (var (name, value) in item)
        {
            if (Methods.TryGetValue(name, out var field)) message.Message(field, Operation((JsonObject)value!));
        }
        foreach (var parameter in Items(item, "parameters")) message.Message(9, Parameter((JsonObject)parameter!));
        return message;
    }

    private static BinaryMessage Operation(JsonObject operation)
    {
        var message = new BinaryMessage();
        Texts(message, 1, operation, "tags");
        message.Text(3, Text(operation, "description"));
        message.Text(5, Text(operation, "operationId"));
        Texts(message, 6, operation, "produces");
        Texts(message, 7, operation, "consumes");
        foreach (var parameter in Items(operation, "parameters")) message.Message(8, Parameter((JsonObject)parameter!));
        message.Message(9, Named(1, operation["responses"], response => Chosen(1, Response(response))));
        Extensions(message, 13, operation);
        return message;
    }

    // ParametersItem → Parameter → body, or Parameter → non-body → query or path.
    private static BinaryMessage Parameter(JsonObject parameter)
    {
        var place = Text(parameter, "in");
        if (place == "body") return Chosen(1, Chosen(1, BodyParameter(parameter)));
        var isQuery = place == "query";
        return Chosen(1, Chosen(2, Chosen(isQuery ? 3 : 4, PlainParameter(parameter, isQuery ? 6 : 5))));
    }

    private static BinaryMessage BodyParameter(JsonObject parameter)
    {
        var message = new BinaryMessage();
        message.Text(1, Text(parameter, "description"));
        message.Text(2, Text(parameter, "name"));
        message.Text(3, Text(parameter, "in"));
        message.Flag(4, Flag(parameter, "required"));
        message.Message(5, Schema((JsonObject)parameter["schema"]!));
        return message;
    }

    private static BinaryMessage PlainParameter(JsonObject parameter, int typeField)
    {
        var message = new BinaryMessage();
        message.Flag(1, Flag(parameter, "required"));
        message.Text(2, Text(parameter, "in"));
        message.Text(3, Text(parameter, "description"));
        message.Text(4, Text(parameter, "name"));
        message.Text(typeField, Text(parameter, "type"));
        return message;
    }

    private static BinaryMessage Response(JsonObject response)
    {
        var message = new BinaryMessage();
        message.Text(1, Text(response, "description"));
        if (response["schema"] is JsonObject schema) message.Message(2, Chosen(1, Schema(schema)));
        return message;
    }

    private static BinaryMessage Schema(JsonObject schema)
    {
        var message = new BinaryMessage();
        message.Text(1, Text(schema, "$ref"));
        message.Text(2, Text(schema, "format"));
        message.Text(4, Text(schema, "description"));
        Texts(message, 19, schema, "required");
        foreach (var value in Items(schema, "enum")) message.Message(20, Yaml(value!));
        if (schema["additionalProperties"] is JsonObject values) message.Message(21, Chosen(1, Schema(values)));
        if (Text(schema, "type") is { } type)
        {
            var types = new BinaryMessage();
            types.Text(1, type);
            message.Message(22, types);
        }
        if (schema["items"] is JsonObject items) message.Message(23, Chosen(1, Schema(items)));
        if (schema["properties"] is { } properties) message.Message(25, Named(1, properties, Schema));
        Extensions(message, 31, schema);
        return message;
    }

    // Values of any type are texts of YAML, which JSON is.
    private static BinaryMessage Yaml(JsonNode value)
    {
        var any = new BinaryMessage();
        any.Text(2, value.ToJsonString());
        return any;
    }

    private static void Extensions(BinaryMessage message, int field, JsonObject node)
    {
        foreach (var (name, value) in node)
        {
            if (!name.StartsWith("x-", StringComparison.Ordinal)) continue;
            var named = new BinaryMessage();
            named.Text(1, name);
            named.Message(2, Yaml(value!));
            message.Message(field, named);
        }
    }

    private static BinaryMessage Named(int field, JsonNode? map, Func<JsonObject, BinaryMessage> write)
    {
        var message = new BinaryMessage();
        foreach (var (name, value) in (JsonObject)map!)
        {
            var named = new BinaryMessage();
            named.Text(1, name);
            named.Message(2, write((JsonObject)value!));
            message.Message(field, named);
        }
        return message;
    }

    private static BinaryMessage Chosen(int field, BinaryMessage one)
    {
        var message = new BinaryMessage();
        message.Message(field, one);
        return message;
    }

    private static void Texts(BinaryMessage message, int field, JsonObject node, string name)
    {
        foreach (var item in Items(node, name)) message.Text(field, item!.GetValue<string>());
    }

    private static JsonArray Items(JsonObject node, string name) => node[name] as JsonArray ?? [];

    private static string? Text(JsonObject node, string name) => node[name]?.GetValue<string>();

    private static bool Flag(JsonObject node, string name) => node[name]?.GetValue<bool>() ?? false;
}
