using System.IO.Compression;
using System.Text;
using Orchestrator.Robustness.Tests.Requests;
using Orchestrator.Robustness.Tests.Running;

namespace Orchestrator.Robustness.Tests;

/// <summary>Bodies that are too deep, too large, too costly, or larger than they look.</summary>
public sealed class BodyTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";
    private const string Pods = "/api/v1/namespaces/default/pods";
    private const string Pod =
        """{"metadata":{"name":"p"},"spec":{"nodeSelector":{"a":"none"},"containers":[{"name":"c","image":"i"}]}}""";
    private const string Environment = """{"spec":{"containers":[{"name":"c","env":[@@]}]}}""";
    private const int BodyMax = 3 * 1024 * 1024;

    // Measured on an idle core: the slowest takes 0.4 s. What grows with the square of its size takes minutes.
    private static readonly TimeSpan CostMax = TimeSpan.FromSeconds(8);

    public static TheoryData<string, string, string> Forms => new()
    {
        { "POST", Maps, "application/json" },
        { "POST", Maps, "application/yaml" },
        { "POST", Maps, Binary.MediaType },
        { "PUT", $"{Maps}/deep", "application/json" },
        { "PATCH", $"{Maps}/deep", "application/json-patch+json" },
        { "PATCH", $"{Maps}/deep", "application/merge-patch+json" },
        { "PATCH", $"{Maps}/deep", "application/strategic-merge-patch+json" },
        { "PATCH", $"{Maps}/deep?fieldManager=m", "application/apply-patch+yaml" },
        { "DELETE", $"{Maps}/deep", "application/json" },
        { "POST", $"{Pods}/deep/eviction", "application/json" },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Depth_has_a_bound(string method, string path, string type)
    {
        await shared.Server.SendAsync(Message.Post(Maps, """{"metadata":{"name":"deep"}}"""));
        foreach (var depth in (int[])[70, 1_000, 200_000])
        {
            foreach (var body in Deep(depth, type))
            {
                var reply = await AskAsync(new Message(method, path).With(body, type));
                Assert.True(reply.Code is 400 or 404 or 422, $"{depth} deep: {reply}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Size_has_a_bound(string method, string path, string type)
    {
        var body = new byte[BodyMax + 1];
        Array.Fill(body, (byte)' ');
        var message = new Message(method, path).With(body, type);
        Assert.Equal(413, (await AskAsync(message)).Code);
        var reply = await AskAsync(message.Header("Transfer-Encoding", "chunked") with
        {
            Body = [.. Encoding.ASCII.GetBytes($"{body.Length:x}\r\n"), .. body, .. "\r\n0\r\n\r\n"u8],
        });
        Assert.Equal(413, reply.Code);
        Assert.Equal("Request entity too large: limit is 3145728", reply.Message);
        // The last byte that fits is no reason to refuse.
        Assert.NotEqual(413, (await AskAsync(message with { Body = body[..BodyMax] })).Code);
    }

    [Fact]
    public async Task A_small_body_does_not_grow_by_aliases()
    {
        var text = new StringBuilder(
            "kind: ConfigMap\napiVersion: v1\nmetadata:\n  name: laughs\nl0: &l0 [a,a,a,a,a,a,a,a,a]\n");
        for (var i = 1; i < 30; i++)
            text.Append($"l{i}: &l{i} [{string.Join(',', Enumerable.Repeat($"*l{i - 1}", 9))}]\n");
        var reply = await AskAsync(Message.Post(Maps, "").With(text.ToString(), "application/yaml"));
        Assert.Equal(400, reply.Code);
        Assert.Contains("excessive aliasing", reply.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_compressed_body_is_not_unpacked()
    {
        using var bytes = new MemoryStream();
        using (var zip = new GZipStream(bytes, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            for (var i = 0; i < 1_000; i++) zip.Write(new byte[1024 * 1024]);
        }
        Assert.True(bytes.Length < BodyMax);
        var reply = await AskAsync(
            Message.Post(Maps, "").With(bytes.ToArray(), "application/json").Header("Content-Encoding", "gzip"));
        Assert.Equal(415, reply.Code);
        Assert.Contains("send it as it is", reply.Message, StringComparison.Ordinal);
    }

    // why | what is sent, to the limit of size
    public static TheoryData<string> Costly => [.. Costs.Keys];

    private static Dictionary<string, Message> Costs { get; } = new()
    {
        ["labels"] = Map("""{"metadata":{"name":"m","labels":{@@}}}""", Many(100_000, "\"l#\":\"v\"")),
        ["unknown fields"] = Map("""{"metadata":{"name":"m"},@@}""", Many(100_000, "\"u#\":1")),
        ["the same field"] = Map("""{"metadata":{"name":"m"},@@}""", Many(200_000, "\"data\":{}")),
        ["one long name"] = Map("""{"metadata":{"name":"@@"}}""", new string('n', BodyMax - 100)),
        ["a large number"] = Map("""{"metadata":{"name":"m","generation":@@}}""", new string('9', BodyMax - 100)),
        ["finalizers"] = Map("""{"metadata":{"name":"m","finalizers":[@@]}}""", Many(100_000, "\"x.io/#\"")),
        ["owners"] = Map("""{"metadata":{"name":"m","ownerReferences":[@@]}}""",
            Many(20_000, """{"uid":"#","name":"o","kind":"K","apiVersion":"v1"}""")),
        ["containers"] = Fill(Message.Post(Pods, ""), "application/json",
            """{"metadata":{"name":"m"},"spec":{"containers":[@@]}}""", Many(60_000, """{"name":"c#","image":"i"}""")),
        ["volumes"] = Fill(Message.Post(Pods, ""), "application/json",
            """{"metadata":{"name":"m"},"spec":{"volumes":[@@],"containers":[{"name":"c","image":"i"}]}}""",
            Many(80_000, """{"name":"v#"}""")),
        ["ports"] = Fill(Message.Post("/api/v1/namespaces/default/services", ""), "application/json",
            """{"metadata":{"name":"m"},"spec":{"ports":[@@]}}""", Many(60_000, """{"name":"p#","port":#}""")),
        ["environment"] = Patch("strategic-merge-patch+json", Environment,
            Many(60_000, """{"name":"E#","value":"v"}""")),
        ["environment deleted"] = Patch("strategic-merge-patch+json", Environment,
            Many(60_000, """{"name":"E#","$patch":"delete"}""")),
        ["a primitive list"] = Patch("strategic-merge-patch+json", """{"metadata":{"finalizers":[@@]}}""",
            Many(100_000, "\"x.io/#\"")),
        ["an order of elements"] = Patch("strategic-merge-patch+json",
            """{"metadata":{"$setElementOrder/finalizers":[@@],"finalizers":[@@]}}""", Many(60_000, "\"x.io/#\"")),
        ["values deleted"] = Patch("strategic-merge-patch+json",
            """{"metadata":{"$deleteFromPrimitiveList/finalizers":[@@],"finalizers":[@@]}}""", Many(60_000,
            "\"x.io/#\"")),
        ["applied environment"] = Patch("apply-patch+yaml",
            """{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"name":"c","image":"i","env":[@@]}]}}""",
            Many(60_000, """{"name":"E#","value":"v"}""")),
        ["applied finalizers"] = Patch("apply-patch+yaml",
            """{"apiVersion":"v1","kind":"Pod","metadata":{"finalizers":[@@]}}""", Many(100_000, "\"x.io/#\"")),
        ["moves of much"] = Patch("json-patch+json", "[@@" + Many(4_500,
            """,{"op":"move","from":"/a","path":"/b"},{"op":"move","from":"/b","path":"/a"}""", "") + "]",
            """{"op":"add","path":"/a","value":{""" + Many(100_000, "\"k#\":1") + "}}"),
        ["copies of copies"] = Patch("json-patch+json", """[{"op":"add","path":"/a","value":[]},@@]""",
            Many(5_000, """{"op":"copy","from":"/a","path":"/a/-"}""")),
        ["many indents"] = Yaml(string.Concat(Enumerable.Range(0, 60).Select(i => $"{new string(' ', i)}a{i}:\n"))),
        ["a flow of keys"] = Yaml("{" + Many(300_000, "a#") + "}"),
        ["questions"] = Yaml(string.Concat(Enumerable.Repeat("? a\n", 300_000))),
        ["tags"] = Yaml(string.Concat(Enumerable.Repeat("- !a b\n", 300_000))),
        ["anchors"] = Yaml(string.Concat(Enumerable.Repeat("- &a b\n", 300_000))),
        ["one long line"] = Yaml("a: " + new string('x', BodyMax - 10)),
        ["colons"] = Yaml("a" + new string(':', BodyMax - 10)),
        ["dashes"] = Yaml(string.Concat(Enumerable.Repeat("- ", BodyMax / 2 - 10))),
        ["quotes"] = Yaml("a: \"" + string.Concat(Enumerable.Repeat("\\n", BodyMax / 2 - 10)) + "\""),
        ["empty lines"] = Yaml("a: |\n" + new string('\n', BodyMax - 100)),
        ["comments"] = Yaml(string.Concat(Enumerable.Repeat("#\n", BodyMax / 2 - 10))),
        ["merge keys"] = Yaml("a: &a {b: 1}\nc:\n" + string.Concat(Enumerable.Repeat("  <<: *a\n", 100_000))),
        ["digits"] = Yaml("a: " + new string('1', BodyMax - 10)),
    };

    [Theory]
    [MemberData(nameof(Costly))]
    public async Task What_it_costs_grows_with_its_size_alone(string why)
    {
        await shared.Server.SendAsync(Message.Post(Pods, Pod));
        var message = Costs[why];
        Assert.True(message.Body!.Length <= BodyMax, $"{message.Body.Length} bytes are refused unread");
        var begun = Cost.Now;
        var reply = await AskAsync(message);
        var took = begun.UntilNow;
        Assert.True(took < CostMax, $"{why}: {took.TotalSeconds:0.0} s for {reply}");
    }

    // why | a patch of an object of 50,000 keys
    public static TheoryData<string, string, string> CostlyPatches => new()
    {
        { "all taken out", "merge-patch+json", """{"data":{@null@}}""" },
        { "all taken out by another merge", "strategic-merge-patch+json", """{"data":{@null@}}""" },
        { "none retained", "strategic-merge-patch+json", """{"data":{"$retainKeys":[]}}""" },
        { "all changed", "merge-patch+json", """{"data":{@"w"@}}""" },
        { "all changed by another merge", "strategic-merge-patch+json", """{"data":{@"w"@}}""" },
        { "all applied", "apply-patch+yaml", """{"apiVersion":"v1","kind":"ConfigMap","data":{@"v"@}}""" },
        { "none applied any more", "apply-patch+yaml", """{"apiVersion":"v1","kind":"ConfigMap"}""" },
    };

    [Theory]
    [MemberData(nameof(CostlyPatches))]
    public async Task Changing_much_costs_no_more_than_sending_it(string why, string type, string body)
    {
        const string Name = "of-many";
        var keys = Many(50_000, "\"k#\":\"v\"");
        await AskAsync(new Message("PATCH", $"{Maps}/{Name}").Param("fieldManager", "m").Param("force", "true").With(
            $$"""{"apiVersion":"v1","kind":"ConfigMap","data":{ {{keys}} } }""", "application/apply-patch+yaml"));
        var parts = body.Split('@');
        if (parts.Length == 3) body = parts[0] + Many(50_000, $"\"k#\":{parts[1]}") + parts[2];
        var begun = Cost.Now;
        var reply = await AskAsync(
            new Message("PATCH", $"{Maps}/{Name}").Param("fieldManager", "m").With(body, $"application/{type}"));
        var took = begun.UntilNow;
        Assert.True(reply.Code == 200 && took < CostMax, $"{why}: {took.TotalSeconds:0.0} s for {reply}");
    }

    private async Task<Reply> AskAsync(Message message)
    {
        var reply = await shared.Server.SendAsync(message);
        Assert.Null(Verdict.Of(message, reply) is { } wrong ? $"the answer {wrong}: {reply}" : null);
        return reply;
    }

    private static IEnumerable<byte[]> Deep(int depth, string type)
    {
        if (type == Binary.MediaType)
        {
            byte[] inner = [];
            for (var i = 0; i < depth && inner.Length < 100_000; i++) inner = Binary.Part(1, inner);
            yield return Binary.Envelope([.. Binary.Part(1, "v1"u8.ToArray()),
                .. Binary.Part(2, "ConfigMap"u8.ToArray())], inner);
            yield break;
        }
        yield return Encoding.ASCII.GetBytes(new string('[', depth));
        yield return Encoding.ASCII.GetBytes($"{new string('[', depth)}{new string(']', depth)}");
        yield return Repeated("{\"a\":", depth, "1", "}");
        yield return Repeated("{\"metadata\":", depth, "null", "}");
        yield return [.. "{\"metadata\":{\"annotations\":"u8, .. Repeated("{\"a\":", depth, "1", "}"), .. "}}"u8];
        if (type.Contains("yaml", StringComparison.Ordinal)) yield return Repeated("- ", depth, "x", "");
    }

    private static byte[] Repeated(string open, int depth, string inner, string close) => Encoding.ASCII.GetBytes(
        string.Concat(Enumerable.Repeat(open, depth)) + inner + string.Concat(Enumerable.Repeat(close, depth)));

    // The text so many times, with its number in the place of #.
    private static string Many(int count, string text, string between = ",") =>
        string.Join(between, Enumerable.Range(0, count).Select(i => text.Replace("#", $"{i}",
            StringComparison.Ordinal)));

    private static Message Map(string json, string many) => Fill(Message.Post(Maps, ""), "application/json", json,
        many);

    private static Message Yaml(string yaml) => Message.Post(Maps, "").With(yaml, "application/yaml");

    private static Message Patch(string type, string body, string many) => Fill(
        new Message("PATCH", $"{Pods}/p").Param("dryRun", "All").Param("fieldManager", "m"), $"application/{type}",
            body,
        many);

    private static Message Fill(Message message, string type, string body, string many) =>
        message.With(body.Replace("@@", many, StringComparison.Ordinal), type);
}
