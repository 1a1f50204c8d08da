using System.Text.Json.Nodes;

namespace Orchestrator.ApiServer.OpenApi;

/// <summary>What can be said in the path and in the query of a request.</summary>
internal static class Parameters
{
    private static readonly Dictionary<string, string[]> OfVerbs = new()
    {
        ["get"] = [],
        ["list"] = ["allowWatchBookmarks?", "continue", "fieldSelector", "labelSelector", "limit#", "resourceVersion",
            "resourceVersionMatch", "sendInitialEvents?", "timeoutSeconds#", "watch?"],
        ["create"] = ["dryRun", "fieldManager", "fieldValidation"],
        ["update"] = ["dryRun", "fieldManager", "fieldValidation"],
        ["patch"] = ["dryRun", "fieldManager", "fieldValidation", "force?"],
        ["delete"] = ["dryRun", "gracePeriodSeconds#", "orphanDependents?", "propagationPolicy"],
        ["deletecollection"] = ["continue", "dryRun", "fieldSelector", "gracePeriodSeconds#", "labelSelector", "limit#",
            "orphanDependents?", "propagationPolicy", "resourceVersion", "resourceVersionMatch", "timeoutSeconds#"],
    };

    /// <summary>The query of a verb.</summary>
    public static JsonArray OfQuery(string verb, OpenApiForm form, FieldTexts texts)
    {
        var all = new JsonArray();
        foreach (var parameter in OfVerbs[verb])
        {
            var name = parameter.TrimEnd('?', '#');
            var type = parameter.EndsWith('?') ? "boolean" : parameter.EndsWith('#') ? "integer" : "string";
            all.Add(One(name, "query", type, form, texts));
        }
        return all;
    }

    /// <summary>What the braces of a path stand for, and <c>pretty</c>, which every path takes.</summary>
    public static JsonArray OfPath(string path, OpenApiForm form, FieldTexts texts)
    {
        var all = new JsonArray();
        foreach (var name in (string[])["name", "namespace"])
        {
            if (path.Contains($"{{{name}}}", StringComparison.Ordinal))
                all.Add(One(name, "path", "string", form, texts));
        }
        all.Add(One("pretty", "query", "string", form, texts));
        return all;
    }

    private static JsonObject One(string name, string place, string type, OpenApiForm form, FieldTexts texts)
    {
        var parameter = new JsonObject { ["name"] = name, ["in"] = place };
        if (texts.Find("parameters", name) is { } sentence) parameter["description"] = sentence;
        if (place == "path") parameter["required"] = true;
        var plain = form == OpenApiForm.V2 ? parameter : [];
        plain["type"] = type;
        if (form == OpenApiForm.V3) parameter["schema"] = plain;
        return parameter;
    }
}
