using System.Text;
using Orchestrator.Robustness.Tests.Requests;

namespace Orchestrator.Robustness.Tests.Mutations;

/// <summary>Bodies that are YAML, with its own traps.</summary>
internal static class YamlMutators
{
    // What stands in the place of a value.
    private static readonly string[] Values =
    [
        "*nowhere", "&a [*a]", "&a {<<: *a}", "!!binary x", "!!int x", "!<tag:x> y", "|", "|2\n x", ">-", "1.e999",
        "+1e999",
        ".1e999", "-.inf", ".nan", "0x", "0o9", "09", "1_000", "0b1", "~", "!", "!!null x", "\t", "'", "\"", "\"\\x\"",
        "{",
        "[", "}", "]", "? a", ": b", "- - -", "@a", "`a", "%a", "#", "&a", "<<", "2026-01-01", "12:30:45", "yes", "No",
        "!!set {a, b}", "!!omap [a: 1]", "[a, [b, {c: &x d}], *x]", "\"\\ud800\"", "\u2028", "{? [a]: b}", "{[a]: b}",
    ];

    private static readonly string[] Lines =
    [
        "---", "...", "%YAML 9.9", "%TAG ! x", "<<: 3", "<<: [*a, 1]", "? {a: b}\n: c", "? - a\n  - b", "- a", "\tb: c",
        "kind: Pod", "metadata: &m {name: x}\n<<: *m", "a: b: c", "'a': 'b' c", "a:b", ": :", "#" , "&x a: *x",
    ];

    public static Mutator[] All { get; } =
    [
        new("another YAML value", Fits, (message, dice) => Value(message, dice, dice.Of(Values))),
        new("another YAML line", Fits, (message, dice) => Line(message, dice, line => [dice.Of(Lines), line])),
        new("a line gone", Fits, (message, dice) => Line(message, dice, _ => [])),
        new("a line twice", Fits, (message, dice) => Line(message, dice, line => [line, line])),
        new("another indent", Fits, (message, dice) => Line(message, dice, line => [new string(' ',
            dice.Below(9)) + line.Trim()])),
        new("a tab", Fits, (message, dice) => Line(message, dice, line => ["\t" + line])),
        new("nested flow", Fits, (message, dice) => Value(message, dice, new string('[', 1 << dice.Below(14)))),
        new("nested lists", Fits, (message, dice) => Value(message, dice,
            "\n" + string.Concat(Enumerable.Repeat("- ", 1 << dice.Below(12))) + "x")),
        new("aliases of aliases", Fits, (message, dice) => Line(message, dice, line => [Laughs(dice), line])),
        new("JSON called YAML", JsonMutators.Fits, (message, _) => message.Header("Content-Type", "application/yaml")),
    ];

    private static bool Fits(Message message) => message.Body is { Length: > 0 }
        && message.HeaderOf("Content-Type").Contains("yaml", StringComparison.Ordinal);

    private static Message Value(Message message, Dice dice, string value) => Line(message, dice, line =>
    {
        var colon = line.IndexOf(": ", StringComparison.Ordinal);
        return [colon < 0 ? $"{line} {value}" : $"{line[..(colon + 2)]}{value}"];
    });

    private static Message Line(Message message, Dice dice, Func<string, string[]> change)
    {
        var lines = Encoding.UTF8.GetString(message.Body!).Split('\n').ToList();
        var at = dice.Below(lines.Count);
        var next = change(lines[at]);
        lines.RemoveAt(at);
        lines.InsertRange(at, next);
        return message with { Body = Encoding.UTF8.GetBytes(string.Join('\n', lines)) };
    }

    private static string Laughs(Dice dice)
    {
        var text = new StringBuilder("l0: &l0 [a, a, a, a]\n");
        for (var i = 1; i <= 1 + dice.Below(12); i++)
            text.Append($"l{i}: &l{i} [{string.Join(',', Enumerable.Repeat($"*l{i - 1}", 9))}]\n");
        return text.ToString();
    }
}
