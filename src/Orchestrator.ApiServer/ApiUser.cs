using Orchestrator.Api.Meta;

namespace Orchestrator.ApiServer;

/// <summary>Who makes a request.</summary>
/// <param name="Name">User name: <c>admin</c>, <c>system:serviceaccount:default:ci</c>.</param>
/// <param name="Groups">Groups the user is in.</param>
public sealed record ApiUser(string Name, IReadOnlyList<string> Groups)
{
    /// <summary>The name of nobody in particular.</summary>
    public const string AnonymousName = "system:anonymous";

    /// <summary>The group of everybody who said who they are, of nobody who did not, and of those who rule.</summary>
    public const string AuthenticatedGroup = "system:authenticated", UnauthenticatedGroup = "system:unauthenticated",
        MastersGroup = "system:masters";

    /// <summary>Tells users of one name apart, for as long as the cluster lives; "" when nothing does.</summary>
    public string Uid { get; init; } = "";

    /// <summary>What else is known of the user, for those who ask: how it proved who it is.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Extra { get; init; } = Map<IReadOnlyList<string>>.Empty;

    /// <summary>Nobody in particular.</summary>
    public static ApiUser Anonymous { get; } = new(AnonymousName, [UnauthenticatedGroup]);

    /// <summary>The user does not say who it is.</summary>
    public bool IsAnonymous => Name == AnonymousName || Groups.Contains(UnauthenticatedGroup);

    /// <summary>The user rules the cluster.</summary>
    public bool IsMaster => Groups.Contains(MastersGroup);
}
