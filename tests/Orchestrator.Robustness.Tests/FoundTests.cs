using Orchestrator.Robustness.Tests.Requests;
using Orchestrator.Robustness.Tests.Running;

namespace Orchestrator.Robustness.Tests;

/// <summary>What chance, or a look at the code for it, has found once.</summary>
public sealed class FoundTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Core = "/api/v1/namespaces/default";
    private const string Events = "/apis/events.k8s.io/v1/namespaces/default/events";
    private const string Json = "application/json";
    private const string Merge = "application/merge-patch+json";
    private const int ActivationsMax = 200;

    // why | method | path | type | body | code | what is said
    public static TheoryData<string, string, string, string, string, int, string> Cases => new()
    {
        { "a time without end", "GET", $"{Core}/configmaps?watch=1&timeout=1000000000000h1000000000000h", Json, "", 400,
            "invalid duration" },
        { "a watch for longer than any clock counts", "GET", $"{Core}/configmaps?watch=1&timeout=9999h", Json, "",
            200, "" },
        { "a field twice in a patch that is renamed", "PATCH", $"{Events}/found", Merge,
            """{"regarding":{"name":"a"},"regarding":{"name":"b"}}""", 200, "\"name\":\"b\"" },
        { "a step whose path is no text", "PATCH", $"{Events}/found", "application/json-patch+json",
            """[{"op":"add","path":3,"value":1}]""", 400, "lacks path" },
        { "a binding whose target has a number for a name", "POST", $"{Core}/pods/found/binding", Json,
            """{"target":{"kind":"Node","name":7}}""", 400, "name in the body is a text" },
        { "an eviction with a grace that is no number", "POST", $"{Core}/pods/found/eviction", Json,
            """{"deleteOptions":{"gracePeriodSeconds":"x"}}""", 400, "DeleteOptions" },
        { "an eviction with options that are none", "POST", $"{Core}/pods/found/eviction", Json,
            """{"deleteOptions":[]}""", 400, "DeleteOptions is an object" },
        { "a deletion by a text", "DELETE", $"{Core}/configmaps/found", Json, "\"x\"", 400,
            "DeleteOptions is an object" },
        { "a deletion by a list", "DELETE", $"{Core}/configmaps/found", Json, "[]", 400, "DeleteOptions is an object" },
        { "a deletion on a condition that is none", "DELETE", $"{Core}/configmaps/found", Json,
            """{"preconditions":"x"}""", 400, "preconditions is an object" },
        { "a version at birth", "POST", $"{Core}/configmaps", Json,
            """{"metadata":{"name":"a","resourceVersion":"1"}}""",
            400, "resourceVersion should not be set on objects to be created" },
        { "a number larger than any", "POST", $"{Core}/configmaps", "application/yaml", "a: +1e999", 400, "too large" },
        { "a number larger than any, in another spelling", "POST", $"{Core}/configmaps", "application/yaml",
            "a: 1.e999",
            400, "too large" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task It_is_refused_well(
        string why, string method, string path, string type, string body, int code, string says)
    {
        await shared.Server.SendAsync(Message.Post($"{Core}/configmaps", """{"metadata":{"name":"found"}}"""));
        await shared.Server.SendAsync(Message.Post($"{Core}/pods",
            """{"metadata":{"name":"found"},"spec":{"nodeSelector":{"a":"b"},"containers":[{"name":"c","image":"i"}]}}"""));
        await shared.Server.SendAsync(Message.Post(Events,
            """
            {"metadata":{"name":"found"},"regarding":{"kind":"Pod","name":"p","namespace":"default"},"reason":"R",
            "type":"Normal","action":"A","reportingController":"r.io/c","reportingInstance":"i",
            "eventTime":"2026-01-01T00:00:00.000000Z"}
            """));
        var message = new Message(method, path.Split('?')[0]);
        if (path.Contains('?'))
            message = message with
            {
                Query = [.. path.Split('?')[1].Split('&').Select(p =>
                (p.Split('=')[0], p.Split('=')[1]))]
            };
        var reply = await shared.Server.SendAsync(body.Length > 0 ? message.With(body, type) : message);
        Assert.True(reply.Code == code && reply.Text.Contains(says, StringComparison.Ordinal), $"{why}: {reply}");
        Assert.Equal(200, (await shared.Server.SendAsync(Message.Get($"{Core}/configmaps/found"))).Code);
    }

    [Theory]
    [InlineData(new byte[] { 0x08, 0x01 }, "metadata has a wrong wire type")]
    [InlineData(new byte[] { 0x10, 0x01 }, "data has a wrong wire type")]
    [InlineData(new byte[] { 0x22, 0x01, 0x01 }, "immutable has a wrong wire type")]
    public async Task A_binary_value_of_another_form_is_not_lost(byte[] inside, string says)
    {
        var body = Binary.Envelope([.. Binary.Part(1, "v1"u8.ToArray()), .. Binary.Part(2, "ConfigMap"u8.ToArray())],
            inside);
        var reply = await shared.Server.SendAsync(Message.Post($"{Core}/configmaps", "").With(body, Binary.MediaType));
        Assert.Equal(400, reply.Code);
        Assert.Contains(says, reply.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_command_is_heard()
    {
        var script = new string('x', 100_000);
        var reply = await shared.Server.SendAsync(Message.Get($"{Core}/pods/none/exec").Param("command", script));
        Assert.Equal(404, reply.Code);
        Assert.Equal("pods \"none\" not found", reply.Message);
    }

    [SkippableFact]
    public async Task Names_of_nothing_do_not_stay_in_memory()
    {
        Skip.If(shared.Server.Activations < 0, "this engine does not tell how many grains it has in memory");
        await using var wire = await shared.Server.ConnectAsync();
        for (var i = 0; i < 3_000; i++)
        {
            var reply = await wire.AskAsync((i % 3) switch
            {
                0 => new Message("PATCH", $"{Core}/configmaps/n-{i}").With("{}", Merge),
                1 => new Message("DELETE", $"{Core}/configmaps/n-{i}"),
                _ => Message.Post($"{Core}/configmaps", $$$"""{"metadata":{"name":"n-{{{i}}}"}}""").Param("dryRun",
                    "All"),
            });
            Assert.True(reply.Code is 404 or 201, reply.ToString());
        }
        await Eventually.Async(() => shared.Server.Activations < ActivationsMax,
            () => $"{shared.Server.Activations} activations are left");
    }
}
