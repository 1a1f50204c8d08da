using Microsoft.Extensions.Options;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Grains;
using Orchestrator.Nodes;
using Orchestrator.Storage;

namespace Orchestrator.ApiServer.Access;

/// <summary>Signs tokens for the pods of nodes that this process runs.</summary>
internal sealed class PodTokens(
    ServiceAccountTokens tokens, IWatchCache cache, IOptions<ApiServerOptions> options, TimeProvider clock) : IPodTokens
{
    public bool CanSign => tokens.Signer is not null;

    public PodToken Issue(Pod pod, string? audience, long expirationSeconds)
    {
        var (ns, name) = (pod.Metadata.Namespace ?? "", AccountAdmission.AccountOf(pod));
        var account = cache.Find(ServiceAccount.Kind, ns, name)
            ?? throw ApiException.NotFound(ServiceAccount.Kind, name);
        var now = DateTimeOffset.FromUnixTimeSeconds(clock.GetUtcNow().ToUnixTimeSeconds());
        var claims = new TokenClaims
        {
            Issuer = options.Value.Issuer,
            Subject = ServiceAccountNames.UserOf(ns, name),
            Audiences = audience is null ? tokens.OwnAudiences : [audience],
            IssuedAt = now,
            Expires = now.AddSeconds(expirationSeconds),
            Id = Guid.NewGuid().ToString(),
            Namespace = ns,
            Account = new(name, account.Metadata.Uid ?? ""),
            Pod = new(pod.Metadata.Name ?? "", pod.Metadata.Uid ?? ""),
            Node = NodeOf(pod),
        };
        return new(tokens.Issue(claims), claims.IssuedAt, claims.Expires);
    }

    private ClaimedObject? NodeOf(Pod pod)
    {
        var name = pod.Spec.NodeName ?? "";
        return cache.Find(Node.Kind, "", name)?.Metadata.Uid is { } uid ? new(name, uid) : null;
    }
}
