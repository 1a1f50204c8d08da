using System.Text;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Selectors;

/// <summary>One condition of a field selector.</summary>
/// <param name="Field">Path of the field: <c>spec.nodeName</c>.</param>
/// <param name="IsEqual">The field must have the value; else it must not.</param>
/// <param name="Value">The value, unescaped.</param>
public sealed record FieldRequirement(string Field, bool IsEqual, string Value)
{
    /// <inheritdoc />
    public override string ToString() => $"{Field}{(IsEqual ? "=" : "!=")}{Escaped(Value)}";

    private static string Escaped(string value) =>
        value.Replace("\\", "\\\\").Replace(",", "\\,").Replace("=", "\\=");
}

/// <summary>Field selectors as text: <c>spec.nodeName=n1,status.phase!=Failed</c>.</summary>
public static class FieldSelectors
{
    private const string Name = "metadata.name";
    private const string Namespace = "metadata.namespace";

    /// <summary>The requirements of a <c>fieldSelector</c> parameter for a kind; none for an empty one.</summary>
    /// <exception cref="ApiException">400: not a selector, or on a field that the kind does not offer.</exception>
    public static IReadOnlyList<FieldRequirement> Parse(Kind kind, string? text)
    {
        if (string.IsNullOrEmpty(text)) return [];
        var requirements = new List<FieldRequirement>();
        foreach (var term in Terms(text))
        {
            if (term.Length == 0) continue;
            var requirement = Requirement(term, text);
            var isOffered = requirement.Field is Name or Namespace || kind.SelectableFields.Contains(requirement.Field);
            if (!isOffered) throw ApiException.BadRequest($"field label not supported: {requirement.Field}");
            requirements.Add(requirement);
        }
        return requirements;
    }

    /// <summary>The object meets every requirement.</summary>
    public static bool Matches(this IReadOnlyList<FieldRequirement> requirements, Kind kind, ApiObject obj)
    {
        foreach (var requirement in requirements)
        {
            if ((ValueOf(kind, obj, requirement.Field) == requirement.Value) != requirement.IsEqual) return false;
        }
        return true;
    }

    /// <summary>The one value a field must have, or null: lets a reader look up by name instead of filtering.</summary>
    public static string? RequiredValue(this IReadOnlyList<FieldRequirement> requirements, string field) =>
        requirements.FirstOrDefault(requirement => requirement.IsEqual && requirement.Field == field)?.Value;

    private static string ValueOf(Kind kind, ApiObject obj, string field) => field switch
    {
        Name => obj.Metadata.Name ?? "",
        Namespace => obj.Metadata.Namespace ?? "",
        _ => kind.FieldValue(obj, field) ?? "",
    };

    private static IEnumerable<string> Terms(string text)
    {
        var start = 0;
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '\\') at++;
            else if (text[at] == ',')
            {
                yield return text[start..at];
                start = at + 1;
            }
        }
        yield return text[start..];
    }

    private static FieldRequirement Requirement(string term, string selector)
    {
        for (var at = 0; at < term.Length; at++)
        {
            if (term[at] == '\\')
            {
                at++;
                continue;
            }
            var rest = term.AsSpan(at);
            var (sign, isEqual) = rest.StartsWith("!=") ? (2, false) : rest.StartsWith("==") ? (2, true) : (1, true);
            if (sign == 2 || term[at] == '=') return new(term[..at], isEqual, Unescaped(term[(at + sign)..]));
        }
        throw ApiException.BadRequest($"invalid selector: '{selector}'; can't understand '{term}'");
    }

    private static string Unescaped(string value)
    {
        if (!value.Contains('\\') && !value.Contains('=')) return value;
        var text = new StringBuilder();
        for (var at = 0; at < value.Length; at++)
        {
            if (value[at] == '=')
            {
                throw ApiException.BadRequest($"invalid field selector: unescaped '=' in value: {value}");
            }
            if (value[at] != '\\')
            {
                text.Append(value[at]);
                continue;
            }
            if (++at == value.Length || value[at] is not ('\\' or ',' or '='))
            {
                var sequence = value[(at - 1)..Math.Min(at + 1, value.Length)];
                throw ApiException.BadRequest($"invalid field selector: invalid escape sequence: {sequence}");
            }
            text.Append(value[at]);
        }
        return text.ToString();
    }
}
