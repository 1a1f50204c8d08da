using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Cluster.Tests.Running;

/// <summary>Objects as a user would send them, from one short text each.</summary>
internal static class Given
{
    public static ConfigMap ConfigMap(string name, string ns = "default", params (string Key, string Value)[] data) =>
        new() { Metadata = new() { Name = name, Namespace = ns }, Data = Map(data) };

    public static Namespace Namespace(string name) => new() { Metadata = new() { Name = name } };

    /// <summary>A pod that ends at once when told.</summary>
    public static Pod Pod(string name, string ns = "default", string image = "v1",
        params (string Key, string Value)[] labels) =>
        new() { Metadata = new() { Name = name, Namespace = ns, Labels = Map(labels) }, Spec = Spec(image) };

    public static ReplicaSet ReplicaSet(string name, int replicas, string ns = "default") => new()
    {
        Metadata = new() { Name = name, Namespace = ns },
        Spec = new()
        {
            Replicas = replicas,
            Selector = new() { MatchLabels = Map(("app", name)) },
            Template = Template(name, "v1")
        },
    };

    public static Deployment Deployment(string name, int replicas, string ns = "default") => new()
    {
        Metadata = new() { Name = name, Namespace = ns },
        Spec = new()
        {
            Replicas = replicas,
            Selector = new() { MatchLabels = Map(("app", name)) },
            Template = Template(name, "v1")
        },
    };

    public static Deployment WithImage(this Deployment deployment, string image) =>
        deployment with
        {
            Spec = deployment.Spec with { Template = deployment.Spec.Template with { Spec = Spec(image) } }
        };

    public static Deployment With(this Deployment deployment, Func<DeploymentSpec, DeploymentSpec> change) =>
        deployment with { Spec = change(deployment.Spec) };

    public static Pod With(this Pod pod, Func<PodSpec, PodSpec> change) => pod with { Spec = change(pod.Spec) };

    public static Dictionary<string, string> Map(params (string Key, string Value)[] pairs) =>
        pairs.ToDictionary(pair => pair.Key, pair => pair.Value);

    private static PodTemplateSpec Template(string app, string image) =>
        new() { Metadata = new() { Labels = Map(("app", app)) }, Spec = Spec(image) };

    private static PodSpec Spec(string image) =>
        new() { TerminationGracePeriodSeconds = 5, Containers = [new() { Name = "main", Image = $"test/{image}:1" }] };
}
