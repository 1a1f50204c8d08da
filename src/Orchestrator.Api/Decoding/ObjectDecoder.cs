using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Api.CustomResources;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Decoding;

/// <summary>
/// Reads bodies into records. Whatever is wrong with a body is a refusal in the reference's words; nothing is dropped
/// in silence unless the caller asked for that.
/// </summary>
public static class ObjectDecoder
{
    /// <summary>Reads the body of a POST or PUT.</summary>
    /// <exception cref="ApiException">400: no JSON, another kind, a wrong type; in strict mode an unknown
    /// field.</exception>
    public static Decoded Decode(Kind kind, ReadOnlySpan<byte> json, FieldValidation mode)
    {
        if (kind is CustomKind custom) return DecodeCustom(custom, json, mode);
        var (value, warnings) = Decode(kind.Type, kind.ApiVersion, kind.Name, json, mode);
        return new((ApiObject)value, warnings);
    }

    /// <summary>Reads a body that is no object of a served kind: Scale, DeleteOptions, Binding.</summary>
    public static Decoded<T> Decode<T>(string apiVersion, string name, ReadOnlySpan<byte> json, FieldValidation mode)
        where T : class
    {
        var (value, warnings) = Decode(typeof(T), apiVersion, name, json, mode);
        return new((T)value, warnings);
    }

    /// <summary>
    /// Reads the outcome of a patch; what is wrong with it is the patch's fault, so the answer is 422.
    /// </summary>
    /// <param name="kind">The kind of the object.</param>
    /// <param name="name">The object's name.</param>
    /// <param name="patched">The object after the patch.</param>
    /// <param name="patch">The patch as it was sent; it is shown in errors.</param>
    /// <param name="mode">What happens to unknown fields.</param>
    public static Decoded DecodePatched(
        Kind kind, string name, JsonNode patched, ReadOnlySpan<byte> patch, FieldValidation mode)
    {
        var json = JsonTrees.ToBytes(patched);
        RequireType(kind.ApiVersion, kind.Name, json);
        var body = new Body(Shape.Of(kind.Type), json);
        try
        {
            if (kind is CustomKind custom)
            {
                var (obj, problems) = CustomDecoder.Read(custom, json);
                if (mode == FieldValidation.Strict && problems.Count > 0)
                    throw Refused($"strict decoding error: {string.Join(", ", problems)}", patch);
                return new(obj, mode == FieldValidation.Ignore ? [] : problems);
            }
            body.Walk();
            if (mode != FieldValidation.Strict || body.Problems.Count == 0)
            {
                return new((ApiObject)body.Read(), mode == FieldValidation.Ignore ? [] : body.Problems);
            }
        }
        catch (Exception e) when (Body.IsUnreadable(e))
        {
            throw Refused(JsonTrees.Explain(e), patch);
        }
        throw Refused($"strict decoding error: {string.Join(", ", body.Problems)}", patch);

        ApiException Refused(string why, ReadOnlySpan<byte> sent) => ApiException.Invalid(
            kind, name, [FieldError.Invalid("patch", Shown(sent), why)]);
    }

    private static (object Value, IReadOnlyList<string> Warnings) Decode(
        Type type, string apiVersion, string name, ReadOnlySpan<byte> json, FieldValidation mode)
    {
        RequireType(apiVersion, name, json);
        var version = apiVersion[(apiVersion.IndexOf('/') + 1)..];
        var body = new Body(Shape.Of(type), json);
        try
        {
            body.Walk();
            if (mode != FieldValidation.Strict || body.Problems.Count == 0)
            {
                return (body.Read(), mode == FieldValidation.Ignore ? [] : body.Problems);
            }
        }
        catch (Exception e) when (Body.IsUnreadable(e))
        {
            throw Refused(JsonTrees.Explain(e));
        }
        throw Refused($"strict decoding error: {string.Join(", ", body.Problems)}");

        ApiException Refused(string why) => ApiException.BadRequest(
            $"{name} in version \"{version}\" cannot be handled as a {name}: {why}");
    }

    private static Decoded DecodeCustom(CustomKind kind, ReadOnlySpan<byte> json, FieldValidation mode)
    {
        RequireType(kind.ApiVersion, kind.Name, json);
        try
        {
            var (obj, problems) = CustomDecoder.Read(kind, json);
            if (mode != FieldValidation.Strict || problems.Count == 0)
                return new(obj, mode == FieldValidation.Ignore ? [] : problems);
            throw Refused($"strict decoding error: {string.Join(", ", problems)}");
        }
        catch (Exception e) when (Body.IsUnreadable(e))
        {
            throw Refused(JsonTrees.Explain(e));
        }

        ApiException Refused(string why) => ApiException.BadRequest(
            $"{kind.Name} in version \"{kind.Version}\" cannot be handled as a {kind.Name}: {why}");
    }

    // A typed endpoint knows what it takes, so a body may leave apiVersion and kind out; it may not say another.
    private static void RequireType(string apiVersion, string name, ReadOnlySpan<byte> json)
    {
        string? sentVersion, sentKind;
        try
        {
            (sentVersion, sentKind) = TypeOf(json);
        }
        catch (Exception e) when (Body.IsUnreadable(e))
        {
            throw ApiException.BadRequest(
                $"the object provided is unrecognized (must be of type {name}): couldn't get version/kind; "
                + $"json parse error: {JsonTrees.Explain(e)} ({Shown(json, 30)})");
        }
        if (!string.IsNullOrEmpty(sentVersion) && sentVersion != apiVersion)
        {
            throw ApiException.BadRequest(
                $"the API version in the data ({sentVersion}) does not match the expected API version ({apiVersion})");
        }
        if (string.IsNullOrEmpty(sentKind) || sentKind == name) return;
        var version = apiVersion[(apiVersion.IndexOf('/') + 1)..];
        throw ApiException.BadRequest($"{sentKind} in version \"{version}\" cannot be handled as a {name}: "
            + $"the kind in the data ({sentKind}) does not match the expected kind ({name})");
    }

    private static (string? ApiVersion, string? Kind) TypeOf(ReadOnlySpan<byte> json)
    {
        string? apiVersion = null, kind = null;
        JsonTrees.RequireText(json);
        var reader = new Utf8JsonReader(json, JsonTrees.ReaderOptions);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new BodyTypeException(
                $"json: cannot unmarshal {BodyScalars.Describe(ref reader)} into Go value of type struct");
        }
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var isVersion = reader.ValueTextEquals("apiVersion"u8);
            var isKind = reader.ValueTextEquals("kind"u8);
            reader.Read();
            if (isVersion) apiVersion = Text(ref reader, "apiVersion");
            else if (isKind) kind = Text(ref reader, "kind");
            else reader.Skip();
        }
        reader.Read();
        return (apiVersion, kind);
    }

    private static string? Text(ref Utf8JsonReader reader, string field) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString(),
        JsonTokenType.Null => null,
        _ => throw new BodyTypeException(
            $"json: cannot unmarshal {BodyScalars.Describe(ref reader)} into Go struct field .{field} of type string"),
    };

    private static string Shown(ReadOnlySpan<byte> json, int lengthMax = 4096)
    {
        var text = Encoding.UTF8.GetString(json[..Math.Min(json.Length, lengthMax)]);
        return json.Length > lengthMax ? $"{text}..." : text;
    }

    /// <summary>A body on its way to a record.</summary>
    private readonly ref struct Body(Shape shape, ReadOnlySpan<byte> json)
    {
        private readonly ReadOnlySpan<byte> _json = json;
        private readonly BodyWalk _walk = new();

        public List<string> Problems => _walk.Problems;

        public static bool IsUnreadable(Exception e) =>
            e is JsonException or BodyTypeException or InvalidOperationException or FormatException;

        public void Walk()
        {
            var reader = new Utf8JsonReader(_json, JsonTrees.ReaderOptions);
            _walk.Root(ref reader, shape);
        }

        public object Read()
        {
            var json = _walk.HasNulls ? Nulls.Remove(_json, shape) : _json;
            return JsonSerializer.Deserialize(json, ApiJson.TypeInfo(shape.Type))
                ?? throw new JsonException("the body is null");
        }
    }
}
