using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Environments;

namespace Orchestrator.Nodes.Volumes;

/// <summary>Volumes of a node whose containers are simulated: content is checked as ever, nothing is written.</summary>
public sealed class NoPodVolumes : IPodVolumes
{
    /// <inheritdoc />
    public IReadOnlyList<string> Prepare(PodOnNode facts, INodeInputs inputs)
    {
        foreach (var volume in facts.Pod.Spec.Volumes) VolumeContents.Of(facts, volume, inputs);
        return [];
    }

    /// <inheritdoc />
    public IReadOnlyList<ContainerMount> Mounts(
        PodOnNode facts, Container container, int attempt, IReadOnlyDictionary<string, string> variables) => [];

    /// <inheritdoc />
    public string ReadTerminationMessage(string podUid, string container, int attempt) => "";

    /// <inheritdoc />
    public bool HasAny(string podUid) => false;

    /// <inheritdoc />
    public Task RemoveAsync(string podUid, CancellationToken cancellation) => Task.CompletedTask;
}
