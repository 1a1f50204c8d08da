using System.Collections;

namespace Orchestrator.Api.Meta;

/// <summary>
/// Values as the reference shows them in error texts. It is written in Go, and what clients match and people search
/// for has Go's spelling: <c>map[string]string{"app":"web"}</c>.
/// </summary>
internal static class GoText
{
    public static string Of(object? value) => value switch
    {
        null => "null",
        string text => Quoted(text),
        bool flag => flag ? "true" : "false",
        IntOrString { Text: { } text } => Quoted(text),
        LabelSelector selector => Selector(selector),
        IEnumerable<KeyValuePair<string, string>> map => Map(map),
        IEnumerable<string> texts => $"[]string{{{string.Join(", ", texts.Select(Quoted))}}}",
        IEnumerable items => $"[{string.Join(" ", items.Cast<object>().Select(Of))}]",
        _ => value.ToString() ?? "",
    };

    private static string Quoted(string text) =>
        $"\"{text.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n").Replace("\t", "\\t")}\"";

    private static string Map(IEnumerable<KeyValuePair<string, string>> map)
    {
        var pairs = map.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => $"{Quoted(pair.Key)}:{Quoted(pair.Value)}");
        return $"map[string]string{{{string.Join(", ", pairs)}}}";
    }

    private static string Selector(LabelSelector selector)
    {
        var labels = selector.MatchLabels.Count == 0 ? "map[string]string(nil)" : Map(selector.MatchLabels);
        var expressions = selector.MatchExpressions.Count == 0
            ? "[]v1.LabelSelectorRequirement(nil)"
            : $"[]v1.LabelSelectorRequirement{{{string.Join(", ", selector.MatchExpressions.Select(Requirement))}}}";
        return $"v1.LabelSelector{{MatchLabels:{labels}, MatchExpressions:{expressions}}}";
    }

    private static string Requirement(LabelSelectorRequirement requirement)
    {
        var values = requirement.Values.Count == 0 ? "[]string(nil)" : Of(requirement.Values);
        return "v1.LabelSelectorRequirement{"
            + $"Key:{Quoted(requirement.Key)}, Operator:{Quoted(requirement.Operator)}, Values:{values}}}";
    }
}
