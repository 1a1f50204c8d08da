using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Environments;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Nodes.Volumes;

/// <summary>Volumes of a node whose containers are simulated: content is checked as ever, nothing is written.</summary>
public sealed class NoPodVolumes : IPodVolumes
{
    /// <inheritdoc />
    public bool FollowsObjects => false;

    /// <inheritdoc />
    public IReadOnlyCollection<string> PodUids => [];

    /// <inheritdoc />
    public Task<IReadOnlyList<string>> PrepareAsync(
        PodOnNode facts, INodeInputs inputs, CancellationToken cancellation)
    {
        foreach (var volume in facts.Pod.Spec.Volumes) VolumeContents.Of(facts, volume, inputs);
        return Task.FromResult<IReadOnlyList<string>>([]);
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<ContainerMount>> MountsAsync(
        PodOnNode facts, Container container, int attempt, IReadOnlyDictionary<string, string> variables,
        CancellationToken cancellation) => Task.FromResult<IReadOnlyList<ContainerMount>>([]);

    /// <inheritdoc />
    public Task<string> ReadTerminationMessageAsync(
        string podUid, string container, int attempt, CancellationToken cancellation) => Task.FromResult("");

    /// <inheritdoc />
    public Task RefreshAsync(CancellationToken cancellation) => Task.CompletedTask;

    /// <inheritdoc />
    public bool HasAny(string podUid) => false;

    /// <inheritdoc />
    public Task RemoveAsync(string podUid, CancellationToken cancellation) => Task.CompletedTask;

    /// <inheritdoc />
    public Task<IReadOnlyDictionary<(string PodUid, string Volume), long>> MeasureAsync(
        IReadOnlyList<Pod> pods, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyDictionary<(string PodUid, string Volume), long>>(
            LocalStorage.Counted(pods).ToDictionary(one => (one.Pod.Metadata.Uid!, one.Volume.Name), _ => 0L));
}
