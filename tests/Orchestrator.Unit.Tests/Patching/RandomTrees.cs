using System.Text.Json.Nodes;

namespace Orchestrator.Unit.Tests.Patching;

/// <summary>Small random JSON and small random pods, from a seeded source.</summary>
internal static class RandomTrees
{
    public static JsonObject Object(Random chance, int depth)
    {
        var result = new JsonObject();
        for (var fields = chance.Next(5); fields > 0; fields--) result[$"k{chance.Next(6)}"] = Value(chance, depth - 1);
        return result;
    }

    /// <summary>
    /// A pod, or a patch for one: keyed lists, sets, maps, atomic lists, nulls and deletions when asked for.
    /// </summary>
    public static JsonObject Pod(Random chance, bool isPatch)
    {
        var spec = new JsonObject { ["containers"] = Keyed(chance, "name", isPatch, Container) };
        if (chance.Next(2) == 0) spec["tolerations"] = new JsonArray(new JsonObject { ["key"] = Text(chance) });
        if (chance.Next(2) == 0) spec["hostAliases"] = Keyed(chance, "ip", isPatch, null);
        spec["nodeSelector"] = Map(chance, isPatch);
        var metadata = new JsonObject { ["labels"] = Map(chance, isPatch), ["finalizers"] = Set(chance) };
        return new() { ["metadata"] = metadata, ["spec"] = spec };
    }

    private static void Container(Random chance, JsonObject container, bool isPatch)
    {
        container["image"] = Text(chance);
        container["env"] =
            Keyed(chance, "name", isPatch, static (source, variable, _) => variable["value"] = Text(source));
        if (chance.Next(3) == 0) container["args"] = Set(chance);
    }

    private static JsonArray Keyed(Random chance, string key, bool isPatch, Action<Random, JsonObject, bool>? fill)
    {
        var result = new JsonArray();
        foreach (var name in Names(chance))
        {
            var item = new JsonObject { [key] = name };
            if (isPatch && chance.Next(4) == 0) item["$patch"] = "delete";
            else fill?.Invoke(chance, item, isPatch);
            result.Add(item);
        }
        return result;
    }

    private static JsonObject Map(Random chance, bool isPatch)
    {
        var result = new JsonObject();
        foreach (var name in Names(chance)) result[name] = isPatch && chance.Next(3) == 0 ? null : Text(chance);
        return result;
    }

    private static JsonArray Set(Random chance) => new([.. Names(chance).Select(name => JsonValue.Create(name))]);

    private static IEnumerable<string> Names(Random chance) =>
        new[] { "a", "b", "c", "d" }.Where(_ => chance.Next(2) == 0).ToList();

    private static string Text(Random chance) => $"t{chance.Next(4)}";

    private static JsonNode? Value(Random chance, int depth) => chance.Next(depth > 0 ? 6 : 4) switch
    {
        0 => JsonValue.Create(chance.Next(3)),
        1 => JsonValue.Create(Text(chance)),
        2 => JsonValue.Create(chance.Next(2) == 0),
        3 => new JsonArray(JsonValue.Create(chance.Next(2)), new JsonObject { ["x"] = chance.Next(2) }),
        _ => Object(chance, depth),
    };
}
