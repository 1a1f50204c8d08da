using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Simulations.Users;

/// <summary>Objects as users of all sorts would make them.</summary>
internal sealed class Templates(Chance chance)
{
    private static readonly (IntOrString Surge, IntOrString Unavailable)[] Rollings =
        [("25%", "25%"), (1, 0), (0, 1), (2, 1), ("50%", 0), ("100%", "50%")];

    public Deployment Deployment(string ns, string name)
    {
        var labels = new Dictionary<string, string> { ["app"] = name };
        return new()
        {
            Metadata = new() { Name = name, Namespace = ns },
            Spec = new()
            {
                Replicas = chance.Between(1, 6),
                Selector = new() { MatchLabels = labels },
                MinReadySeconds = chance.Of([0, 0, 0, 5]),
                Strategy = Strategy(),
                Template = new() { Metadata = new() { Labels = labels }, Spec = Service() },
            },
        };
    }

    /// <summary>A pod without a controller: a service, a job that ends, or one that crashes for ever.</summary>
    public Pod Pod(string ns, string name)
    {
        var (image, policy) = chance.OfWeighted(
        [
            (4, ("app/plain:1", "Always")), (2, ("job/done:1", "Never")), (2, ("job/done:1", "OnFailure")),
            (2, ("job/failed:1", "Never")), (1, ("job/crashing:1", "Always")),
        ]);
        var spec = Service();
        var labels = new Dictionary<string, string> { ["bare"] = name };
        return new()
        {
            Metadata = new() { Name = name, Namespace = ns, Labels = labels },
            Spec = spec with { RestartPolicy = policy, Containers = [spec.Containers[0] with { Image = image }] },
        };
    }

    private DeploymentStrategy Strategy()
    {
        if (chance.Hits(0.15)) return new() { Type = "Recreate" };
        var (surge, unavailable) = chance.Of(Rollings);
        return new()
        {
            Type = "RollingUpdate",
            RollingUpdate = new() { MaxSurge = surge, MaxUnavailable = unavailable },
        };
    }

    private PodSpec Service()
    {
        var spec = new PodSpec
        {
            TerminationGracePeriodSeconds = chance.Of([0L, 1L, 5L, 10L, 30L]),
            Containers = [Container("main")],
        };
        if (chance.Hits(0.2)) spec = spec with { Containers = [.. spec.Containers, Container("side")] };
        return chance.Hits(0.15)
            ? spec with { InitContainers = [Container("init") with { Image = "job/done:init" }] }
            : spec;
    }

    private Container Container(string name)
    {
        var container = new Container { Name = name, Image = $"app/{name}:{chance.Between(1, 3)}" };
        if (chance.Hits(0.5)) return container;
        var cpu = Quantity.FromMilli(chance.Of([100, 250, 500, 1000]));
        return container with
        {
            Resources = new() { Requests = new Dictionary<string, Quantity> { ["cpu"] = cpu } },
        };
    }
}
