using Orchestrator.Robustness.Tests.Requests;
using Orchestrator.Robustness.Tests.Running;

namespace Orchestrator.Robustness.Tests;

/// <summary>Who may act as whom, and who that is then.</summary>
public sealed class ImpersonationTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Reviews = "/apis/authentication.k8s.io/v1/selfsubjectreviews";

    // why | token | headers as name=value;... | code | who it is then, or what is said
    public static TheoryData<string, string, string, int, string> Cases => new()
    {
        { "a master is who it likes", Server.Token, "User=jane", 201, "jane [system:authenticated]" },
        { "with groups", Server.Token, "User=jane;Group=a;Group=b", 201, "jane [a,b,system:authenticated]" },
        { "a master who is another is no master", Server.Token, "User=admin", 201, "admin [system:authenticated]" },
        { "a service account brings its groups", Server.Token, "User=system:serviceaccount:default:x", 201,
            "system:serviceaccount:default:x [system:serviceaccounts,system:serviceaccounts:default,system:authenticated]" },
        { "nobody is not authenticated", Server.Token, "User=system:anonymous", 403,
            "User \"system:anonymous\" cannot create" },
        { "a group without a user", Server.Token, "Group=a", 400, "without impersonating a user" },
        { "a uid without a user", Server.Token, "Uid=1", 400, "without impersonating a user" },
        { "more without a user", Server.Token, "Extra-a=1", 400, "without impersonating a user" },
        { "an empty user is none", Server.Token, "User=;Group=system:masters", 400, "without impersonating a user" },
        { "others may not", Server.PlainToken, "User=jane", 403, "cannot impersonate resource \"users\"" },
        { "not even as themselves", Server.PlainToken, "User=jane;Group=developers", 403, "cannot impersonate" },
        { "nor as a master", Server.PlainToken, "User=admin;Group=system:masters", 403, "cannot impersonate" },
        { "nor as an account", Server.PlainToken, "User=system:serviceaccount:a:b", 403,
            "cannot impersonate resource \"serviceaccounts\"" },
        { "nor by half", Server.PlainToken, "Group=system:masters", 400, "without impersonating a user" },
        { "without a token nobody", "", "User=admin;Group=system:masters", 401, "Unauthorized" },
        { "nor with a wrong one", "wrong", "User=admin;Group=system:masters", 401, "Unauthorized" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Only_masters_act_as_somebody_else(string why, string token, string headers, int code, string says)
    {
        var message = Message.Post(Reviews, "{}").Header("Authorization", token.Length > 0 ? $"Bearer {token}" : null);
        message = message with
        {
            Headers = [.. message.Headers, .. headers.Split(';').Select(header => header.Split('=', 2))
                .Select(pair => ($"Impersonate-{pair[0]}", pair[1]))],
        };
        var reply = await shared.Server.SendAsync(message);
        Assert.True(reply.Code == code, $"{why}: {reply}");
        Assert.True(Said(reply).Contains(says, StringComparison.Ordinal), $"{why}: {reply}");
    }

    [Fact]
    public async Task Who_is_somebody_else_cannot_become_a_third()
    {
        var message = Message.Post(Reviews, "{}") with
        {
            Headers = [("Authorization", $"Bearer {Server.Token}"), ("Impersonate-User", "jane"),
                ("Impersonate-User", "admin")],
        };
        var reply = await shared.Server.SendAsync(message.Header("Content-Type", "application/json"));
        // Two users in one request are no user anybody knows, and surely not the second with the rights of the first.
        Assert.DoesNotContain("system:masters", reply.Text, StringComparison.Ordinal);
    }

    private static string Said(Reply reply)
    {
        if (reply.Code >= 400) return reply.Message;
        var user = reply.Json.GetProperty("status").GetProperty("userInfo");
        var groups = user.GetProperty("groups").EnumerateArray().Select(group => group.GetString());
        return $"{user.GetProperty("username").GetString()} [{string.Join(',', groups)}]";
    }
}
