using System.Text;
using Orchestrator.Robustness.Tests.Requests;
using Orchestrator.Robustness.Tests.Running;

namespace Orchestrator.Robustness.Tests.Mutations;

/// <summary>Requests of those who are not who they say.</summary>
internal static class AccessMutators
{
    private static readonly string[] Tokens =
    [
        "", "Bearer", "Bearer ", "Bearer x", "Basic eDp5", "bearer the-token", "Bearer the-token the-token",
        "Negotiate x",
        "Bearer a.b.c", "Bearer ..", "Bearer e30.e30.", $"Bearer {Unsigned()}", "Bearer \u00e9",
        $"Bearer {Server.PlainToken}",
        $"Bearer {new string('t', 9_000)}", $"Bearer {Unsigned()}AAAA", "Bearer e30.bnVsbA.e30", "Bearer W10.W10.W10",
    ];

    private static readonly string[] Names =
    [
        "", "jane", "system:serviceaccount:default:kept", "system:serviceaccount::", "system:serviceaccount:a",
        "system:anonymous",
        "a,b", "\u00e9", "system:masters", " ", "%00", new string('n', 3_000),
    ];

    public static Mutator[] All { get; } =
    [
        new("another token", (message, dice) => message.Header("Authorization", dice.Of(Tokens))),
        new("no token", (message, _) => message.Header("Authorization", null)),
        new("two tokens", (message, dice) => message with { Headers = [.. message.Headers, ("Authorization",
            dice.Of(Tokens))] }),
        new("as somebody", (message, dice) => message.Header("Impersonate-User", dice.Of(Names))),
        new("as a group", (message, dice) => message.Header("Impersonate-Group", dice.Of(Names))),
        new("as a group twice", (message, dice) => message.Header("Impersonate-User", "jane") with
        {
            Headers = [.. message.Headers, ("Impersonate-Group", dice.Of(Names)),
                ("Impersonate-Group", "system:masters")],
        }),
        new("as a uid", (message, dice) => message.Header("Impersonate-Uid", dice.Of(Names))),
        new("as something more", (message, dice) =>
            message.Header($"Impersonate-Extra-{dice.Of(["a", "", "%zz", "a%2fb", "%ff", "scopes"])}", dice.Of(Names))),
        new("as somebody who may not", (message, dice) => message.Header("Authorization", $"Bearer {Server.PlainToken}")
            .Header("Impersonate-User", dice.Of(Names))),
    ];

    private static string Unsigned() =>
        $"{Encoded("""{"alg":"none"}""")}.{Encoded("""{"sub":"system:serviceaccount:default:kept","exp":99999999999}""")}.";

    private static string Encoded(string text) =>
        System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
