using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes;

namespace Orchestrator.Grains;

/// <summary>
/// Signs the tokens that pods act with. Where the process has nobody who signs, pods get no volumes with tokens.
/// </summary>
public interface IPodTokens
{
    /// <summary>There is a key to sign with.</summary>
    bool CanSign { get; }

    /// <summary>A new token of the pod's service account, which lives and dies with the pod.</summary>
    /// <param name="pod">The pod, as it is stored.</param>
    /// <param name="audience">For whom it is; null for the API itself.</param>
    /// <param name="expirationSeconds">How long it lives.</param>
    /// <exception cref="Api.Meta.ApiException">The account is not there, or nobody signs.</exception>
    PodToken Issue(Pod pod, string? audience, long expirationSeconds);
}
