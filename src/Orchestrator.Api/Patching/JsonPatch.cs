using System.Globalization;
using System.Text.Json.Nodes;
using Orchestrator.Api.Decoding;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Patching;

/// <summary>RFC 6902: a list of operations on places named by pointers; all succeed or the patch is refused.</summary>
internal static class JsonPatch
{
    private const int OperationsMax = 10_000;

    // Copies of copies double the tree with each operation; this bounds what a small patch can grow to.
    private const int CopiedNodesMax = 1_000_000;

    // Whatever is put somewhere is looked through; a large part that is moved to and fro would keep it busy for
    // minutes.
    private const int SeenNodesMax = 5_000_000;

    public static JsonNode? Apply(JsonNode? root, JsonNode? patch)
    {
        if (patch is not JsonArray operations)
        {
            throw ApiException.BadRequest("error decoding patch: a JSON patch must be an array of operations");
        }
        if (operations.Count > OperationsMax)
        {
            throw new ApiException(413, "RequestEntityTooLarge", "Request entity too large: "
                + $"The allowed maximum operations in a JSON patch is {OperationsMax}, got {operations.Count}");
        }
        var document = new Document(root);
        foreach (var operation in operations)
            document.Do(operation as JsonObject ?? throw BadOperation("is no object"));
        return document.Root;
    }

    private static ApiException BadOperation(string why) =>
        ApiException.BadRequest($"error decoding patch: an operation {why}");

    private static ApiException Failed(string why)
    {
        const string sentence = "the server rejected our request due to an error in our request";
        // No causes: kubectl would show them in place of the message, after an empty field name.
        return new(422, "Invalid", $"{sentence}: {why}");
    }

    private sealed class Document(JsonNode? root)
    {
        private int _copiedNodes;
        private int _seenNodes;

        public JsonNode? Root { get; private set; } = root;

        public void Do(JsonObject operation)
        {
            var name = Text(operation, "op");
            var path = Pointer(operation, "path");
            switch (name)
            {
                case "add": Add(path, Value(operation)); break;
                case "remove": Remove(path, name); break;
                case "replace": Replace(path, Value(operation)); break;
                case "test": Test(path, operation["value"]); break;
                case "move": Move(Pointer(operation, "from"), path); break;
                case "copy": Add(path, Copied(Pointer(operation, "from"))); break;
                default: throw BadOperation($"must be add, remove, replace, move, copy or test, not \"{name}\"");
            }
        }

        private void Add(string[] path, JsonNode? value)
        {
            RequireShallow(path, value);
            if (path.Length == 0)
            {
                Root = value;
                return;
            }
            switch (Parent(path, "add"))
            {
                case JsonObject fields:
                    fields[path[^1]] = value;
                    break;
                case JsonArray list:
                    list.Insert(path[^1] == "-" ? list.Count : Index(path, list.Count, "add"), value);
                    break;
            }
        }

        private JsonNode? Remove(string[] path, string operation)
        {
            if (path.Length == 0) throw Failed($"{operation} operation does not apply: the whole document would go");
            switch (Parent(path, operation))
            {
                case JsonObject fields when fields.ContainsKey(path[^1]):
                    var value = fields[path[^1]];
                    fields.Remove(path[^1]);
                    return value;
                case JsonArray list:
                    var index = Index(path, list.Count - 1, operation);
                    var element = list[index];
                    list.RemoveAt(index);
                    return element;
                default:
                    throw Missing(path, operation);
            }
        }

        private void Replace(string[] path, JsonNode? value)
        {
            RequireShallow(path, value);
            if (path.Length == 0)
            {
                Root = value;
                return;
            }
            switch (Parent(path, "replace"))
            {
                case JsonObject fields when fields.ContainsKey(path[^1]):
                    fields[path[^1]] = value;
                    break;
                case JsonArray list:
                    list[Index(path, list.Count - 1, "replace")] = value;
                    break;
                default:
                    throw Missing(path, "replace");
            }
        }

        // As the reference does, a test for null also passes when the field is absent.
        private void Test(string[] path, JsonNode? expected)
        {
            if (!TryGet(path, out var actual) && expected is not null) throw Missing(path, "test");
            if (!JsonNode.DeepEquals(actual, expected))
            {
                throw Failed(
                    $"testing path {Spelled(path)} failed: the value is {Shown(actual)}, not {Shown(expected)}");
            }
        }

        private void Move(string[] from, string[] path)
        {
            if (path.Length > from.Length && path.AsSpan(0, from.Length).SequenceEqual(from))
            {
                throw Failed($"move operation does not apply: {Spelled(path)} lies inside {Spelled(from)}");
            }
            if (from.AsSpan().SequenceEqual(path) && TryGet(from, out _)) return;
            Add(path, Remove(from, "move"));
        }

        private JsonNode? Copied(string[] from)
        {
            if (!TryGet(from, out var value)) throw Missing(from, "copy");
            _copiedNodes += CountNodes(value);
            if (_copiedNodes > CopiedNodesMax) throw Failed("copy operations make the document too large");
            return value?.DeepClone();
        }

        private bool TryGet(string[] path, out JsonNode? value)
        {
            value = Root;
            foreach (var step in path)
            {
                switch (value)
                {
                    case JsonObject fields when fields.TryGetPropertyValue(step, out value):
                        break;
                    case JsonArray list when TryIndex(step, list.Count - 1, out var index):
                        value = list[index];
                        break;
                    default:
                        value = null;
                        return false;
                }
            }
            return true;
        }

        private JsonNode Parent(string[] path, string operation) =>
            TryGet(path[..^1], out var parent) && parent is JsonObject or JsonArray
                ? parent!
                : throw Missing(path, operation);

        // Moves into what was just added can nest without end; a tree that deep could not even be copied.
        private void RequireShallow(string[] path, JsonNode? value)
        {
            if (!FitsDepth(value, JsonTrees.DepthMax - path.Length))
                throw Failed($"nested deeper than {JsonTrees.DepthMax} levels");
        }

        private bool FitsDepth(JsonNode? node, int levels)
        {
            if (++_seenNodes > SeenNodesMax) throw Failed("the operations move too much");
            return node switch
            {
                JsonObject fields => levels > 0 && fields.All(field => FitsDepth(field.Value, levels - 1)),
                JsonArray list => levels > 0 && list.All(item => FitsDepth(item, levels - 1)),
                _ => levels >= 0,
            };
        }
    }

    private static int CountNodes(JsonNode? node) => node switch
    {
        JsonObject fields => 1 + fields.Sum(field => CountNodes(field.Value)),
        JsonArray list => 1 + list.Sum(CountNodes),
        _ => 1,
    };

    private static int Index(string[] path, int highest, string operation) =>
        TryIndex(path[^1], highest, out var index) ? index : throw Missing(path, operation);

    private static bool TryIndex(string text, int highest, out int index) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out index)
        && index <= highest && (text.Length == 1 || text[0] != '0');

    private static ApiException Missing(string[] path, string operation) =>
        Failed($"{operation} operation does not apply: doc is missing path: {Spelled(path)}");

    private static JsonNode? Value(JsonObject operation) => operation.TryGetPropertyValue("value", out var value)
        ? value?.DeepClone()
        : throw BadOperation("lacks a value");

    private static string Text(JsonObject operation, string field) =>
        operation[field] is JsonValue value && value.TryGetValue<string>(out var text)
            ? text
            : throw BadOperation($"lacks {field}");

    private static string[] Pointer(JsonObject operation, string field)
    {
        var text = Text(operation, field);
        if (text.Length == 0) return [];
        if (text[0] != '/') throw BadOperation($"has the {field} \"{text}\", which does not begin with /");
        return [.. text[1..].Split('/').Select(step => step.Replace("~1", "/").Replace("~0", "~"))];
    }

    private static string Spelled(string[] path) =>
        string.Concat(path.Select(step => "/" + step.Replace("~", "~0").Replace("/", "~1")));

    private static string Shown(JsonNode? node)
    {
        var text = JsonTrees.ToText(node);
        return text.Length <= 200 ? text : $"{text[..200]}...";
    }
}
