using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Api.Decoding;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.CustomResources.Schemas;

/// <summary>Finds all that is wrong with a custom object, in the reference's words. Pure.</summary>
public static class SchemaValidation
{
    private static readonly string[] TypeFields = ["apiVersion", "kind", "metadata"];

    /// <summary>All errors of the fields of a whole object, but for apiVersion, kind and metadata.</summary>
    public static IReadOnlyList<FieldError> Check(JsonObject content, StructuralSchema schema)
    {
        var found = new List<FieldError>();
        Check(content, schema, SchemaPath.Root, isResource: true, found);
        return found;
    }

    /// <summary>All errors of a value by itself, such as a default.</summary>
    public static IReadOnlyList<FieldError> CheckValue(JsonNode? value, StructuralSchema schema)
    {
        var found = new List<FieldError>();
        Check(value, schema, SchemaPath.Root, isResource: false, found);
        return found;
    }

    private static void Check(
        JsonNode? value, StructuralSchema schema, SchemaPath at, bool isResource, List<FieldError> found)
    {
        if (value is null && schema.Source.Nullable) return;
        if (!HasType(value, schema))
        {
            var expected = schema.Source.IntOrString ? "integer,string" : schema.Source.Type;
            found.Add(WrongType(at, SchemaTexts.TypeOf(value), $"{expected}"));
            return;
        }
        if (schema.Enum.Count > 0 && !schema.Enum.Any(allowed => JsonNode.DeepEquals(allowed, value)))
        {
            found.Add(FieldError.NotSupported(at.ToString(), SchemaTexts.Shown(value), schema.Enum.Select(Word)));
        }
        switch (value)
        {
            case JsonObject fields: CheckFields(fields, schema, at, isResource, found); break;
            case JsonArray list: CheckList(list, schema, at, found); break;
            case JsonValue plain when plain.GetValueKind() == JsonValueKind.String:
                CheckText(plain.GetValue<string>(), schema, at, found);
                break;
            case JsonValue plain when plain.GetValueKind() == JsonValueKind.Number:
                CheckNumber(plain, schema, at, found);
                break;
        }
        SchemaJunctors.Check(value, schema, at, found, (node, part, errors) =>
            Check(node, part, at, isResource, errors));
    }

    private static bool HasType(JsonNode? value, StructuralSchema schema)
    {
        var actual = SchemaTexts.TypeOf(value);
        if (schema.Source.IntOrString) return actual is "integer" or "string";
        return schema.Source.Type switch
        {
            null or "" => true,
            "number" => actual is "number" or "integer",
            var type => type == actual,
        };
    }

    private static void CheckFields(
        JsonObject fields, StructuralSchema schema, SchemaPath at, bool isResource, List<FieldError> found)
    {
        var source = schema.Source;
        foreach (var name in source.Required)
        {
            if (!fields.ContainsKey(name) && !(isResource && TypeFields.Contains(name)))
                found.Add(FieldError.Required(at.Field(name).ToString()));
        }
        if (source.MaxProperties is { } most && fields.Count > most)
            found.Add(FieldError.TooMany(at.ToString(), fields.Count, (int)most));
        if (source.MinProperties is { } least && fields.Count < least)
            found.Add(Broken(at, fields, $"should have at least {least} properties"));
        foreach (var (name, value) in fields)
        {
            if (isResource && TypeFields.Contains(name)) continue;
            if ((schema.Properties.GetValueOrDefault(name) ?? schema.Values) is { } known)
                Check(value, known, at.Field(name), known.Source.EmbeddedResource, found);
        }
    }

    private static void CheckList(JsonArray list, StructuralSchema schema, SchemaPath at, List<FieldError> found)
    {
        var source = schema.Source;
        if (source.MaxItems is { } most && list.Count > most)
            found.Add(FieldError.TooMany(at.ToString(), list.Count, (int)most));
        if (source.MinItems is { } least && list.Count < least)
            found.Add(Broken(at, list, $"should have at least {least} items"));
        if (source.UniqueItems && Twins(list, static item => item) is not null)
            found.Add(Broken(at, list, "shouldn't contain duplicates"));
        if (schema.Items is { } items)
        {
            for (var i = 0; i < list.Count; i++)
                Check(list[i], items, at.Element(i), items.Source.EmbeddedResource, found);
        }
        CheckTwins(list, schema, at, found);
    }

    // Sets and lists with keys are merged by their elements, so no two of them may be the same.
    private static void CheckTwins(JsonArray list, StructuralSchema schema, SchemaPath at, List<FieldError> found)
    {
        var (type, keys) = (schema.Source.ListType, schema.Source.ListMapKeys);
        Func<JsonNode?, JsonNode?>? part = type switch
        {
            "set" => static item => item,
            "map" => item => KeysOf(item, keys),
            _ => null,
        };
        if (part is not null && Twins(list, part) is { } twin)
            found.Add(FieldError.Duplicate(at.Element(twin).ToString(), SchemaTexts.Shown(part(list[twin]))));
    }

    private static JsonObject KeysOf(JsonNode? item, IReadOnlyList<string> keys)
    {
        var found = new JsonObject();
        foreach (var key in keys.Order(StringComparer.Ordinal))
        {
            if ((item as JsonObject)?[key] is { } value) found[key] = value.DeepClone();
        }
        return found;
    }

    private static int? Twins(JsonArray list, Func<JsonNode?, JsonNode?> part)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < list.Count; i++)
        {
            if (!seen.Add(JsonTrees.ToText(part(list[i])))) return i;
        }
        return null;
    }

    private static void CheckText(string text, StructuralSchema schema, SchemaPath at, List<FieldError> found)
    {
        var source = schema.Source;
        var length = source.MaxLength is null && source.MinLength is null ? 0 : Length(text);
        if (source.MaxLength is { } most && length > most) found.Add(FieldError.TooLong(at.ToString(), (int)most));
        if (source.MinLength is { } least && length < least)
            found.Add(Broken(at, text, $"should be at least {least} chars long"));
        if (schema.Pattern is { } pattern && !pattern.IsMatch(text))
            found.Add(Broken(at, text, $"should match '{source.Pattern}'"));
        if (!SchemaFormats.Fits(source.Format, text))
            found.Add(WrongType(at, text, source.Format!));
    }

    private static int Length(string text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes()) count++;
        return count;
    }

    private static void CheckNumber(JsonValue value, StructuralSchema schema, SchemaPath at, List<FieldError> found)
    {
        var source = schema.Source;
        var number = SchemaTexts.Real(value);
        if (source.Maximum is { } most && (source.ExclusiveMaximum ? number >= most : number > most))
        {
            found.Add(Broken(
                at, value, $"should be less than {(source.ExclusiveMaximum ? "" : "or equal to ")}{Go(most)}"));
        }
        if (source.Minimum is { } least && (source.ExclusiveMinimum ? number <= least : number < least))
        {
            found.Add(Broken(
                at, value, $"should be greater than {(source.ExclusiveMinimum ? "" : "or equal to ")}{Go(least)}"));
        }
        if (source.MultipleOf is { } factor && factor > 0 && !IsMultiple(value, factor))
            found.Add(Broken(at, value, $"should be a multiple of {Go(factor)}"));
    }

    private static bool IsMultiple(JsonValue value, double factor) =>
        SchemaTexts.Number(value) is { } number && decimal.TryParse(Go(factor), out var part) && part > 0
            ? number % part == 0
            : SchemaTexts.Real(value) % factor == 0;

    private static string Go(double number) =>
        number.ToString("R", System.Globalization.CultureInfo.InvariantCulture);

    private static string Word(JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.String
            ? value.GetValue<string>() : JsonTrees.ToText(node);

    private static FieldError Broken(SchemaPath at, JsonNode value, string what) =>
        FieldError.Invalid(at.ToString(), SchemaTexts.Shown(value), $"{at} in body {what}");

    private static FieldError WrongType(SchemaPath at, string shown, string expected)
    {
        var error = FieldError.Invalid(at.ToString(), shown, $"{at} in body must be of type {expected}: \"{shown}\"");
        return error with { Reason = "FieldValueTypeInvalid" };
    }
}
