using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Orchestrator.Api.CustomResources;
using Orchestrator.Api.Decoding;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Patching;

namespace Orchestrator.ApiServer.OpenApi;

/// <summary>
/// The schemas of one document: who refers to a record adds it, with all that it holds. A schema says what the decoder
/// takes and how patches merge, for it is made from the same <see cref="Shape"/>.
/// </summary>
internal sealed class SchemaSet(OpenApiForm form, FieldTexts texts, IEnumerable<CustomKind> customs)
{
    private readonly Dictionary<(string Group, string Version, string Kind), CustomKind> _customs =
        customs.ToDictionary(kind => (kind.Group, kind.Version, kind.Name));
    private readonly SortedDictionary<string, JsonObject> _schemas = new(StringComparer.Ordinal);

    /// <summary>What the schemas and parameters mean.</summary>
    public FieldTexts Texts => texts;

    /// <summary>All schemas by name; consumes them.</summary>
    public JsonObject ToJson()
    {
        var all = new JsonObject();
        foreach (var (name, schema) in _schemas) all[name] = schema;
        return all;
    }

    /// <summary>Refers to an object of a kind.</summary>
    public JsonObject Object(string group, string version, string kind)
    {
        if (_customs.GetValueOrDefault((group, version, kind)) is { } custom) return Custom(custom);
        var name = SchemaNames.Of(group, version, kind);
        if (!_schemas.ContainsKey(name))
        {
            if (SchemaNames.RecordOf(name) is { } record) AddRecord(name, record);
            // What is read without a record says only that it is an object of its kind.
            else _schemas[name] = new() { ["type"] = "object", ["properties"] = TypeFields(kind) };
            _schemas[name]["x-kubernetes-group-version-kind"] =
                new JsonArray(SchemaNames.GroupVersionKind(group, version, kind));
        }
        return Pointer(name);
    }

    /// <summary>Refers to a list of objects of a kind.</summary>
    public JsonObject ListOf(Kind kind)
    {
        var list = kind.ListName;
        var name = kind is CustomKind ? CustomSchemas.NameOf(kind.Group, kind.Version, list)
            : SchemaNames.Of(kind.Group, kind.Version, list);
        if (!_schemas.ContainsKey(name))
        {
            var fields = TypeFields(list);
            fields["items"] = Described(new JsonObject
            {
                ["type"] = "array",
                ["items"] = Object(kind.Group, kind.Version, kind.Name),
            }, texts.Find(list, "listItems"));
            fields["metadata"] = Described(Common("ListMeta"), texts.Find(list, "listMetadata"));
            _schemas[name] = Described(new JsonObject
            {
                ["type"] = "object",
                ["properties"] = fields,
                ["required"] = new JsonArray("items"),
                ["x-kubernetes-group-version-kind"] =
                    new JsonArray(SchemaNames.GroupVersionKind(kind.Group, kind.Version, list)),
            }, $"Many objects of kind {kind.Name}.");
        }
        return Pointer(name);
    }

    private JsonObject Custom(CustomKind kind)
    {
        var name = CustomSchemas.NameOf(kind.Group, kind.Version, kind.Name);
        if (!_schemas.ContainsKey(name))
        {
            _schemas[name] = CustomSchemas.Of(kind, form, TypeFields(kind.Name), () => Described(
                Reference(Shape.Of(typeof(ObjectMeta))), texts.Find(kind.Name, "metadata")));
        }
        return Pointer(name);
    }

    /// <summary>Refers to a type that all groups share and no record stands for.</summary>
    public JsonObject Common(string type)
    {
        var name = SchemaNames.OfMeta(type);
        if (!_schemas.ContainsKey(name))
        {
            var fields = CommonSchemas.Fields(type);
            var schema = _schemas[name] = new() { ["type"] = "object" };
            if (fields.Count > 0) schema["properties"] = new JsonObject(fields.Select(field => KeyValuePair.Create(
                field.Name, (JsonNode?)Described(CommonField(field), texts.Find(type, field.Name)))));
            if (fields.Any(field => field.Name == "apiVersion")) schema["x-kubernetes-group-version-kind"] =
                new JsonArray(SchemaNames.GroupVersionKind("", "v1", type));
            _schemas[name] = Described(schema, texts.Find(type, ""));
        }
        return Pointer(name);
    }

    private JsonObject CommonField(CommonField field)
    {
        var one = field.Type.Length == 0 ? Common(field.Holds)
            : field.Format.Length == 0 ? Plain(field.Type) : Plain(field.Type, field.Format);
        return field.IsList ? new JsonObject { ["type"] = "array", ["items"] = one } : one;
    }

    private JsonObject Reference(Shape shape)
    {
        var name = SchemaNames.Of(shape.Type);
        if (!_schemas.ContainsKey(name))
        {
            if (shape.Kind == ShapeKind.Object) AddRecord(name, shape.Type);
            else _schemas[name] = Described(Value(shape), texts.Find(shape.Type));
        }
        return Pointer(name);
    }

    private void AddRecord(string name, Type record)
    {
        // Records may hold themselves, so the place is taken before the fields are looked at.
        var schema = _schemas[name] = [];
        if (texts.Find(record) is { } sentence) schema["description"] = sentence;
        schema["type"] = "object";
        var fields = new SortedDictionary<string, JsonObject>(StringComparer.Ordinal);
        var required = new SortedSet<string>(StringComparer.Ordinal);
        var shape = Shape.Of(record);
        foreach (var property in ApiJson.TypeInfo(record).Properties)
        {
            var text = texts.Find(record, property.Name);
            var field = Limited(Field(shape.Field(property.Name)!), property);
            fields[property.Name] = Described(field, text?.Sentence);
            if (text?.IsRequired ?? IsAlwaysWritten(property)) required.Add(property.Name);
        }
        var properties = record.IsSubclassOf(typeof(ApiObject)) ? TypeFields(record.Name) : [];
        foreach (var (field, content) in fields) properties[field] = content;
        if (properties.Count > 0) schema["properties"] = properties;
        if (required.Count > 0) schema["required"] = new JsonArray([.. required.Select(field => (JsonNode)field)]);
        if (shape.IsApplyAtomic) schema["x-kubernetes-map-type"] = "atomic";
    }

    private JsonObject Field(ShapeField field)
    {
        var schema = Of(field.Shape);
        var rule = field.Rule;
        if (field.Shape.Kind == ShapeKind.List)
        {
            var isMap = rule.ApplyKeys.Count > 0;
            schema["x-kubernetes-list-type"] = isMap ? "map" : rule.IsApplySet ? "set" : "atomic";
            if (isMap) schema["x-kubernetes-list-map-keys"] =
                new JsonArray([.. rule.ApplyKeys.Select(key => (JsonNode)key.Name)]);
        }
        else if (rule.IsApplyAtomic) schema["x-kubernetes-map-type"] = "atomic";
        if (rule.MergeKey is { } mergeKey) schema["x-kubernetes-patch-merge-key"] = mergeKey;
        if (StrategyOf(rule) is { } strategy) schema["x-kubernetes-patch-strategy"] = strategy;
        return schema;
    }

    private static JsonObject Limited(JsonObject schema, JsonPropertyInfo property)
    {
        var declared = property.AttributeProvider?.GetCustomAttributes(typeof(OneOfAttribute), inherit: true);
        if (declared is not [OneOfAttribute choice, ..]) return schema;
        var text = schema["items"] as JsonObject ?? schema;
        text["enum"] = new JsonArray(
            [.. choice.Values.Order(StringComparer.Ordinal).Select(value => (JsonNode)value)]);
        return schema;
    }

    private static string? StrategyOf(MergeRule rule)
    {
        if (rule.IsReplaced) return "replace";
        var isMerged = rule.MergeKey is not null || rule.IsPrimitiveMerge;
        if (rule.RetainsKeys) return isMerged ? "merge,retainKeys" : "retainKeys";
        return isMerged ? "merge" : null;
    }

    private JsonObject Of(Shape shape) => shape.Kind switch
    {
        ShapeKind.Text => Plain("string"),
        ShapeKind.Flag => Plain("boolean"),
        ShapeKind.Number32 => Plain("integer", "int32"),
        ShapeKind.Number64 => Plain("integer", "int64"),
        ShapeKind.Real => Plain("number", "double"),
        ShapeKind.Bytes => Plain("string", "byte"),
        ShapeKind.Any => [],
        ShapeKind.List => new() { ["type"] = "array", ["items"] = Of(shape.Element) },
        ShapeKind.Map => new() { ["type"] = "object", ["additionalProperties"] = Of(shape.Element) },
        _ => Reference(shape),
    };

    // Plain values that have a name of their own.
    private JsonObject Value(Shape shape) => (shape.Kind, form) switch
    {
        (ShapeKind.Time, _) => Plain("string", "date-time"),
        (ShapeKind.Amount, OpenApiForm.V2) => Plain("string"),
        (ShapeKind.Amount, _) => new() { ["oneOf"] = new JsonArray(Plain("string"), Plain("number")) },
        (ShapeKind.NumberOrText, OpenApiForm.V2) => Plain("string", "int-or-string"),
        (ShapeKind.NumberOrText, _) => new()
        {
            ["format"] = "int-or-string",
            ["oneOf"] = new JsonArray(Plain("integer"), Plain("string")),
        },
        _ => throw new InvalidOperationException($"{shape.Type} is no named value"),
    };

    private JsonObject TypeFields(string type) => new()
    {
        ["apiVersion"] = Described(Plain("string"), texts.Find(type, "apiVersion")),
        ["kind"] = Described(Plain("string"), texts.Find(type, "kind")),
    };

    // In v3 nothing may stand beside a reference but in the wrapping of allOf.
    private JsonObject Described(JsonObject schema, string? sentence)
    {
        if (form == OpenApiForm.V3 && schema["$ref"] is { } pointer)
        {
            schema.Remove("$ref");
            schema["allOf"] = new JsonArray(new JsonObject { ["$ref"] = pointer });
        }
        if (sentence is not null) schema.Insert(0, "description", sentence);
        return schema;
    }

    private JsonObject Pointer(string name) => new()
    {
        ["$ref"] = (form == OpenApiForm.V2 ? "#/definitions/" : "#/components/schemas/") + name,
    };

    private static JsonObject Plain(string type, string? format = null)
    {
        var schema = new JsonObject { ["type"] = type };
        if (format is not null) schema["format"] = format;
        return schema;
    }

    // What is written even when it is empty is what the wire cannot do without.
    private static bool IsAlwaysWritten(JsonPropertyInfo property) =>
        !property.IsGetNullable && property.AttributeProvider is { } attributes
        && (attributes.IsDefined(typeof(KeepEmptyAttribute), inherit: true)
            || attributes.GetCustomAttributes(typeof(JsonIgnoreAttribute), inherit: true)
                .OfType<JsonIgnoreAttribute>().Any(ignore => ignore.Condition == JsonIgnoreCondition.Never));
}
