using Microsoft.AspNetCore.Http;
using Orchestrator.Api.Meta;

namespace Orchestrator.ApiServer.Access;

/// <summary>
/// Acting as somebody else (<c>kubectl --as</c>): the request is then that user's in every respect, its record too.
/// </summary>
internal sealed class Impersonation(AccessRules rules)
{
    private const string UserHeader = "Impersonate-User", GroupHeader = "Impersonate-Group",
        UidHeader = "Impersonate-Uid", ExtraPrefix = "Impersonate-Extra-";

    private const string Group = "authentication.k8s.io";

    /// <summary>The user the request stands for: the one who makes it, unless it says another.</summary>
    /// <exception cref="ApiException">403: the one who makes it may not; 400: half of a user.</exception>
    public ApiUser Apply(IHeaderDictionary headers, ApiUser actual)
    {
        var name = headers[UserHeader].ToString();
        var groups = headers[GroupHeader].Select(group => group ?? "").ToList();
        var uid = headers[UidHeader].ToString();
        var extra = ExtraOf(headers);
        if (name.Length == 0)
        {
            if (groups.Count == 0 && uid.Length == 0 && extra.Count == 0) return actual;
            throw ApiException.BadRequest("requested groups, uid or extra without impersonating a user: "
                + $"say whom with the header {UserHeader}");
        }
        rules.Demand(actual, QuestionOf(name));
        foreach (var group in groups) rules.Demand(actual, new("impersonate") { Resource = "groups", Name = group });
        foreach (var (key, value) in extra.SelectMany(pair => pair.Value.Select(value => (pair.Key, value))))
        {
            rules.Demand(actual, new("impersonate")
            {
                Group = Group,
                Resource = "userextras",
                Subresource = key,
                Name = value,
            });
        }
        if (uid.Length > 0) rules.Demand(actual, new("impersonate") { Group = Group, Resource = "uids", Name = uid });
        return new ApiUser(name, GroupsOf(name, groups)) { Uid = uid, Extra = extra };
    }

    private static AccessQuestion QuestionOf(string name) => ServiceAccountNames.Parse(name) is { } account
        ? new("impersonate") { Resource = "serviceaccounts", Namespace = account.Namespace, Name = account.Name }
        : new("impersonate") { Resource = "users", Name = name };

    private static IReadOnlyList<string> GroupsOf(string name, List<string> asked)
    {
        IEnumerable<string> groups = asked;
        if (asked.Count == 0 && ServiceAccountNames.Parse(name) is { } account)
            groups = ServiceAccountNames.GroupsOf(account.Namespace);
        var isAnonymous = name == ApiUser.AnonymousName || asked.Contains(ApiUser.UnauthenticatedGroup);
        return [.. groups.Append(isAnonymous ? ApiUser.UnauthenticatedGroup : ApiUser.AuthenticatedGroup).Distinct()];
    }

    // The keys are lower case, and percent-encoded where a header could not hold them.
    private static SortedDictionary<string, IReadOnlyList<string>> ExtraOf(IHeaderDictionary headers)
    {
        var extra = new SortedDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var (name, values) in headers)
        {
            if (!name.StartsWith(ExtraPrefix, StringComparison.OrdinalIgnoreCase)) continue;
            var key = Uri.UnescapeDataString(name[ExtraPrefix.Length..].ToLowerInvariant());
            extra[key] = [.. values.Select(value => value ?? "")];
        }
        return extra;
    }
}
