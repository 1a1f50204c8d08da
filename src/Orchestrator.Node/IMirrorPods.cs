using Orchestrator.Api.Core.V1;

namespace Orchestrator.Nodes;

/// <summary>
/// Where a node shows the pods that it runs from files. Calls may fail with any exception; they are repeated later.
/// </summary>
public interface IMirrorPods
{
    /// <summary>Makes the mirror, owned by the Node; fails when the name is taken.</summary>
    Task CreateMirrorAsync(Pod mirror, CancellationToken cancellation);

    /// <summary>Removes exactly this mirror at once.</summary>
    Task DeleteMirrorAsync(Pod mirror, CancellationToken cancellation);
}
