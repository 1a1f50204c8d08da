using Microsoft.Extensions.Options;
using Orchestrator.Api.Meta;

namespace Orchestrator.ApiServer.Access;

/// <summary>
/// What is enforced today, in one place: who says nothing of itself gets public paths only, none but the masters act as
/// somebody else, and whoever is authenticated may do all the rest. Roles are not part of it.
/// </summary>
internal sealed class AccessRules(IOptions<ApiServerOptions> options)
{
    private static readonly string[] PublicPaths = ["/healthz", "/livez", "/readyz", "/version"];

    /// <summary>The paths that are open to everybody, as rules write them.</summary>
    public static IReadOnlyList<string> PublicUrls { get; } =
        [.. PublicPaths.SelectMany(path => new[] { path, $"{path}/*" })];

    /// <summary>Whether somebody who says nothing of itself is let in there.</summary>
    public static bool IsPublic(string path) =>
        PublicPaths.Any(open => path == open || path.StartsWith($"{open}/", StringComparison.Ordinal));

    /// <summary>May the user do that, and why or why not?</summary>
    public AccessAnswer Decide(ApiUser user, AccessQuestion question)
    {
        if (user.IsMaster) return new(true, "members of group \"system:masters\" may do everything");
        if (question.Verb == "impersonate")
            return new(false, "only members of group \"system:masters\" may act as somebody else");
        if (question.Verb is "get" or "head" && IsPublic(question.Path))
            return new(true, "the path is open to everybody");
        if (!options.Value.RequireAuthentication)
            return new(true, "this server asks nobody who they are: everybody may do everything");
        return user.IsAnonymous
            ? new(false, "users must be authenticated")
            : new(true, "roles are not enforced: every authenticated user may do everything");
    }

    /// <summary>Returns when the user may.</summary>
    /// <exception cref="ApiException">403, in the words of the reference.</exception>
    public void Demand(ApiUser user, AccessQuestion question)
    {
        if (Decide(user, question).IsAllowed) return;
        throw new ApiException(403, "Forbidden", question.Refusal(user.Name),
            new StatusDetails(question.Name, question.Group, question.Resource, []));
    }
}

/// <summary>Yes or no, and why.</summary>
internal readonly record struct AccessAnswer(bool IsAllowed, string Reason);
