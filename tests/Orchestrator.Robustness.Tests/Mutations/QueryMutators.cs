using Orchestrator.Robustness.Tests.Requests;

namespace Orchestrator.Robustness.Tests.Mutations;

/// <summary>Parameters of the query that say what cannot be.</summary>
internal static class QueryMutators
{
    private const string Token = "eyJ2Ijoib3JjL3YxIiwicnYiOjEsIm5zIjoiIiwibmFtZSI6IiJ9";

    // Which parameter, and what it may say.
    private static readonly (string Name, string[] Values)[] Parameters =
    [
        ("limit", ["-1", "0", "1", "x", "1e3", "9223372036854775808", "1.5", "+2", "%20", "\u0661"]),
        ("continue", ["x", "%00", "e30", "W10", "bnVsbA", Token, "eyJ2Ijoib3JjL3YxIiwicnYiOiJ4In0", "====", "%ff"]),
        ("resourceVersion", ["-1", "0", "1", "x", "18446744073709551616", "9223372036854775807", "%201", "00"]),
        ("resourceVersionMatch", ["Exact", "NotOlderThan", "x", ""]),
        ("timeoutSeconds", ["-1", "0", "1", "x", "9223372036854775807", "99999999999999999999"]),
        ("timeout", ["-1s", "0", "1ms", "x", "9999999h", "106751991167h", "1000000000000h1000000000000h", ".s", "1h1",
        "5"]),
        ("fieldValidation", ["Strict", "Warn", "Ignore", "strict", "x", ""]),
        ("dryRun", ["All", "all", "x", "", "All,All"]),
        ("labelSelector", ["a", "a%3D", "%3Da", "a%3Db%3Dc", "a%20in", "a%20in%20(", "a%20in%20()", "a%20in%20(b,,c)",
        "!!a",
            ",", "a,", "a%3E", "a%3Ex", "a%3E1", "a%21", "()", "a/b/c", "%C3%BC", "%00", "a%20notin%20(b))", "A%20B",
            "/", "a/"]),
        ("fieldSelector", ["a", "a%3Db", "metadata.name", "metadata.name%3D", "metadata.name!%3Dx,metadata.name%3D%3Dy",
        ",",
            "metadata.name%3E1", "spec.nodeName%3Dx", "status.phase%3D\\", "metadata.name%3Da\\,b", "%3D",
            "metadata.name%3D%00"]),
        ("fieldManager", ["%00", "%0a", "a%20b", "", "%F0%9F%98%80"]),
        ("force", ["true", "x"]),
        ("pretty", ["true", "1", "x"]),
        ("watch", ["true", "0", "x", "", "yes"]),
        ("follow", ["true", "x"]),
        ("includeObject", ["None", "Object", "Metadata", "x", "none"]),
        ("allowWatchBookmarks", ["true", "x"]),
        ("sendInitialEvents", ["true", "false", "x"]),
        ("propagationPolicy", ["Orphan", "Foreground", "x", ""]),
        ("gracePeriodSeconds", ["-1", "0", "x", "9223372036854775807", "1e2"]),
        ("orphanDependents", ["true", "x"]),
        ("container", ["c", "x", "%00", "../c"]),
        ("tailLines", ["-1", "x", "9223372036854775807"]),
        ("limitBytes", ["0", "-1", "x", "1"]),
        ("sinceSeconds", ["0", "-5", "x", "9223372036854775807"]),
        ("sinceTime", ["x", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-01-01", "%00",
        "2026-02-30T00:00:00Z"]),
        ("previous", ["true", "x"]),
        ("stdin", ["true", "x"]),
        ("stdout", ["true", "False"]),
        ("tty", ["1", "x"]),
        ("command", ["sh", "", "%00"]),
        ("ports", ["80", "0", "-1", "70000", "x", ""]),
        ("verbose", ["", "x"]),
        ("exclude", ["ping", "x", ""]),
        ("hash", ["x", ""]),
    ];

    private static readonly string[] Raw =
        ["%", "%zz", "&&&", "=", "=x", "a=b=c", "%3D", "a[]=1", "\u00ff", "?", "#x", "%00=1", "a;b", "+", "watch",
            "'\"<>"];

    public static Mutator[] All { get; } =
    [
        new("a parameter", Param),
        new("two parameters", (message, dice) => Param(Param(message, dice), dice)),
        new("three parameters", (message, dice) => Param(Param(Param(message, dice), dice), dice)),
        new("a parameter twice", static message => message.Query.Count > 0, (message, dice) =>
            message with { Query = [.. message.Query, (dice.Of(message.Query).Name,
                dice.Of(dice.Of(Parameters).Values))] }),
        new("a parameter of raw bytes", (message, dice) => message with { Query = [.. message.Query, (dice.Of(Raw),
            "")] }),
        new("a long parameter", (message, dice) =>
            message.Param(dice.Of(Parameters).Name, new string('a', 1 << (8 + dice.Below(8))))),
        new("many parameters", (message, dice) => message with
        {
            Query = [.. message.Query, .. Enumerable.Repeat(("a", "b"), 1 << dice.Below(12))],
        }),
    ];

    private static Message Param(Message message, Dice dice)
    {
        var (name, values) = dice.Of(Parameters);
        return message.Param(name, dice.Of(values));
    }
}
