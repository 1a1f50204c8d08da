using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Grains;
using Orchestrator.Nodes;
using Orchestrator.Storage;

namespace Orchestrator.ApiServer.Pods;

/// <summary>Finds the container engine of a node.</summary>
internal sealed class NodeRuntimes(IWatchCache cache, IServiceProvider services)
{
    /// <summary>The engine of a node.</summary>
    /// <exception cref="ApiException">404: no such node; 503: it names no engine that can be reached.</exception>
    public IContainerRuntime Of(string nodeName)
    {
        var node = cache.Find(Node.Kind, "", nodeName) ?? throw ApiException.NotFound(Node.Kind, nodeName);
        if (!node.Metadata.Annotations.ContainsKey(NodeRegistration.EndpointAnnotation))
        {
            throw ApiException.Unavailable(
                $"node {nodeName} names no container engine: its annotation {NodeRegistration.EndpointAnnotation} is not set",
                5);
        }
        var runtimes = services.GetService<ContainerRuntimes>()
            ?? throw ApiException.Unavailable("this server reaches no container engines: ask one that does", 5);
        try
        {
            return runtimes.For(cache, node);
        }
        catch (FormatException unusable)
        {
            throw ApiException.Unavailable(unusable.Message, 5);
        }
    }
}
