using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Orchestrator.Api.ApiExtensions.V1;
using Orchestrator.Api.CustomResources.Schemas;
using Orchestrator.Api.Decoding;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.CustomResources;

/// <summary>
/// One version of a kind that a definition declares: what a static declaration is to a record. Made of the definition
/// alone, so that every silo that knows the definition knows the kind (<see cref="CustomKinds"/>).
/// </summary>
public sealed class CustomKind : Kind
{
    private const string Unnamed = "CustomResource";
    private readonly ConditionalWeakTable<ApiObject, ApiObject> _shown = [];
    private readonly CustomKind? _stored;
    private readonly CustomResourceDefinitionNames _names;
    private readonly Lazy<Shape> _shape;
    private readonly Lazy<IReadOnlyList<Column>> _columns;
    private readonly IReadOnlyDictionary<string, IReadOnlyList<JsonStep>> _selectable;

    /// <summary>The kind of objects of which nothing is known but where they live.</summary>
    internal CustomKind(string group, string plural, bool isNamespaced)
        : this(group, "unknown", new() { Kind = Unnamed, Plural = plural }, new(), null, null)
    {
        IsNamespaced = isNamespaced;
        Nominal = this;
    }

    /// <summary>A version of a definition.</summary>
    internal CustomKind(
        CustomResourceDefinition definition, CustomResourceDefinitionNames names,
        CustomResourceDefinitionVersion version, Kind nominal, CustomKind? stored)
        : this(definition.Spec.Group, version.Name, names, version, definition, stored)
    {
        IsNamespaced = definition.Spec.Scope == "Namespaced";
        Nominal = nominal;
    }

    private CustomKind(
        string group, string version, CustomResourceDefinitionNames names, CustomResourceDefinitionVersion declared,
        CustomResourceDefinition? definition, CustomKind? stored)
        : base($"{group}/{version}", names.Kind, names.Plural)
    {
        (_names, _stored, Definition, Declared) = (names, stored, definition, declared);
        Nominal = this;
        HasGeneration = true;
        ShortNames = names.ShortNames;
        Categories = names.Categories;
        NameRule = NameRules.DnsSubdomain;
        Schema = declared.Schema?.OpenAPIV3Schema is { } schema ? StructuralSchema.Of(schema) : null;
        HasStatus = declared.Subresources?.Status is not null;
        Scale = declared.Subresources?.Scale is { } scale ? new CustomScale(scale) : null;
        Subresources =
        [
            .. HasStatus ? [Subresource.Status] : Array.Empty<Subresource>(),
            .. Scale is null ? [] : new[] { Subresource.Scale },
        ];
        _shape = new(() => CustomShapes.OfObject(Schema));
        _columns = new(() => CustomColumns.Of(declared.AdditionalPrinterColumns));
        _selectable = declared.SelectableFields.ToDictionary(
            field => field.JsonPath.TrimStart('.'), field => JsonPaths.Parse(field.JsonPath) ?? []);
    }

    /// <summary>The definition that declares it; null when there is none any more.</summary>
    public CustomResourceDefinition? Definition { get; }

    /// <summary>The version as the definition declares it.</summary>
    public CustomResourceDefinitionVersion Declared { get; }

    /// <summary>What its objects look like.</summary>
    public StructuralSchema? Schema { get; }

    /// <summary>The status is a door of its own.</summary>
    public bool HasStatus { get; }

    /// <summary>Where its replica counts are, when it can be scaled.</summary>
    public CustomScale? Scale { get; }

    /// <summary>Objects carry this kind: it says where they live and outlives a change of the definition.</summary>
    public Kind Nominal { get; }

    /// <inheritdoc />
    public override string Singular => string.IsNullOrEmpty(_names.Singular) ? base.Singular : _names.Singular;

    /// <inheritdoc />
    public override string ListName => string.IsNullOrEmpty(_names.ListKind) ? base.ListName : _names.ListKind;

    /// <inheritdoc />
    public override Kind Stored => _stored ?? this;

    /// <inheritdoc />
    public override bool ChecksStatus => true;

    /// <inheritdoc />
    public override IReadOnlyList<Column> TableColumns => _columns.Value;

    /// <inheritdoc />
    public override Type Type => typeof(CustomObject);

    /// <inheritdoc />
    public override JsonTypeInfo TypeInfo => ApiJson.TypeInfo(typeof(CustomObject));

    /// <inheritdoc />
    public override Shape Shape => _shape.Value;

    /// <inheritdoc />
    public override IReadOnlyCollection<string> SelectableFields => [.. _selectable.Keys];

    /// <inheritdoc />
    public override ApiObject Owned(ApiObject obj) =>
        obj is CustomObject custom && !ReferenceEquals(custom.Kind, Nominal) ? custom with { Kind = Nominal } : obj;

    /// <inheritdoc />
    public override ApiObject Defaulted(ApiObject obj)
    {
        if (Schema is not { HasDefaultsBelow: true } schema) return obj;
        var custom = (CustomObject)obj;
        var fields = custom.Fields();
        return SchemaDefaults.Apply(fields, schema) ? custom.WithFields(fields) : obj;
    }

    /// <inheritdoc />
    public override IReadOnlyList<FieldError> Check(ApiObject obj, ApiObject? old)
    {
        var errors = new FieldErrors();
        ObjectMetaRules.Check(errors["metadata"], obj.Metadata, IsNamespaced, NameRule);
        if (old is not null) ObjectMetaRules.CheckUpdate(errors["metadata"], obj.Metadata, old.Metadata);
        if (Schema is null) return errors.Found;
        var custom = (CustomObject)obj;
        IEnumerable<FieldError> found = SchemaValidation.Check(custom.Fields(), Schema);
        if (old is CustomObject before) found = SchemaRatchet.Unforgiven(found, custom.Content, before.Content);
        return [.. errors.Found, .. found, .. MetadataErrors(obj)];
    }

    /// <inheritdoc />
    public override ApiObject PreparedForCreate(ApiObject obj)
    {
        var custom = (CustomObject)Owned(obj);
        if (!HasStatus || !custom.Content.TryGetProperty("status", out _)) return custom;
        var fields = custom.Fields();
        fields.Remove("status");
        return custom.WithFields(fields);
    }

    /// <inheritdoc />
    public override ApiObject PreparedForUpdate(ApiObject sent, ApiObject stored)
    {
        var next = (CustomObject)Owned(sent);
        if (HasStatus) next = WithStatus(next, (CustomObject)stored);
        return next with { Metadata = ObjectMetaRules.Carried(next.Metadata, stored.Metadata) };
    }

    /// <inheritdoc />
    public override ApiObject PreparedForStatusUpdate(ApiObject sent, ApiObject stored)
    {
        var next = WithStatus((CustomObject)Owned(stored), (CustomObject)sent);
        return next with
        {
            Metadata = stored.Metadata with
            {
                ManagedFields = sent.Metadata.ManagedFields,
                ResourceVersion = sent.Metadata.ResourceVersion,
            },
        };
    }

    /// <inheritdoc />
    public override ApiObject PreparedForPart(ApiObject sent, ApiObject stored, string subresource) =>
        subresource == "status" ? PreparedForStatusUpdate(sent, stored) : PreparedForUpdate(sent, stored);

    /// <inheritdoc />
    public override ApiObject ToStored(ApiObject obj) => Defaulted(obj);

    /// <summary>
    /// The stored object as this version shows it: without what its schema does not know, and with its defaults, for
    /// both may have changed since the object was written.
    /// </summary>
    public override ApiObject FromStored(ApiObject obj) => _shown.GetValue(obj, Shown);

    /// <inheritdoc />
    public override string? FieldValue(ApiObject obj, string path) =>
        _selectable.TryGetValue(path, out var steps)
            ? JsonPaths.Find(((CustomObject)obj).Content, steps).Select(Text).FirstOrDefault() ?? ""
            : null;

    private ApiObject Shown(ApiObject stored)
    {
        var custom = (CustomObject)Owned(stored);
        if (Schema is null) return custom;
        var fields = custom.Fields();
        var isPruned = SchemaPruning.Prune(fields, Schema).Count > 0;
        return SchemaDefaults.Apply(fields, Schema) || isPruned ? custom.WithFields(fields) : custom;
    }

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => value.ToString(),
    };

    private static CustomObject WithStatus(CustomObject obj, CustomObject from)
    {
        var hasStatus = from.Content.TryGetProperty("status", out var status);
        if (!hasStatus && !obj.Content.TryGetProperty("status", out _)) return obj;
        var fields = obj.Fields();
        fields.Remove("status");
        if (hasStatus) fields["status"] = JsonNode.Parse(status.GetRawText());
        return obj.WithFields(fields);
    }

    // A definition may narrow the names of its objects, and nothing else of their metadata.
    private IEnumerable<FieldError> MetadataErrors(ApiObject obj)
    {
        if (Schema?.Properties.GetValueOrDefault("metadata") is not { Properties.Count: > 0 } metadata) return [];
        var fields = new JsonObject();
        if (obj.Metadata.Name is { Length: > 0 } name) fields["name"] = name;
        if (obj.Metadata.GenerateName is { Length: > 0 } prefix) fields["generateName"] = prefix;
        return SchemaValidation.CheckValue(new JsonObject { ["metadata"] = fields }, StructuralSchema.Of(new()
        {
            Type = "object",
            Properties = new Dictionary<string, JSONSchemaProps> { ["metadata"] = metadata.Source },
        }));
    }
}
