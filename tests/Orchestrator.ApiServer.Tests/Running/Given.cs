namespace Orchestrator.ApiServer.Tests.Running;

/// <summary>Manifests.</summary>
internal static class Given
{
    public const string ConfigMaps = "/api/v1/namespaces/default/configmaps";
    public const string Pods = "/api/v1/namespaces/default/pods";
    public const string Deployments = "/apis/apps/v1/namespaces/default/deployments";
    public const string TableAccept =
        "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json";

    public static string ConfigMap(string name, string label = "x") =>
        $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}","labels":{"app":"{{{label}}}"}},"data":{"k":"v"}}""";

    public static string Pod(string name, string node = "", string containers = """{"name":"c","image":"nginx"}""")
    {
        var bound = node.Length > 0 ? $"\"nodeName\":\"{node}\"," : "";
        return $$$"""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"{{{name}}}"},"spec":{ {{{bound}}} "containers":[{{{containers}}}]}}""";
    }

    public static string Deployment(string name, int replicas) =>
        $$$$"""
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"{{{{name}}}}"},"spec":{"replicas":{{{{replicas}}}},
        "selector":{"matchLabels":{"app":"{{{{name}}}}"}},"template":{"metadata":{"labels":{"app":"{{{{name}}}}"}},
        "spec":{"containers":[{"name":"c","image":"nginx"}]} } } }
        """;
}
