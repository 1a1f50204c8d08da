using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Patching;

namespace Orchestrator.Api.Decoding;

/// <summary>What JSON a member of a record takes.</summary>
public enum ShapeKind
{
    Any, Object, List, Map, Text, Number32, Number64, Real, Flag, Bytes, Amount, Time, NumberOrText,
}

/// <summary>
/// The JSON schema of one record type, read from its <see cref="JsonTypeInfo"/>: fields by name, elements of lists and
/// maps, and how lists merge. Built once per type and shared.
/// </summary>
public sealed class Shape
{
    private static readonly ConcurrentDictionary<Type, Shape> Known = new();

    private readonly Lazy<FrozenDictionary<string, ShapeField>> _fields;
    private readonly Lazy<Shape?> _element;
    private readonly bool _isApplyAtomic;
    private readonly Shape? _rest;

    private Shape(Type type)
    {
        Type = type;
        Kind = KindOf(type);
        GoType = GoTypeOf(type, Kind);
        _isApplyAtomic = MergeRules.IsApplyAtomic(type);
        _fields = new(() => Kind == ShapeKind.Object ? FieldsOf(type) : FrozenDictionary<string, ShapeField>.Empty);
        _element = new(() => ElementOf(type) is { } element ? Of(element) : null);
    }

    /// <summary>A shape that no record has; made of the schema of a custom kind.</summary>
    /// <param name="kind">What JSON it takes.</param>
    /// <param name="fields">Its fields.</param>
    /// <param name="element">What it holds, for a list or map.</param>
    /// <param name="isApplyAtomic">Server-side apply owns it as one value.</param>
    /// <param name="rest">What fields that are not named look like; null when nothing is known.</param>
    internal Shape(
        ShapeKind kind, Func<IEnumerable<ShapeField>> fields, Func<Shape?> element, bool isApplyAtomic,
        Shape? rest = null)
    {
        (Type, Kind, _isApplyAtomic, _rest) = (typeof(JsonElement), kind, isApplyAtomic, rest);
        GoType = "v1.JSON";
        _fields = new(() => fields().ToFrozenDictionary(field => field.Name, StringComparer.Ordinal));
        _element = new(element);
    }

    /// <summary>The record, list or value type; never a nullable value type.</summary>
    public Type Type { get; }

    /// <summary>What JSON it takes.</summary>
    public ShapeKind Kind { get; }

    /// <summary>The name error messages of the reference give the type: <c>int32</c>, <c>[]v1.Container</c>.</summary>
    public string GoType { get; }

    /// <summary>Server-side apply owns such a record as one value, wherever it stands.</summary>
    public bool IsApplyAtomic => _isApplyAtomic;

    /// <summary>Fields by their JSON name; empty but for records.</summary>
    public FrozenDictionary<string, ShapeField> Fields => _fields.Value;

    /// <summary>What a list or map holds.</summary>
    public Shape Element => _element.Value ?? throw new InvalidOperationException($"{Type} has no elements");

    /// <summary>The shape of a type.</summary>
    public static Shape Of(Type type) =>
        Known.GetOrAdd(Nullable.GetUnderlyingType(type) ?? type, static known => new Shape(known));

    /// <summary>The field of that name, or null.</summary>
    public ShapeField? Field(string name) => Fields.GetValueOrDefault(name);

    /// <summary>
    /// The shape below a key: a field of a record or an element of a map; null when nothing is known.
    /// </summary>
    public static Shape? Below(Shape? parent, string key) => parent?.Kind switch
    {
        ShapeKind.Object => parent.Field(key)?.Shape ?? parent._rest,
        ShapeKind.Map => parent.Element,
        _ => null,
    };

    private static ShapeKind KindOf(Type type)
    {
        if (type == typeof(string)) return ShapeKind.Text;
        if (type == typeof(int)) return ShapeKind.Number32;
        if (type == typeof(long)) return ShapeKind.Number64;
        if (type == typeof(double)) return ShapeKind.Real;
        if (type == typeof(bool)) return ShapeKind.Flag;
        if (type == typeof(byte[])) return ShapeKind.Bytes;
        if (type == typeof(Quantity)) return ShapeKind.Amount;
        if (type == typeof(DateTimeOffset) || type == typeof(MicroTime)) return ShapeKind.Time;
        if (type == typeof(IntOrString)) return ShapeKind.NumberOrText;
        if (type == typeof(JsonElement)) return ShapeKind.Any;
        if (MapValueOf(type) is not null) return ShapeKind.Map;
        return ApiJson.TypeInfo(type).Kind switch
        {
            JsonTypeInfoKind.Object => ShapeKind.Object,
            JsonTypeInfoKind.Enumerable => ShapeKind.List,
            JsonTypeInfoKind.Dictionary => ShapeKind.Map,
            _ => ShapeKind.Any,
        };
    }

    private static string GoTypeOf(Type type, ShapeKind kind) => kind switch
    {
        ShapeKind.Text => "string",
        ShapeKind.Number32 or ShapeKind.NumberOrText => "int32",
        ShapeKind.Number64 => "int64",
        ShapeKind.Real => "float64",
        ShapeKind.Flag => "bool",
        ShapeKind.Bytes => "[]uint8",
        ShapeKind.List => $"[]{Of(ElementOf(type)!).GoType}",
        ShapeKind.Map => $"map[string]{Of(ElementOf(type)!).GoType}",
        ShapeKind.Amount => "resource.Quantity",
        ShapeKind.Time => "v1.Time",
        _ => $"v1.{type.Name}",
    };

    private static FrozenDictionary<string, ShapeField> FieldsOf(Type type)
    {
        var properties = ApiJson.TypeInfo(type).Properties;
        return properties
            .Select((property, ordinal) => new ShapeField(
                property.Name, ordinal, Of(property.PropertyType), TakesNull(property.PropertyType),
                MergeRules.Find(type.Name, property.Name)))
            .ToFrozenDictionary(field => field.Name, StringComparer.Ordinal);
    }

    // The maps have converters of their own, which hide from the serializer that they are maps.
    private static Type? MapValueOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>)
            ? type.GetGenericArguments()[1]
            : null;

    private static Type? ElementOf(Type type) => MapValueOf(type) ?? ApiJson.TypeInfo(type).ElementType;

    private static bool TakesNull(Type type) => !type.IsValueType || Nullable.GetUnderlyingType(type) is not null;
}

/// <summary>One field of a record.</summary>
/// <param name="Name">Its JSON name.</param>
/// <param name="Ordinal">Its place among the fields of the record, from 0.</param>
/// <param name="Shape">What it takes.</param>
/// <param name="TakesNull">JSON null may be handed to the record as it is.</param>
/// <param name="Rule">How patches merge it.</param>
public sealed record ShapeField(string Name, int Ordinal, Shape Shape, bool TakesNull, MergeRule Rule)
{
    /// <summary>The field as a step of FieldsV1.</summary>
    public string Step { get; } = $"f:{Name}";
}
