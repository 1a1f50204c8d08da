using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Orchestrator.ApiServer.Access;
using Orchestrator.ApiServer.Content;

namespace Orchestrator.ApiServer.Auth;

/// <summary>Tells by the bearer token who makes a request.</summary>
internal sealed class Authentication(IOptions<ApiServerOptions> options, ServiceAccountTokens accounts)
{
    private const string Scheme = "Bearer ";

    private readonly List<(byte[] Hash, ApiUser User)> _tokens =
    [
        .. options.Value.Tokens.Select(token => (Hashed(token.Key), token.Value with
        {
            Groups = [.. token.Value.Groups.Append(ApiUser.AuthenticatedGroup).Distinct()],
        })),
    ];

    /// <summary>The user of a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="isPublic">The path is open to those who say nothing of themselves.</param>
    /// <exception cref="Api.Meta.ApiException">401: no token, or none of ours.</exception>
    public ApiUser UserOf(HttpRequest request, bool isPublic)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.Length == 0)
        {
            return isPublic || !options.Value.RequireAuthentication ? ApiUser.Anonymous : throw Refusals.Unauthorized();
        }
        if (header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && Find(header[Scheme.Length..].Trim(), []).User is { } user)
        {
            return user;
        }
        // A wrong token on an open server is still wrong, but a host that authenticates on its own knows better.
        return options.Value.RequireAuthentication ? throw Refusals.Unauthorized() : ApiUser.Anonymous;
    }

    /// <summary>Whose a token is.</summary>
    /// <param name="token">The token.</param>
    /// <param name="audiences">Who asks; this server itself when nobody is named.</param>
    public TokenFinding Find(string token, IReadOnlyList<string> audiences)
    {
        if (audiences.Count == 0) audiences = accounts.OwnAudiences;
        if (Known(token) is { } user)
        {
            // A token that names nobody is for this server.
            var shared = audiences.Intersect(accounts.OwnAudiences).ToList();
            return shared.Count > 0 ? new(user, shared, null)
                : TokenFinding.Refused($"the token is for this server, and not for [{string.Join(' ', audiences)}]");
        }
        return ServiceAccountTokens.LooksLikeOne(token)
            ? accounts.Find(token, audiences)
            : TokenFinding.Refused("invalid bearer token");
    }

    // Hashes are compared, all of them and in constant time, so that timing tells nothing about a token.
    private ApiUser? Known(string token)
    {
        var hash = Hashed(token);
        ApiUser? found = null;
        foreach (var (known, user) in _tokens)
        {
            if (CryptographicOperations.FixedTimeEquals(known, hash)) found = user;
        }
        return found;
    }

    private static byte[] Hashed(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
