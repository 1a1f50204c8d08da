using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Robustness.Tests.Requests;

namespace Orchestrator.Robustness.Tests.Mutations;

/// <summary>Bodies that are JSON, with one place in them that is wrong.</summary>
internal static class JsonMutators
{
    private const string Mark = "\"@@\"";

    // What stands where something else belongs, as JSON text; some of it is none.
    private static readonly string[] Values =
    [
        "null", "true", "0", "-1", "1.5", "1e400", "-0", "99999999999999999999999", "9223372036854775808", "2147483648",
        "\"\"", "\"x\"", "\" \"", "\"\\u0000\"", "\"\\ud800\"", "\"\\ud83d\\ude00\"", "\"-\"", "\"../..\"", "\"a/b/c\"",
        "\"0x10\"", "\"1Gi\"", "\"-5m\"", "\"1e99999\"", "\"999999999999999999999Ei\"", "\"10000-01-01T00:00:00Z\"",
        "\"2026-13-45T99:99:99Z\"", "\"300%\"", "\"::1\"", "\"999.1.1.1\"", "\"0.0.0.0/33\"", "\"$(A)\"", "\"*\"",
        "{}", "[]", "[null]", "[[]]", "{\"a\":{}}", "{\"\":\"\"}", "[{},{}]", "NaN", "Infinity", "'x'", "undefined",
        "01",
        "+1", ".5", "1.", "0x1", "\"\t\"", "\"\\x\"", "tru", "/*c*/1", "\"a\" \"b\"", "{\"a\":1,}", "[1,]", "",
    ];

    private static readonly string[] Names =
        ["", "$patch", "metadata", "spec", "kind", "__proto__", "$ref", "a.b", "\u0000", "UPPER", "status",
            "\ud83d\ude00"];

    public static Mutator[] All { get; } =
    [
        new("another value", Fits, (message, dice) => At(message, dice, _ => dice.Of(Values))),
        new("a long text", Fits, (message, dice) => At(message, dice, _ =>
            $"\"{new string('a', 1 << dice.Below(18))}\"")),
        new("nested", Fits, (message, dice) => At(message, dice, inner => Nested(inner, 1 << dice.Below(14)))),
        new("a field nobody knows", Fits, (message, dice) => Field(message, dice, dice.Of(Names), dice.Of(Values))),
        new("a field twice", Fits, (message, dice) => At(message, dice, inner => inner + Twice(inner))),
        new("many fields", Fits, (message, dice) => Field(message, dice, "many", Many(1 << dice.Below(10)))),
        new("a list of many", Fits, (message, dice) => At(message, dice, inner => Listed(inner, 1 << dice.Below(9)))),
        new("a field gone", Fits, Gone),
        new("another kind", Fits, (message, dice) => Root(message, "kind", dice.Of(["Pod", "", "pod", "List",
            "Kind/x"]))),
        new("another version", Fits,
            (message, dice) => Root(message, "apiVersion", dice.Of(["v1", "", "apps/v2", "/", "a/b/c", "v1 "]))),
        new("another name", Fits, (message, dice) => Meta(message, "name",
            dice.Of(["", "-", "A", "a b", "a/b", "..", "%2f", new string('x', 300), "a\u0000", "é", "kept"]))),
        new("another namespace", Fits,
            (message, dice) => Meta(message, "namespace", dice.Of(["", "other", "kube-system", "A b", "../x"]))),
        new("a version of its own", Fits, (message, dice) => Meta(message, "resourceVersion",
            dice.Of(["1", "0", "-1", "x", "99999999999", "9999999999999999999999"]))),
        new("a generated name", Fits, (message, dice) =>
            Meta(Meta(message, "name", ""), "generateName", dice.Of(["a-", "", "A", new string('g', 300), "a/b"]))),
    ];

    public static bool Fits(Message message) => message.Body is { Length: > 0 } body
        && message.HeaderOf("Content-Type").Contains("json", StringComparison.Ordinal) && TryRead(body) is not null;

    // Puts a text in the place of a value; the text is told what stands there.
    private static Message At(Message message, Dice dice, Func<string, string> text)
    {
        var root = TryRead(message.Body!)!;
        var places = Places(root).ToList();
        if (places.Count == 0) return message;
        var (parent, name, index) = dice.Of(places);
        var old = parent is JsonObject fields ? fields[name] : parent.AsArray()[index];
        var inner = old?.ToJsonString() ?? "null";
        if (parent is JsonObject changed) changed[name] = "@@";
        else parent.AsArray()[index] = "@@";
        var (before, after) = Split(root);
        return Of(message, before + text(inner) + after);
    }

    private static Message Field(Message message, Dice dice, string name, string value)
    {
        var root = TryRead(message.Body!)!;
        var objects = Places(root).Select(place => place.Parent).OfType<JsonObject>().Distinct().ToList();
        if (objects.Count == 0) return message;
        dice.Of(objects)["@@"] = 0;
        var (before, after) = Split(root);
        return Of(message, $"{before}{JsonSerializer.Serialize(name)}:{value}{after[2..]}");
    }

    private static Message Gone(Message message, Dice dice)
    {
        var root = TryRead(message.Body!)!;
        var places = Places(root).ToList();
        if (places.Count == 0) return message;
        var (parent, name, index) = dice.Of(places);
        if (parent is JsonObject fields) fields.Remove(name);
        else parent.AsArray().RemoveAt(index);
        return Of(message, root.ToJsonString());
    }

    private static Message Root(Message message, string name, string value)
    {
        if (TryRead(message.Body!) is not JsonObject root) return message;
        root[name] = value;
        return Of(message, root.ToJsonString());
    }

    private static Message Meta(Message message, string name, string value)
    {
        if (TryRead(message.Body!) is not JsonObject root) return message;
        if (root["metadata"] is not JsonObject metadata) root["metadata"] = metadata = [];
        metadata[name] = value;
        return Of(message, root.ToJsonString());
    }

    private static string Nested(string inner, int depth) =>
        Times("{\"a\":[", depth / 2) + inner + Times("]}", depth / 2);

    private static string Times(string text, int count) => string.Concat(Enumerable.Repeat(text, count));

    private static string Listed(string inner, int count) =>
        $"[{string.Join(',', Enumerable.Repeat(inner.Length < 2_000 ? inner : "{}", count))}]";

    private static string Many(int count) =>
        $"{{{string.Join(',', Enumerable.Range(0, count).Select(i => $"\"unknown-{i}\":{i}"))}}}";

    private static string Twice(string inner) => $",\"kind\":\"Pod\",\"metadata\":{inner},\"metadata\":{inner}";

    private static (string Before, string After) Split(JsonNode root)
    {
        var text = root.ToJsonString();
        var at = text.IndexOf(Mark, StringComparison.Ordinal);
        return (text[..at], text[(at + Mark.Length)..]);
    }

    private static Message Of(Message message, string json) => message with { Body = Encoding.UTF8.GetBytes(json) };

    private static IEnumerable<(JsonNode Parent, string Name, int Index)> Places(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject fields:
                foreach (var (name, value) in fields)
                {
                    yield return (fields, name, 0);
                    foreach (var place in Places(value)) yield return place;
                }
                break;
            case JsonArray list:
                for (var i = 0; i < list.Count; i++)
                {
                    yield return (list, "", i);
                    foreach (var place in Places(list[i])) yield return place;
                }
                break;
        }
    }

    // An earlier mutation may have left something that is no JSON, or is deeper than this test can walk.
    private static JsonNode? TryRead(byte[] body)
    {
        try
        {
            var root = JsonNode.Parse(body);
            // Half a character is read, but cannot be written.
            _ = root?.ToJsonString();
            return root is null || Places(root).Take(5_000).Count() == 5_000 ? null : root;
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }
}
