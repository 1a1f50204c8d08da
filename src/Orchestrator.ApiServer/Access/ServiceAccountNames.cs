namespace Orchestrator.ApiServer.Access;

/// <summary>How service accounts are called as users, and the groups they are in.</summary>
internal static class ServiceAccountNames
{
    private const string Prefix = "system:serviceaccount:";
    private const string Everyone = "system:serviceaccounts";

    /// <summary><c>system:serviceaccount:default:ci</c>.</summary>
    public static string UserOf(string ns, string name) => $"{Prefix}{ns}:{name}";

    /// <summary>The groups of every service account of a namespace, without the one of all users.</summary>
    public static IReadOnlyList<string> GroupsOf(string ns) => [Everyone, $"{Everyone}:{ns}"];

    /// <summary>The namespace and name a user stands for, or null when it is no service account.</summary>
    public static (string Namespace, string Name)? Parse(string user)
    {
        if (!user.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        return user[Prefix.Length..].Split(':') is [{ Length: > 0 } ns, { Length: > 0 } name] ? (ns, name) : null;
    }
}
