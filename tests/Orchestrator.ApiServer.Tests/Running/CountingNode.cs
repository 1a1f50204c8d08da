using Orchestrator.Grains;

namespace Orchestrator.ApiServer.Tests.Running;

/// <summary>A node whose probes have looked at one container; nothing else is asked of it here.</summary>
internal sealed class CountingNode : INodeGrain
{
    public Task<ProbeCounter[]> CountProbes() =>
        Task.FromResult<ProbeCounter[]>([Of("successful", 12), Of("failed", 1)]);

    public Task Register(NodeRegistration registration) => throw NotNeeded();

    public Task<NodePulse> Ping() => throw NotNeeded();

    public Task Erase(string volume) => throw NotNeeded();

    public Task Nudge() => throw NotNeeded();

    private static ProbeCounter Of(string result, long count) => new()
    {
        Namespace = "default",
        Pod = "web-0",
        PodUid = "u",
        Container = "c",
        ProbeType = "Liveness",
        Result = result,
        Count = count,
    };

    private static NotSupportedException NotNeeded() => new("only probes are counted here");
}
