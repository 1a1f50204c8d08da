using System.Text.Json.Nodes;

namespace Orchestrator.Benchmarks;

/// <summary>What the benchmarks create.</summary>
internal static class Manifests
{
    public const string Image = "orc-sample/busybox:1";

    public static JsonObject Pod(string name, int containers = 1, int grace = 0) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Pod",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = Spec(containers, grace),
    };

    public static JsonObject Deployment(string name, int replicas, string? nodePrefix = null, int grace = 0)
    {
        var spec = Spec(grace: grace);
        if (nodePrefix is not null) spec["nodeSelector"] = new JsonObject { ["simulated"] = "true" };
        return new()
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "Deployment",
            ["metadata"] = new JsonObject { ["name"] = name },
            ["spec"] = new JsonObject
            {
                ["replicas"] = replicas,
                ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = name } },
                ["template"] = new JsonObject
                {
                    ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["app"] = name } },
                    ["spec"] = spec,
                },
            },
        };
    }

    private static JsonObject Spec(int containers = 1, int grace = 0) => new()
    {
        ["terminationGracePeriodSeconds"] = grace,
        ["containers"] = new JsonArray([.. Enumerable.Range(0, containers).Select(Container)]),
    };

    private static JsonObject Container(int number) => new()
    {
        ["name"] = number == 0 ? "main" : $"main-{number}",
        ["image"] = Image,
        ["command"] = new JsonArray("sleep", "100000"),
        ["resources"] = new JsonObject { ["requests"] = new JsonObject { ["cpu"] = "10m", ["memory"] = "16Mi" } },
    };
}
