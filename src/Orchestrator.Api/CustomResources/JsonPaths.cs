using System.Globalization;
using System.Text.Json;

namespace Orchestrator.Api.CustomResources;

/// <summary>
/// The part of JSONPath that columns and scales use: fields, quoted fields, indices, wildcards and filters of the form
/// <c>[?(@.type=="Ready")]</c>.
/// </summary>
public static class JsonPaths
{
    /// <summary>The steps of a path such as <c>.status.conditions[0].type</c>, or null when it is none.</summary>
    public static IReadOnlyList<JsonStep>? Parse(string path)
    {
        var text = path.StartsWith('$') ? path[1..] : path;
        if (text.StartsWith('{') && text.EndsWith('}')) text = text[1..^1];
        var steps = new List<JsonStep>();
        for (var at = 0; at < text.Length;)
        {
            var step = text[at] switch
            {
                '.' => ReadField(text, ref at),
                '[' => ReadBracket(text, ref at),
                _ => null,
            };
            if (step is null) return null;
            steps.Add(step);
        }
        return steps.Count == 0 ? null : steps;
    }

    /// <summary>The names of a path that has nothing but fields, or null.</summary>
    public static IReadOnlyList<string>? Fields(string path) =>
        Parse(path) is { } steps && steps.All(step => step is { Kind: JsonStepKind.Field, Name: not "*" })
            ? [.. steps.Select(step => step.Name)]
            : null;

    /// <summary>Every value the path leads to, in order.</summary>
    public static IEnumerable<JsonElement> Find(JsonElement root, IReadOnlyList<JsonStep> steps)
    {
        IEnumerable<JsonElement> found = [root];
        foreach (var step in steps) found = found.SelectMany(value => Below(value, step));
        return found;
    }

    private static IEnumerable<JsonElement> Below(JsonElement value, JsonStep step)
    {
        switch (step.Kind, value.ValueKind)
        {
            case (JsonStepKind.Field, JsonValueKind.Object) when step.Name != "*":
                return value.TryGetProperty(step.Name, out var field) ? [field] : [];
            case (JsonStepKind.Field or JsonStepKind.All, JsonValueKind.Object):
                return value.EnumerateObject().Select(property => property.Value);
            case (JsonStepKind.Index, JsonValueKind.Array):
                var index = step.Index < 0 ? value.GetArrayLength() + step.Index : step.Index;
                return index >= 0 && index < value.GetArrayLength() ? [value[index]] : [];
            case (JsonStepKind.All, JsonValueKind.Array):
                return value.EnumerateArray();
            case (JsonStepKind.Filter, JsonValueKind.Array):
                return value.EnumerateArray().Where(item => Matches(item, step));
            default:
                return [];
        }
    }

    private static bool Matches(JsonElement item, JsonStep step) =>
        Find(item, step.Steps!).Any(found => found.ToString() == step.Name) == step.IsEqual;

    private static JsonStep? ReadField(string text, ref int at)
    {
        var start = ++at;
        if (at < text.Length && text[at] == '[') return ReadBracket(text, ref at);
        while (at < text.Length && text[at] is not ('.' or '['))
        {
            if (text[at] == '\\') at++;
            at++;
        }
        if (at > text.Length || at == start) return null;
        return new(JsonStepKind.Field, text[start..at].Replace("\\", "", StringComparison.Ordinal));
    }

    private static JsonStep? ReadBracket(string text, ref int at)
    {
        var end = EndOf(text, at);
        if (end < 0) return null;
        var inner = text[(at + 1)..end].Trim();
        at = end + 1;
        if (inner == "*") return new(JsonStepKind.All);
        if (int.TryParse(inner, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index))
            return new(JsonStepKind.Index, Index: index);
        if (Unquoted(inner) is { } name) return new(JsonStepKind.Field, name);
        return inner.StartsWith("?(", StringComparison.Ordinal) && inner.EndsWith(')') ? Filter(inner[2..^1]) : null;
    }

    private static JsonStep? Filter(string text)
    {
        var isEqual = !text.Contains("!=", StringComparison.Ordinal);
        var sides = text.Split(isEqual ? "==" : "!=", 2, StringSplitOptions.TrimEntries);
        if (sides.Length < 2 || !sides[0].StartsWith("@.", StringComparison.Ordinal)) return null;
        return Parse(sides[0][1..]) is { } steps
            ? new(JsonStepKind.Filter, Unquoted(sides[1]) ?? sides[1], Steps: steps, IsEqual: isEqual)
            : null;
    }

    private static int EndOf(string text, int start)
    {
        var quote = '\0';
        for (var at = start + 1; at < text.Length; at++)
        {
            if (quote != '\0') quote = text[at] == quote ? '\0' : quote;
            else if (text[at] is '\'' or '"') quote = text[at];
            else if (text[at] == ']') return at;
        }
        return -1;
    }

    private static string? Unquoted(string text) =>
        text.Length >= 2 && text[0] is '\'' or '"' && text[^1] == text[0] ? text[1..^1] : null;
}

/// <summary>The kinds of steps.</summary>
public enum JsonStepKind
{
    /// <summary>A field of an object.</summary>
    Field,

    /// <summary>An element of a list.</summary>
    Index,

    /// <summary>All below.</summary>
    All,

    /// <summary>The elements of which something is true.</summary>
    Filter,
}

/// <summary>
/// One step of a path. For a filter, <c>Name</c> is the value that <c>Steps</c> must, or must not, lead to.
/// </summary>
public sealed record JsonStep(
    JsonStepKind Kind, string Name = "", int Index = 0, IReadOnlyList<JsonStep>? Steps = null, bool IsEqual = true);
