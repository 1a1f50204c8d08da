using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Grains;
using Orchestrator.Storage;

namespace Orchestrator.Simulations.Users;

/// <summary>
/// Users who create, scale, roll, pause and delete Deployments, pods and namespaces, and cordon nodes. What there is
/// they read from the watch cache, as through the API.
/// </summary>
internal sealed class RandomUsers(SimulatedWorld world, TimeSpan gap)
{
    private const int DeploymentsMax = 4;
    private const int BarePodsMax = 6;
    private const int ReplicasMax = 8;
    private readonly Chance _chance = world.ChanceFor("users");
    private readonly Templates _templates = new(world.ChanceFor("templates"));
    private readonly UserClient _client = new(world);
    private int _made;

    /// <summary>One request after the other, some of them in quick succession.</summary>
    public async Task RunAsync(DateTimeOffset end)
    {
        while (true)
        {
            var pause = _chance.Hits(0.3) ? _chance.Around(gap / 50) : _chance.Around(gap);
            if (world.Now + pause >= end) return;
            await world.WaitAsync(pause);
            await OneAsync();
        }
    }

    private Task OneAsync() => _chance.OfWeighted<Func<Task>>(
    [
        (6, CreateDeployment), (8, Scale), (8, Roll), (2, DeleteDeployment), (1, PauseOrResume), (4, CreatePod),
        (4, DeletePod), (2, Cordon), (3, Uncordon), (1, CreateNamespace), (1, DeleteNamespace), (2, WriteConfigMap),
    ])();

    private Task CreateDeployment() => Deployments().Count < DeploymentsMax
        ? _client.CreateAsync(_templates.Deployment(AnyNamespace(), Name("app")))
        : Scale();

    private Task Scale() => On(Deployments(), deployment =>
        _client.MergeAsync(deployment, $"{{\"spec\":{{\"replicas\":{_chance.Between(0, ReplicasMax)}}}}}"));

    private Task Roll() => On(Deployments(), deployment => _client.MergeAsync(deployment,
        $"{{\"spec\":{{\"template\":{{\"metadata\":{{\"annotations\":{{\"round\":\"{_chance.Below(6)}\"}}}}}}}}}}"));

    private Task PauseOrResume() => On(Deployments(), deployment =>
        _client.MergeAsync(deployment, $"{{\"spec\":{{\"paused\":{(_chance.Hits(0.3) ? "true" : "false")}}}}}"));

    private Task DeleteDeployment() => On(Deployments(), deployment => _client.DeleteAsync(
        deployment, new DeleteRequest { PropagationPolicy = _chance.Of(["Background", "Foreground"]) }));

    private Task CreatePod() => BarePods().Count < BarePodsMax
        ? _client.CreateAsync(_templates.Pod(AnyNamespace(), Name("pod")))
        : DeletePod();

    private Task DeletePod() => On(_chance.Hits(0.5) ? BarePods() : Keys(Pod.Kind), pod => _client.DeleteAsync(
        pod, new DeleteRequest { GracePeriodSeconds = _chance.Of<long?>([null, null, null, 0, 3]) }));

    private Task Cordon() =>
        On(Keys(Node.Kind), node => _client.MergeAsync(node, "{\"spec\":{\"unschedulable\":true}}"));

    private Task Uncordon() =>
        On(Keys(Node.Kind), node => _client.MergeAsync(node, "{\"spec\":{\"unschedulable\":null}}"));

    private Task CreateNamespace() => Teams().Count < 2
        ? _client.CreateAsync(new Namespace { Metadata = new() { Name = Name("team") } })
        : Task.CompletedTask;

    private Task DeleteNamespace() => On(Teams(), team => _client.DeleteAsync(team, new DeleteRequest()));

    private Task WriteConfigMap()
    {
        var map = new ConfigMap
        {
            Metadata = new() { Name = "settings", Namespace = AnyNamespace() },
            Data = new Dictionary<string, string> { ["round"] = Name("r") },
        };
        var key = KindRegistry.KeyOf(map);
        return world.Cache.Find(key) is null
            ? _client.CreateAsync(map)
            : _client.MergeAsync(key, $"{{\"data\":{{\"round\":\"{map.Data["round"]}\"}}}}");
    }

    private Task On(IReadOnlyList<ObjectKey> keys, Func<ObjectKey, Task> act) =>
        keys.Count == 0 ? Task.CompletedTask : act(_chance.Of(keys));

    private string Name(string prefix) => $"{prefix}-{++_made}";

    private string AnyNamespace() =>
        Teams() is { Count: > 0 } teams && _chance.Hits(0.4) ? _chance.Of(teams).Name : "default";

    private List<ObjectKey> Deployments() => Keys(Deployment.Kind);

    private List<ObjectKey> BarePods() => Keys(Pod.Kind, pod => pod.Metadata.OwnerReferences.Count == 0);

    private List<ObjectKey> Teams() =>
        Keys(Namespace.Kind, ns => ns.Metadata.Name!.StartsWith("team", StringComparison.Ordinal));

    private List<ObjectKey> Keys(Kind kind, Func<ApiObject, bool>? fits = null) =>
    [
        .. world.Cache.List(kind).Items
            .Where(item => item.Object.Metadata.DeletionTimestamp is null && fits?.Invoke(item.Object) != false)
            .Select(item => item.Key),
    ];
}
