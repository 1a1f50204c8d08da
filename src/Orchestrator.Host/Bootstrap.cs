using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Grains;
using Orchestrator.Storage;

namespace Orchestrator.Hosting;

/// <summary>Makes what every cluster has: the four namespaces, and the nodes this process was asked for.</summary>
internal sealed class Bootstrap(IGrainFactory grains, IWatchCache cache)
{
    private static readonly string[] Namespaces = ["default", "kube-system", "kube-public", "kube-node-lease"];

    /// <summary>Creates what is missing; repeating it changes nothing.</summary>
    public async Task RunAsync(ServeSettings settings)
    {
        await Task.WhenAll(Namespaces.Where(name => cache.Find(Namespace.Kind.KeyOf("", name)) is null).Select(CreateNamespace));
        if (settings.Docker != ServeSettings.NoDocker)
        {
            await Register(settings.NodeName, settings.Docker, MachineAddress.Find());
        }
        for (var i = 0; i < settings.SimulatedNodes; i++)
        {
            await Register($"simulated-{i}", $"simulated://any?network=10.{i / 256}.{i % 256}.0", "127.0.0.1", ("simulated", "true"));
        }
    }

    private async Task CreateNamespace(string name)
    {
        var ns = new Namespace { Metadata = new ObjectMeta { Name = name } };
        await grains.Object(Namespace.Kind.KeyOf("", name)).Create(ns, new WriteOptions(FieldManager: "orc"));
    }

    private Task Register(string name, string endpoint, string address, params (string Key, string Value)[] more)
    {
        var architecture = System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture
            == System.Runtime.InteropServices.Architecture.Arm64 ? "arm64" : "amd64";
        var labels = new Dictionary<string, string>
        {
            ["kubernetes.io/hostname"] = name,
            ["kubernetes.io/os"] = "linux",
            ["kubernetes.io/arch"] = architecture,
        };
        foreach (var (key, value) in more) labels[key] = value;
        return grains.GetGrain<INodeGrain>(name).Register(new NodeRegistration(endpoint, address, labels));
    }
}
