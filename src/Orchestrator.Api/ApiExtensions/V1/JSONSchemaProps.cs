using System.Text.Json;
using System.Text.Json.Serialization;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.ApiExtensions.V1;

/// <summary>
/// The <c>JSONSchemaProps</c> of the Kubernetes apiextensions/v1 schema. What may be a schema or something else
/// (<c>items</c>, <c>additionalProperties</c>) is kept as it was sent and read by <see cref="SchemaOf"/>.
/// </summary>
public sealed record JSONSchemaProps
{
    public string? Id { get; init; }
    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }
    [JsonPropertyName("$ref")]
    public string? Ref { get; init; }
    public string? Description { get; init; }
    public string? Type { get; init; }
    public string? Format { get; init; }
    public string? Title { get; init; }
    public JsonElement? Default { get; init; }
    public double? Maximum { get; init; }
    public bool ExclusiveMaximum { get; init; }
    public double? Minimum { get; init; }
    public bool ExclusiveMinimum { get; init; }
    public long? MaxLength { get; init; }
    public long? MinLength { get; init; }
    public string? Pattern { get; init; }
    public long? MaxItems { get; init; }
    public long? MinItems { get; init; }
    public bool UniqueItems { get; init; }
    public double? MultipleOf { get; init; }
    public IReadOnlyList<JsonElement> Enum { get; init => field = value ?? []; } = [];
    public long? MaxProperties { get; init; }
    public long? MinProperties { get; init; }
    public IReadOnlyList<string> Required { get; init => field = value ?? []; } = [];
    public JsonElement? Items { get; init; }
    public IReadOnlyList<JSONSchemaProps> AllOf { get; init => field = value ?? []; } = [];
    public IReadOnlyList<JSONSchemaProps> OneOf { get; init => field = value ?? []; } = [];
    public IReadOnlyList<JSONSchemaProps> AnyOf { get; init => field = value ?? []; } = [];
    public JSONSchemaProps? Not { get; init; }
    public IReadOnlyDictionary<string, JSONSchemaProps> Properties
    {
        get;
        init => field = value ?? Map<JSONSchemaProps>.Empty;
    } = Map<JSONSchemaProps>.Empty;
    public JsonElement? AdditionalProperties { get; init; }
    public IReadOnlyDictionary<string, JSONSchemaProps> PatternProperties
    {
        get;
        init => field = value ?? Map<JSONSchemaProps>.Empty;
    } = Map<JSONSchemaProps>.Empty;
    public JsonElement? Dependencies { get; init; }
    public JsonElement? AdditionalItems { get; init; }
    public JsonElement? Definitions { get; init; }
    public JsonElement? ExternalDocs { get; init; }
    public JsonElement? Example { get; init; }
    public bool Nullable { get; init; }
    [JsonPropertyName("x-kubernetes-preserve-unknown-fields")]
    public bool? PreserveUnknownFields { get; init; }
    [JsonPropertyName("x-kubernetes-embedded-resource")]
    public bool EmbeddedResource { get; init; }
    [JsonPropertyName("x-kubernetes-int-or-string")]
    public bool IntOrString { get; init; }
    [JsonPropertyName("x-kubernetes-list-map-keys")]
    public IReadOnlyList<string> ListMapKeys { get; init => field = value ?? []; } = [];
    [JsonPropertyName("x-kubernetes-list-type")]
    public string? ListType { get; init; }
    [JsonPropertyName("x-kubernetes-map-type")]
    public string? MapType { get; init; }
    [JsonPropertyName("x-kubernetes-validations")]
    public IReadOnlyList<ValidationRule> Validations { get; init => field = value ?? []; } = [];

    /// <summary>What a field holds that takes a schema or something else; null when it holds no schema.</summary>
    public static JSONSchemaProps? SchemaOf(JsonElement? value) =>
        value is { ValueKind: JsonValueKind.Object } schema
            ? (JSONSchemaProps?)schema.Deserialize(ApiJson.TypeInfo(typeof(JSONSchemaProps)))
            : null;
}

/// <summary>The <c>ValidationRule</c> of the Kubernetes apiextensions/v1 schema.</summary>
public sealed record ValidationRule
{
    [KeepEmpty]
    public string Rule { get; init => field = value ?? ""; } = "";
    public string? Message { get; init; }
    public string? MessageExpression { get; init; }
    public string? Reason { get; init; }
    public string? FieldPath { get; init; }
    public bool? OptionalOldSelf { get; init; }
}
