using System.Text.Json.Nodes;

namespace Orchestrator.Conformance.Tests;

/// <summary>Short manifests.</summary>
internal static class Given
{
    /// <summary>An image that every test machine makes itself.</summary>
    public const string Image = "orc-sample/busybox:1";

    /// <summary>A shell line that ends at once when it is asked to.</summary>
    public const string Forever = "trap 'exit 0' TERM; while true; do sleep 1 & wait $!; done";

    /// <summary>The manifest of a pod "web" that a node has from a file, and that says a word.</summary>
    public static string StaticPod(string word) => $$"""
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
          labels: {app: web}
        spec:
          terminationGracePeriodSeconds: 2
          containers:
          - name: main
            image: {{Image}}
            command: [sh, -c, "echo {{word}}; {{Forever}}"]
        """;

    /// <summary>A pod of containers that each run a shell line.</summary>
    public static JsonObject Pod(string name, params (string Name, string Script)[] containers) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Pod",
        ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = new JsonObject { ["app"] = name } },
        ["spec"] = Spec(containers),
    };

    /// <summary>A deployment of one container.</summary>
    public static JsonObject Deployment(string name, int replicas, string version = "1") => new()
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
                ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["app"] = name, ["version"] = version } },
                ["spec"] = Spec([("main", Forever)]),
            },
        },
    };

    /// <summary>A ConfigMap with one value.</summary>
    public static JsonObject ConfigMap(string name, string value) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "ConfigMap",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["data"] = new JsonObject { ["value"] = value },
    };

    private static JsonObject Spec((string Name, string Script)[] containers) => new()
    {
        ["terminationGracePeriodSeconds"] = 1,
        ["containers"] = new JsonArray([.. containers.Select(container => (JsonNode)new JsonObject
        {
            ["name"] = container.Name,
            ["image"] = Image,
            ["command"] = new JsonArray("sh", "-c", container.Script),
        })]),
    };
}
