using System.Text;

namespace Orchestrator.Nodes.Environments;

/// <summary>
/// Replaces <c>$(NAME)</c> by the variable's value; what is unknown stays as written, <c>$$</c> is one dollar.
/// </summary>
public static class Expansion
{
    /// <summary>The text with all known references replaced.</summary>
    public static string Expand(string text, IReadOnlyDictionary<string, string> variables) =>
        Expand(text, name => variables.GetValueOrDefault(name));

    /// <summary>The variables that a text refers to.</summary>
    public static IReadOnlyList<string> NamesIn(string text)
    {
        var names = new List<string>();
        Expand(text, name =>
        {
            names.Add(name);
            return null;
        });
        return names;
    }

    private static string Expand(string text, Func<string, string?> valueOf)
    {
        if (!text.Contains('$')) return text;
        var result = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] != '$' || at + 1 == text.Length)
            {
                result.Append(text[at]);
                continue;
            }
            var close = text[at + 1] == '(' ? text.IndexOf(')', at + 2) : -1;
            if (close < 0)
            {
                // "$$" is an escaped dollar; "$x" and an unclosed "$(" are no references and stay.
                result.Append(text[at + 1] == '$' ? "$" : text.Substring(at, 2));
                at++;
                continue;
            }
            var name = text[(at + 2)..close];
            result.Append(valueOf(name) ?? $"$({name})");
            at = close;
        }
        return result.ToString();
    }
}
