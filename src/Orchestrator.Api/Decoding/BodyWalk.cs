using System.Text.Json;

namespace Orchestrator.Api.Decoding;

/// <summary>
/// One walk of a body beside its schema. Collects unknown and duplicate fields; stops at the first value of a wrong
/// type. What passes is safe to hand to the serializer, but for nulls, which <see cref="HasNulls"/> tells of.
/// </summary>
internal sealed class BodyWalk
{
    // The reference stops counting here too; a body of garbage shall not make an answer of garbage.
    private const int ProblemsMax = 100;

    private readonly BodyPath _path = new();

    /// <summary>Unknown and duplicate fields, in the order they stand.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>A null stands where the records take none.</summary>
    public bool HasNulls { get; private set; }

    /// <summary>Walks a whole body whose root also carries apiVersion and kind.</summary>
    /// <exception cref="BodyTypeException">A value has a wrong type.</exception>
    public void Root(ref Utf8JsonReader reader, Shape shape)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) throw Mismatch(ref reader, shape);
        Object(ref reader, shape, isRoot: true);
        reader.Read();
    }

    private void Value(ref Utf8JsonReader reader, Shape shape)
    {
        switch (shape.Kind)
        {
            case ShapeKind.Any:
                reader.Skip();
                return;
            case ShapeKind.Object:
                Require(ref reader, shape, JsonTokenType.StartObject);
                Object(ref reader, shape, isRoot: false);
                return;
            case ShapeKind.Map:
                Require(ref reader, shape, JsonTokenType.StartObject);
                Map(ref reader, shape.Element);
                return;
            case ShapeKind.List:
                Require(ref reader, shape, JsonTokenType.StartArray);
                List(ref reader, shape.Element);
                return;
            default:
                if (!BodyScalars.Fits(ref reader, shape, out var why)) throw Mismatch(ref reader, shape, why);
                return;
        }
    }

    private void Object(ref Utf8JsonReader reader, Shape shape, bool isRoot)
    {
        UInt128 seen = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var field = Find(ref reader, shape, out var unknown);
            reader.Read();
            if (field is null)
            {
                if (!isRoot || unknown is not ("apiVersion" or "kind")) Report("unknown", unknown!);
                reader.Skip();
                continue;
            }
            var bit = UInt128.One << field.Ordinal;
            if ((seen & bit) != 0) Report("duplicate", field.Name);
            seen |= bit;
            if (reader.TokenType == JsonTokenType.Null)
            {
                HasNulls |= !field.TakesNull;
                continue;
            }
            _path.EnterField(field.Name, shape.Type.Name);
            Value(ref reader, field.Shape);
            _path.Leave();
        }
    }

    private void Map(ref Utf8JsonReader reader, Shape element)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var key = reader.GetString()!;
            reader.Read();
            if (!seen.Add(key)) Report("duplicate", key);
            _path.EnterKey(key);
            Element(ref reader, element);
            _path.Leave();
        }
    }

    private void List(ref Utf8JsonReader reader, Shape element)
    {
        for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
        {
            _path.EnterElement(index);
            Element(ref reader, element);
            _path.Leave();
        }
    }

    private void Element(ref Utf8JsonReader reader, Shape element)
    {
        if (reader.TokenType == JsonTokenType.Null) HasNulls |= element.Kind != ShapeKind.Any;
        else Value(ref reader, element);
    }

    // Names are looked up without making a string of them: almost all of them are known.
    private static ShapeField? Find(ref Utf8JsonReader reader, Shape shape, out string? unknown)
    {
        unknown = null;
        var length = reader.ValueSpan.Length;
        if (length <= 128)
        {
            Span<char> name = stackalloc char[128];
            var known = shape.Fields.GetAlternateLookup<ReadOnlySpan<char>>();
            if (known.TryGetValue(name[..reader.CopyString(name)], out var field)) return field;
        }
        unknown = reader.GetString();
        return null;
    }

    private void Report(string what, string name)
    {
        if (Problems.Count < ProblemsMax) Problems.Add($"{what} field \"{_path.Spelled(name)}\"");
    }

    private void Require(ref Utf8JsonReader reader, Shape shape, JsonTokenType token)
    {
        if (reader.TokenType != token) throw Mismatch(ref reader, shape);
    }

    private BodyTypeException Mismatch(ref Utf8JsonReader reader, Shape shape, string? why = null) => why is not null
        ? new($"{why} ({_path.Spelled()})")
        : new($"json: cannot unmarshal {BodyScalars.Describe(ref reader)} "
            + $"into Go {_path.SpelledForType()} of type {shape.GoType}");
}

/// <summary>A value of a body has a type its field does not take; never leaves the decoder.</summary>
internal sealed class BodyTypeException(string message) : Exception(message);
