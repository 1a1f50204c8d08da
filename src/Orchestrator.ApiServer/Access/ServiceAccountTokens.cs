using Microsoft.Extensions.Options;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Storage;

namespace Orchestrator.ApiServer.Access;

/// <summary>
/// Issues tokens of service accounts and says whose a token is. A token holds only while everything it is bound to is
/// still there, under the same UID.
/// </summary>
internal sealed class ServiceAccountTokens(
    IOptions<ApiServerOptions> options, IWatchCache cache, TimeProvider clock)
{
    // Clocks of the servers of one cluster differ a little.
    private static readonly TimeSpan Leeway = TimeSpan.FromSeconds(10);

    private readonly TokenSigner? _signer =
        options.Value.TokenKey is { } key ? new TokenSigner(key) : null;

    /// <summary>The audiences of this server itself.</summary>
    public IReadOnlyList<string> OwnAudiences => options.Value.Audiences;

    /// <summary>Who signs, for verifiers elsewhere; null when this server signs nothing.</summary>
    public TokenSigner? Signer => _signer;

    /// <summary>Whether a bearer token may be one of ours: three parts with dots between.</summary>
    public static bool LooksLikeOne(string token) => token.Count(c => c == '.') == 2;

    /// <summary>Signs claims.</summary>
    /// <exception cref="ApiException">503: this server has no key.</exception>
    public string Issue(TokenClaims claims) => (_signer ?? throw ApiException.Unavailable(
        "this server has no key to sign tokens of service accounts with: start it with its certificate authority", 60))
        .Sign(claims.Write());

    /// <summary>Says whose a token is.</summary>
    /// <param name="token">The token.</param>
    /// <param name="audiences">Whoever asks must be one of those the token is meant for.</param>
    public TokenFinding Find(string token, IReadOnlyList<string> audiences)
    {
        if (_signer?.Open(token) is not { } payload || TokenClaims.Read(payload) is not { } claims
            || claims.Issuer != options.Value.Issuer
            || claims.Subject != ServiceAccountNames.UserOf(claims.Namespace, claims.Account.Name))
        {
            return TokenFinding.Refused("invalid bearer token");
        }
        var now = clock.GetUtcNow();
        if (now > claims.Expires + Leeway) return TokenFinding.Refused("service account token has expired");
        if (now < claims.IssuedAt - Leeway) return TokenFinding.Refused("service account token is not valid yet");
        var shared = claims.Audiences.Intersect(audiences).ToList();
        if (shared.Count == 0)
        {
            return TokenFinding.Refused($"token audiences [{string.Join(' ', claims.Audiences)}] is invalid for the "
                + $"target audiences [{string.Join(' ', audiences)}]");
        }
        return Severed(claims) is { } why ? TokenFinding.Refused(why) : new(UserOf(claims), shared, null);
    }

    // Why the claims do not hold any more, or null when they do.
    private string? Severed(TokenClaims claims)
    {
        var ns = claims.Namespace;
        if (!IsThere(ServiceAccount.Kind, ns, claims.Account))
            return $"service account {ns}/{claims.Account.Name} has been deleted";
        if (claims.Pod is { } pod && !IsThere(Pod.Kind, ns, pod))
            return $"service account token has been invalidated: pod {pod.Name} is gone";
        if (claims.Secret is { } secret && !IsThere(Secret.Kind, ns, secret))
            return $"service account token has been invalidated: secret {secret.Name} is gone";
        return claims is { Pod: null, Node: { } node } && !IsThere(Node.Kind, "", node)
            ? $"service account token has been invalidated: node {node.Name} is gone"
            : null;
    }

    private bool IsThere(Kind kind, string ns, ClaimedObject claimed) =>
        cache.Find(kind.KeyOf(ns, claimed.Name))?.Object.Metadata.Uid == claimed.Uid;

    private static ApiUser UserOf(TokenClaims claims)
    {
        var extra = new SortedDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal)
        {
            ["authentication.kubernetes.io/credential-id"] = [$"JTI={claims.Id}"],
        };
        Note("pod", claims.Pod);
        Note("node", claims.Node);
        return new ApiUser(claims.Subject,
            [.. ServiceAccountNames.GroupsOf(claims.Namespace), ApiUser.AuthenticatedGroup])
        {
            Uid = claims.Account.Uid,
            Extra = extra,
        };

        void Note(string what, ClaimedObject? bound)
        {
            if (bound is null) return;
            extra[$"authentication.kubernetes.io/{what}-name"] = [bound.Name];
            extra[$"authentication.kubernetes.io/{what}-uid"] = [bound.Uid];
        }
    }
}

/// <summary>Whose a token is, or why it is nobody's.</summary>
internal sealed record TokenFinding(ApiUser? User, IReadOnlyList<string> Audiences, string? Error)
{
    public static TokenFinding Refused(string why) => new(null, [], why);
}
