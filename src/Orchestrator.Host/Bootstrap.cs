using System.Runtime.InteropServices;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Rbac.V1;
using Orchestrator.Api.Scheduling.V1;
using Orchestrator.Api.Storage.V1;
using Orchestrator.Grains;
using Orchestrator.Reconcilers.Services;
using Orchestrator.Storage;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace Orchestrator.Hosting;

/// <summary>
/// Makes what every cluster has: four namespaces, the service of the API, the roles, priorities and storage that users
/// count on, and the nodes this process was asked for.
/// </summary>
internal sealed class Bootstrap(
    IGrainFactory grains, IWatchCache cache, ILocalSiloDetails silo, ISiloStatusOracle silos, TimeProvider time,
    ApiAddresses addresses)
{
    private static readonly ApiObject[] Everywhere =
    [
        .. new[] { "default", "kube-system", "kube-public", "kube-node-lease" }
            .Select(name => new Namespace { Metadata = new ObjectMeta { Name = name } }),
        .. PriorityClass.OfSystem,
        LocalStorage.DefaultClass,
        .. BuiltInRoles.Roles,
        BuiltInRoles.Masters,
    ];

    // Silos that have just died may still own what is asked for: longer than it takes to declare them dead.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    /// <summary>Creates what is missing; repeating it changes nothing.</summary>
    /// <exception cref="StartException">The node's name is another machine's, or the cluster does not
    /// answer.</exception>
    public async Task RunAsync(ServeSettings settings)
    {
        await Task.WhenAll(Everywhere.Where(obj => cache.Find(KindRegistry.KeyOf(obj)) is null).Select(obj => Trying(
            () => Create(obj), $"{KindRegistry.Of(obj).Singular} {obj.Metadata.Name} cannot be made")));
        if (cache.Find(ServiceAddresses.ApiService) is null)
            await Trying(() => CreateApiService(settings), "the service of the API cannot be made");
        await Trying(() => addresses.StartAsync(settings.Listen), "the endpoints of the API cannot be made");
        if (settings.Docker != ServeSettings.NoDocker)
        {
            RefuseNodeOfOtherMachine(settings);
            await Register(settings.NodeName, settings.Docker, MachineAddress.Find(), settings.Machine);
        }
        for (var i = 0; i < settings.SimulatedNodes; i++)
        {
            await Register($"simulated-{i}", $"simulated://any?network=10.{i / 256}.{i % 256}.0", "127.0.0.1", "",
                ("simulated", "true"));
        }
    }

    private Task CreateApiService(ServeSettings settings) => Create(new Service
    {
        Metadata = new()
        {
            Name = ServiceAddresses.ApiService.Name,
            Namespace = ServiceAddresses.ApiService.Namespace,
            Labels = new Dictionary<string, string> { ["component"] = "apiserver", ["provider"] = "kubernetes" },
        },
        Spec = new()
        {
            ClusterIP = ServiceAddresses.OfApi,
            Ports = [new() { Name = "https", Port = 443, TargetPort = settings.Listen.Port }],
        },
    });

    private async Task Create(ApiObject obj)
    {
        try
        {
            await grains.Object(KindRegistry.KeyOf(obj)).Create(obj, new WriteOptions(FieldManager: "orc"));
        }
        catch (ApiException taken) when (taken.Reason == "AlreadyExists")
        {
            // Another silo that starts at the same time was faster.
        }
    }

    // Two machines under one name would take the node from each other for ever.
    private void RefuseNodeOfOtherMachine(ServeSettings settings)
    {
        var node = cache.Find(Node.Kind, "", settings.NodeName);
        var machine = node?.Metadata.Annotations.GetValueOrDefault(NodeRegistration.MachineAnnotation);
        if (string.IsNullOrEmpty(machine) || machine == settings.Machine) return;
        var owner = silos.GetApproximateSiloStatuses(onlyActive: true).Keys
            .FirstOrDefault(address => silos.TryGetSiloName(address, out var name) && name == machine);
        if (owner is null) return;
        throw new StartException(
            $"node \"{settings.NodeName}\" is run by machine {machine}, which is part of the cluster: "
            + "give this machine's node another name with --node-name, or leave it out with --docker none");
    }

    private async Task Register(
        string name, string endpoint, string address, string machine, params (string Key, string Value)[] more)
    {
        var labels = new Dictionary<string, string>
        {
            ["kubernetes.io/hostname"] = name,
            ["kubernetes.io/os"] = "linux",
            ["kubernetes.io/arch"] = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "amd64",
        };
        foreach (var (key, value) in more) labels[key] = value;
        // Where the node belongs is not known to the cluster before this call.
        if (machine.Length > 0) RequestContext.Set(IPlacementDirector.PlacementHintKey, silo.SiloAddress);
        try
        {
            var registration = new NodeRegistration(endpoint, address, labels, machine);
            await Trying(() => grains.GetGrain<INodeGrain>(name).Register(registration),
                $"node {name} cannot be registered");
        }
        finally
        {
            RequestContext.Remove(IPlacementDirector.PlacementHintKey);
        }
    }

    private async Task Trying(Func<Task> act, string failed)
    {
        var since = time.GetTimestamp();
        while (true)
        {
            try
            {
                await act();
                return;
            }
            catch (Exception trouble) when (IsPassing(trouble))
            {
                if (time.GetElapsedTime(since) > Patience)
                    throw new StartException($"{failed}: {trouble.Message}", trouble);
                await Task.Delay(RetryDelay, time);
            }
        }
    }

    private static bool IsPassing(Exception trouble) =>
        trouble is OrleansException or TimeoutException or ApiException { Code: 409 or 503 };
}
