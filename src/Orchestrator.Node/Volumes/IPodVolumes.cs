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
    IReadOnlyList<string> Prepare(PodOnNode facts, INodeInputs inputs);

    /// <summary>What is mounted into one attempt of a container.</summary>
    /// <exception cref="ContainerConfigException">A mount points nowhere.</exception>
    IReadOnlyList<ContainerMount> Mounts(
        PodOnNode facts, Container container, int attempt, IReadOnlyDictionary<string, string> variables);

    /// <summary>What the attempt wrote as its last words; empty when nothing.</summary>
    string ReadTerminationMessage(string podUid, string container, int attempt);

    /// <summary>Some file of the pod is there.</summary>
    bool HasAny(string podUid);

    /// <summary>Removes all files of the pod, letting other work in between.</summary>
    Task RemoveAsync(string podUid, CancellationToken cancellation);
}
