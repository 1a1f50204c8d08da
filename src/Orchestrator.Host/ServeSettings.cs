using System.Net;
using Orchestrator.Nodes;

namespace Orchestrator.Hosting;

/// <summary>What <c>orc serve</c> was asked to do, checked.</summary>
/// <param name="DataDirectory">Where the store, keys, certificates and volumes live.</param>
/// <param name="Listen">Address and port of the API.</param>
/// <param name="Docker">Endpoint of the container engine, or <c>none</c>.</param>
/// <param name="NodeName">Name of this machine's node.</param>
/// <param name="IsInMemory">Keep nothing on disk but certificates and volumes.</param>
/// <param name="SimulatedNodes">So many nodes without containers beside the real one.</param>
/// <param name="Machine">Name of the machine; its nodes behind a local socket are run by its silos alone.</param>
/// <param name="Names">More names and addresses by which clients reach the API.</param>
/// <param name="Cluster">The cluster of several processes it joins; null when it is a whole one by itself.</param>
public sealed record ServeSettings(
    string DataDirectory, IPEndPoint Listen, string Docker, string NodeName, bool IsInMemory, int SimulatedNodes,
    string Machine, IReadOnlyList<string> Names, ClusterSettings? Cluster)
{
    /// <summary>The endpoint that means: no node on this machine.</summary>
    public const string NoDocker = "none";

    /// <summary>Settings of the nodes it runs: images, logs, mirrors.</summary>
    public NodeSettings Nodes { get; init; } = new();
}
