using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Orchestrator.Api.Decoding;

namespace Orchestrator.ApiServer.Content;

/// <summary>Bodies in YAML: read with the decoder's rules, written in block style.</summary>
internal static partial class YamlText
{
    /// <summary>A YAML body as JSON.</summary>
    public static ReadOnlyMemory<byte> ToJson(ReadOnlyMemory<byte> yaml) => Yaml.ToJson(yaml.Span);

    /// <summary>A JSON answer as YAML.</summary>
    public static ReadOnlyMemory<byte> FromJson(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        var text = new StringBuilder(json.Length);
        WriteBlock(text, document.RootElement, 0, startsOnNewLine: false);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void WriteBlock(StringBuilder text, JsonElement value, int indent, bool startsOnNewLine)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object when value.EnumerateObject().Any():
                var isFirst = true;
                foreach (var property in value.EnumerateObject())
                {
                    if (!isFirst || startsOnNewLine) text.Append(' ', indent);
                    isFirst = false;
                    WriteEntry(text, property, indent);
                }
                break;
            case JsonValueKind.Array when value.GetArrayLength() > 0:
                isFirst = true;
                foreach (var item in value.EnumerateArray())
                {
                    if (!isFirst || startsOnNewLine) text.Append(' ', indent);
                    isFirst = false;
                    text.Append("- ");
                    WriteBlock(text, item, indent + 2, startsOnNewLine: false);
                }
                break;
            default:
                text.Append(Scalar(value)).Append('\n');
                break;
        }
    }

    private static void WriteEntry(StringBuilder text, JsonProperty property, int indent)
    {
        text.Append(Scalar(property.Name)).Append(':');
        var isNested = property.Value.ValueKind switch
        {
            JsonValueKind.Object => property.Value.EnumerateObject().Any(),
            JsonValueKind.Array => property.Value.GetArrayLength() > 0,
            _ => false,
        };
        text.Append(isNested ? '\n' : ' ');
        var nestedIndent = property.Value.ValueKind == JsonValueKind.Array ? indent : indent + 2;
        WriteBlock(text, property.Value, nestedIndent, isNested);
    }

    private static string Scalar(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => Scalar(value.GetString()!),
        JsonValueKind.Object => "{}",
        JsonValueKind.Array => "[]",
        _ => value.GetRawText(),
    };

    // A double-quoted YAML scalar takes every JSON string as it is.
    private static string Scalar(string text) =>
        SafePlain().IsMatch(text) && !LooksTyped().IsMatch(text)
            ? text
            : JsonSerializer.Serialize(text, ScalarJson.Default.String);

    [GeneratedRegex("^[A-Za-z/][A-Za-z0-9_./-]*(:[A-Za-z0-9_./-]+)*$")]
    private static partial Regex SafePlain();

    [GeneratedRegex("^(y|n|yes|no|on|off|true|false|null|nan|inf|[0-9.+-].*)$", RegexOptions.IgnoreCase)]
    private static partial Regex LooksTyped();
}

/// <summary>How a lone string is written.</summary>
[System.Text.Json.Serialization.JsonSerializable(typeof(string))]
internal sealed partial class ScalarJson : System.Text.Json.Serialization.JsonSerializerContext;
