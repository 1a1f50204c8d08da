namespace Orchestrator.ApiServer;

/// <summary>Who makes a request.</summary>
/// <param name="Name">User name: <c>admin</c>, <c>system:serviceaccount:default:ci</c>.</param>
/// <param name="Groups">Groups the user is in.</param>
public sealed record ApiUser(string Name, IReadOnlyList<string> Groups)
{
    /// <summary>Nobody in particular.</summary>
    public static ApiUser Anonymous { get; } = new("system:anonymous", ["system:unauthenticated"]);
}
