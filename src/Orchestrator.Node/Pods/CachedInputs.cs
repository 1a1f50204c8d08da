using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Nodes.V1;

namespace Orchestrator.Nodes.Pods;

/// <summary>
/// What a node reads of the cluster, with the tokens of its pods kept until it is time for new ones.
/// </summary>
/// <param name="inputs">Where it is read.</param>
/// <param name="time">Tells when a token is due.</param>
/// <param name="showsServices">Whether anybody reads the variables of services; simulated containers do not.</param>
internal sealed class CachedInputs(INodeInputs inputs, TimeProvider time, bool showsServices) : INodeInputs
{
    private readonly Dictionary<string, Dictionary<(string? Audience, long Seconds), PodToken>> _tokens = [];

    public Pod? FindPod(string ns, string name) => inputs.FindPod(ns, name);

    public ConfigMap? FindConfigMap(string ns, string name) => inputs.FindConfigMap(ns, name);

    public Secret? FindSecret(string ns, string name) => inputs.FindSecret(ns, name);

    public PersistentVolumeClaim? FindClaim(string ns, string name) => inputs.FindClaim(ns, name);

    public PersistentVolume? FindVolume(string name) => inputs.FindVolume(name);

    public Node? FindNode() => inputs.FindNode();

    public RuntimeClass? FindRuntimeClass(string name) => inputs.FindRuntimeClass(name);

    public IReadOnlyList<Service> FindServices(string ns) => showsServices ? inputs.FindServices(ns) : [];

    public PodToken? NewToken(Pod pod, string? audience, long expirationSeconds)
    {
        var uid = pod.Metadata.Uid ?? "";
        var kept = _tokens.GetValueOrDefault(uid)?.GetValueOrDefault((audience, expirationSeconds));
        var now = time.GetUtcNow();
        if (kept is not null && now < kept.RenewAt) return kept;
        PodToken? next;
        try
        {
            next = inputs.NewToken(pod, audience, expirationSeconds);
        }
        catch (Api.Meta.ApiException) when (kept is not null && now < kept.Expires)
        {
            // What is there still holds; the next look asks again.
            return kept;
        }
        if (next is null) return null;
        if (!_tokens.TryGetValue(uid, out var own)) _tokens[uid] = own = [];
        own[(audience, expirationSeconds)] = next;
        return next;
    }

    /// <summary>The pod is gone.</summary>
    public void Forget(string podUid) => _tokens.Remove(podUid);
}
