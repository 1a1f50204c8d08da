using System.Text.Json;

namespace Orchestrator.Api.Meta;

/// <summary>
/// Names the fields of a body that are known and stored but that this release does not act on, so that nothing is
/// ignored in silence. Reads the declaration's <see cref="Kind.NotActedOn"/>.
/// </summary>
public static class NotActedOnWarnings
{
    /// <summary>Something is to be said of some or all objects of the kind.</summary>
    public static bool Concern(Kind kind) => kind.NotActedOnYet is not null || kind.NotActedOn.Count > 0;

    /// <summary>
    /// The sentence of the kind, if it has one, and one per field that is set:
    /// <c>spec.containers[0].livenessProbe: known and stored, but …</c>.
    /// </summary>
    public static IEnumerable<string> Of(Kind kind, JsonElement body)
    {
        var fields = kind.NotActedOn.SelectMany(pattern => Places(pattern, body))
            .Select(place => $"{place}: known and stored, but not acted on in this release");
        return kind.NotActedOnYet is { } sentence ? fields.Prepend(sentence) : fields;
    }

    private static IEnumerable<string> Places(string pattern, JsonElement body)
    {
        var equals = pattern.IndexOf('=');
        var value = equals < 0 ? null : pattern[(equals + 1)..];
        var path = equals < 0 ? pattern : pattern[..equals];
        return Walk(body, path.Split('.'), 0, "").Where(found => IsSet(found.Value, value)).Select(found => found.Path);
    }

    private static IEnumerable<(string Path, JsonElement Value)> Walk(
        JsonElement at, string[] segments, int depth, string path)
    {
        if (depth == segments.Length) return [(path, at)];
        var isList = segments[depth].EndsWith("[]", StringComparison.Ordinal);
        var name = isList ? segments[depth][..^2] : segments[depth];
        if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out var child)) return [];
        var childPath = path.Length == 0 ? name : $"{path}.{name}";
        if (!isList) return Walk(child, segments, depth + 1, childPath);
        return child.ValueKind != JsonValueKind.Array
            ? []
            : child.EnumerateArray().SelectMany((item, i) => Walk(item, segments, depth + 1, $"{childPath}[{i}]"));
    }

    private static bool IsSet(JsonElement value, string? wanted)
    {
        if (wanted is not null) return value.ToString().Equals(wanted, StringComparison.OrdinalIgnoreCase);
        return value.ValueKind switch
        {
            JsonValueKind.Null or JsonValueKind.Undefined or JsonValueKind.False => false,
            JsonValueKind.String => value.GetString()!.Length > 0,
            JsonValueKind.Array => value.GetArrayLength() > 0,
            JsonValueKind.Object => value.EnumerateObject().Any(),
            JsonValueKind.Number => !value.TryGetDecimal(out var number) || number != 0,
            _ => true,
        };
    }
}
