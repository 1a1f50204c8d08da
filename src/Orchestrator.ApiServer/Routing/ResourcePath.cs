using Orchestrator.Api.Meta;
using Orchestrator.ApiServer.Content;
using Orchestrator.Storage;

namespace Orchestrator.ApiServer.Routing;

/// <summary>
/// The path of a request for objects. <see cref="Namespace"/> is null for cluster-scoped kinds and for lists over all
/// namespaces; <see cref="Name"/> is null for collections.
/// </summary>
internal sealed record ResourcePath(Kind Kind, string? Namespace, string? Name, string Subresource, bool IsWatch)
{
    /// <summary>The key of the object the path names.</summary>
    public ObjectKey Key => Kind.KeyOf(Namespace ?? "", Name!);

    /// <summary>
    /// Reads the segments after <c>/api/v1</c> or <c>/apis/group/version</c>; null when nothing is there.
    /// </summary>
    public static ResourcePath? Parse(
        string group, string version, ReadOnlySpan<string> rest, IWatchCache cache)
    {
        var isWatch = rest is ["watch", _, ..];
        if (isWatch) rest = rest[1..];
        string? ns = null;
        // /namespaces/x/status is the status of a namespace, /namespaces/x/pods are the pods in it.
        if (rest is ["namespaces", _, _, ..] && !IsNamespaceSubresource(group, rest[2]))
        {
            ns = rest[1];
            rest = rest[2..];
        }
        if (rest.IsEmpty || rest.Length > 3) return null;
        var kind = KindRegistry.Find(group, version, rest[0]) ?? cache.FindCustom(group, version, rest[0]);
        if (kind is null || kind.Version != version) return null;
        if (ns is not null && !kind.IsNamespaced) return null;
        var name = rest.Length > 1 ? rest[1] : null;
        if (name is not null && kind.IsNamespaced && ns is null) return null;
        var subresource = rest.Length > 2 ? rest[2] : "";
        if (subresource.Length > 0 && !kind.Has(subresource)) return null;
        return new ResourcePath(kind, ns, name, subresource, isWatch);
    }

    private static bool IsNamespaceSubresource(string group, string segment) =>
        group.Length == 0 && segment is "status" or "finalize" && KindRegistry.Find(group, segment) is null;
}
