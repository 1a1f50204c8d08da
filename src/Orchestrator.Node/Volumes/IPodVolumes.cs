using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Environments;

namespace Orchestrator.Nodes.Volumes;

/// <summary>
/// The files of pods on one node: volumes, hosts files and termination messages. They go with the pod.
/// </summary>
public interface IPodVolumes
{
    /// <summary>Makes all volumes of the pod ready and brings those with content up to date. May be repeated.</summary>
    /// <returns>Sentences the user should read, as warnings.</returns>
    /// <exception cref="VolumeException">Something that is not optional is missing, or the disk refuses.</exception>
    Task<IReadOnlyList<string>> PrepareAsync(PodOnNode facts, INodeInputs inputs, CancellationToken cancellation);

    /// <summary>What is mounted into one attempt of a container.</summary>
    /// <exception cref="ContainerConfigException">A mount points nowhere.</exception>
    Task<IReadOnlyList<ContainerMount>> MountsAsync(
        PodOnNode facts, Container container, int attempt, IReadOnlyDictionary<string, string> variables,
        CancellationToken cancellation);

    /// <summary>What the attempt wrote as its last words; empty when nothing.</summary>
    Task<string> ReadTerminationMessageAsync(
        string podUid, string container, int attempt, CancellationToken cancellation);

    /// <summary>Finds which pods have files, at the start and after the engine was away.</summary>
    Task RefreshAsync(CancellationToken cancellation);

    /// <summary>Pods that have files here, as far as is known.</summary>
    IReadOnlyCollection<string> PodUids { get; }

    /// <summary>Some file of the pod is there.</summary>
    bool HasAny(string podUid);

    /// <summary>Removes all files of the pod, letting other work in between.</summary>
    Task RemoveAsync(string podUid, CancellationToken cancellation);

    /// <summary>
    /// Files follow the objects they are made from; where nothing is written, nobody need look again.
    /// </summary>
    bool FollowsObjects { get; }

    /// <summary>
    /// The bytes in those volumes of pods that count to a limit, by UID and name; those that cannot be measured are
    /// left out.
    /// </summary>
    Task<IReadOnlyDictionary<(string PodUid, string Volume), long>> MeasureAsync(
        IReadOnlyList<Pod> pods, CancellationToken cancellation);
}
