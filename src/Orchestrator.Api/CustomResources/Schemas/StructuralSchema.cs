using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Orchestrator.Api.ApiExtensions.V1;

namespace Orchestrator.Api.CustomResources.Schemas;

/// <summary>
/// The schema of a version of a custom kind, made ready once: what objects are pruned, defaulted and checked by.
/// Immutable and shared.
/// </summary>
public sealed class StructuralSchema
{
    private StructuralSchema(JSONSchemaProps source)
    {
        Source = source;
        Properties = source.Properties.ToFrozenDictionary(
            property => property.Key, property => Of(property.Value), StringComparer.Ordinal);
        Items = OfNullable(JSONSchemaProps.SchemaOf(source.Items));
        Values = OfNullable(JSONSchemaProps.SchemaOf(source.AdditionalProperties));
        TakesAnyProperty = source.AdditionalProperties is { ValueKind: JsonValueKind.True };
        AllOf = [.. source.AllOf.Select(Of)];
        AnyOf = [.. source.AnyOf.Select(Of)];
        OneOf = [.. source.OneOf.Select(Of)];
        Not = OfNullable(source.Not);
        Pattern = string.IsNullOrEmpty(source.Pattern) ? null : Expression(source.Pattern);
        Enum = [.. source.Enum.Select(value => Node(value))];
        Default = source.Default is { } value ? Node(value) : null;
        HasDefault = source.Default is not null;
        HasDefaultsBelow = HasDefault || Properties.Values.Any(property => property.HasDefaultsBelow)
            || Items?.HasDefaultsBelow == true || Values?.HasDefaultsBelow == true;
    }

    /// <summary>What the user wrote.</summary>
    public JSONSchemaProps Source { get; }

    /// <summary>The known fields of an object.</summary>
    public FrozenDictionary<string, StructuralSchema> Properties { get; }

    /// <summary>What a list holds.</summary>
    public StructuralSchema? Items { get; }

    /// <summary>What the fields of an object hold that are not named: <c>additionalProperties</c>.</summary>
    public StructuralSchema? Values { get; }

    /// <summary><c>additionalProperties: true</c>.</summary>
    public bool TakesAnyProperty { get; }

    /// <summary>Schemas that must all hold.</summary>
    public IReadOnlyList<StructuralSchema> AllOf { get; }

    /// <summary>Schemas of which one must hold.</summary>
    public IReadOnlyList<StructuralSchema> AnyOf { get; }

    /// <summary>Schemas of which exactly one must hold.</summary>
    public IReadOnlyList<StructuralSchema> OneOf { get; }

    /// <summary>A schema that must not hold.</summary>
    public StructuralSchema? Not { get; }

    /// <summary>What a text must match somewhere.</summary>
    public Regex? Pattern { get; }

    /// <summary>The values allowed; none allows all.</summary>
    public IReadOnlyList<JsonNode?> Enum { get; }

    /// <summary>The value of a field that is left out; to be cloned.</summary>
    public JsonNode? Default { get; }

    /// <summary>There is a default, even if it is null.</summary>
    public bool HasDefault { get; }

    /// <summary>Something here or below has a default.</summary>
    public bool HasDefaultsBelow { get; }

    /// <summary>Fields that are not known stay.</summary>
    public bool KeepsUnknown => Source.PreserveUnknownFields == true;

    /// <summary>The compiled form of a schema.</summary>
    public static StructuralSchema Of(JSONSchemaProps source) => new(source);

    /// <summary>
    /// The expression as it is run: in time linear in the text, as the reference's are, so that nobody can stall the
    /// server with one.
    /// </summary>
    /// <exception cref="ArgumentException">It is no regular expression, or one that cannot be run so.</exception>
    public static Regex Expression(string pattern)
    {
        try
        {
            return new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (NotSupportedException unsupported)
        {
            throw new ArgumentException(unsupported.Message, nameof(pattern), unsupported);
        }
    }

    private static StructuralSchema? OfNullable(JSONSchemaProps? source) => source is null ? null : Of(source);

    private static JsonNode? Node(JsonElement value) => JsonNode.Parse(value.GetRawText());
}
