using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Grains;
using Orchestrator.Nodes;
using Orchestrator.Storage;
using Orleans.Runtime;

namespace Orchestrator.ApiServer.Pods;

/// <summary>Finds the container engine of a node, as far as this process reaches it.</summary>
internal sealed class NodeRuntimes(IWatchCache cache, IServiceProvider services)
{
    private const int RetrySeconds = 5;

    /// <summary>The runtime of a node.</summary>
    /// <exception cref="ApiException">The node is not known, or its engine is not to be reached from here.</exception>
    public IContainerRuntime Of(string nodeName)
    {
        var node = cache.Find(Node.Kind, "", nodeName) ?? throw ApiException.NotFound(Node.Kind, nodeName);
        var told = node.Metadata.Annotations;
        if (!told.TryGetValue(NodeRegistration.EndpointAnnotation, out var endpoint))
        {
            throw ApiException.Unavailable(
                $"node {nodeName} names no container engine: its annotation {NodeRegistration.EndpointAnnotation} is not set",
                RetrySeconds);
        }
        if (endpoint.StartsWith("unix://", StringComparison.Ordinal))
            RefuseOtherMachine(nodeName, told.GetValueOrDefault(NodeRegistration.MachineAnnotation));
        var runtimes = services.GetService<ContainerRuntimes>()
            ?? throw ApiException.Unavailable(
                "this server reaches no container engines: ask one that does", RetrySeconds);
        try
        {
            return runtimes.For(cache, node);
        }
        catch (FormatException unusable)
        {
            throw ApiException.Unavailable(unusable.Message, RetrySeconds);
        }
    }

    // The same path is another engine's socket here, or nobody's.
    private void RefuseOtherMachine(string nodeName, string? machine)
    {
        if (string.IsNullOrEmpty(machine) || services.GetService<ILocalSiloDetails>() is not { } here
            || here.Name == machine)
        {
            return;
        }
        throw ApiException.Unavailable(
            $"the engine of node {nodeName} is behind a local socket of machine {machine}, and this is {here.Name}: "
            + $"point kubectl (--server) at the API server on {machine}", RetrySeconds);
    }
}
