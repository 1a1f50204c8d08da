using System.Globalization;
using System.Text;
using Orchestrator.Robustness.Tests.Requests;
using Orchestrator.Robustness.Tests.Running;

namespace Orchestrator.Robustness.Tests;

/// <summary>Many want the same at once, or all of everything.</summary>
public sealed class ContentionTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    // Each kind of patch that can say one key without the others.
    private static readonly (string Type, string Body)[] Patches =
    [
        ("application/merge-patch+json", """{"data":{"@@":"1"}}"""),
        ("application/strategic-merge-patch+json", """{"data":{"@@":"1"}}"""),
        ("application/json-patch+json", """[{"op":"add","path":"/data/@@","value":"1"}]"""),
        ("application/apply-patch+yaml", """{"apiVersion":"v1","kind":"ConfigMap","data":{"@@":"1"}}"""),
    ];

    [Fact]
    public async Task Of_fifty_writers_who_patch_one_object_none_is_lost()
    {
        const int Writers = 50, Each = 20;
        await CreateAsync("""{"metadata":{"name":"patched"},"data":{"first":"1"}}""");
        var versions = await Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
        {
            await using var wire = await shared.Server.ConnectAsync();
            var seen = new List<string>();
            for (var i = 0; i < Each; i++)
            {
                // Each applies under a name of its own that grows with what it said before: to apply is to say all.
                var (type, body) = Patches[i % Patches.Length];
                var reply = await wire.AskAsync(new Message("PATCH", $"{Maps}/patched")
                    .Param("fieldManager", $"w{writer}-{i}").With(body.Replace("@@", $"w{writer}-{i}"), type));
                Assert.True(reply.Code == 200, reply.ToString());
                seen.Add(VersionOf(reply));
            }
            return seen;
        }));
        var map = (await shared.Server.SendAsync(Message.Get($"{Maps}/patched"))).Json;
        Assert.Equal(1 + (Writers * Each), map.GetProperty("data").EnumerateObject().Count());
        Assert.Equal(Writers * Each, versions.SelectMany(seen => seen).Distinct().Count());
    }

    [Fact]
    public async Task Of_many_who_replace_what_they_read_each_version_is_replaced_once()
    {
        const int Writers = 20, Each = 10;
        await CreateAsync("""{"metadata":{"name":"counted"},"data":{"n":"0"}}""");
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(async _ =>
        {
            await using var wire = await shared.Server.ConnectAsync();
            for (var done = 0; done < Each;)
            {
                var map = (await wire.AskAsync(Message.Get($"{Maps}/counted"))).Json;
                var n = int.Parse(map.GetProperty("data").GetProperty("n").GetString()!, CultureInfo.InvariantCulture);
                var version = map.GetProperty("metadata").GetProperty("resourceVersion").GetString();
                var reply = await wire.AskAsync(new Message("PUT", $"{Maps}/counted").With(
                    $$$"""{"metadata":{"name":"counted","resourceVersion":"{{{version}}}"},"data":{"n":"{{{n + 1}}}"}}"""));
                Assert.True(reply.Code is 200 or 409, reply.ToString());
                if (reply.Code == 200) done++;
            }
        }));
        var last = (await shared.Server.SendAsync(Message.Get($"{Maps}/counted"))).Json;
        Assert.Equal($"{Writers * Each}", last.GetProperty("data").GetProperty("n").GetString());
    }

    [Fact]
    public async Task Of_two_hundred_who_create_one_name_one_does()
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => shared.Server.SendAsync(
            Message.Post(Maps, $$$"""{"metadata":{"name":"one"},"data":{"by":"{{{i}}}"}}"""))));
        var made = Assert.Single(replies, reply => reply.Code == 201);
        Assert.All(replies.Except([made]), reply =>
        {
            Assert.Equal(409, reply.Code);
            Assert.Equal("configmaps \"one\" already exists", reply.Message);
        });
        Assert.Equal(VersionOf(made), VersionOf(await shared.Server.SendAsync(Message.Get($"{Maps}/one"))));
    }

    [Fact]
    public async Task Two_hundred_watchers_see_every_change_of_two_thousand_objects_once_and_in_order()
    {
        const int Watchers = 200, Objects = 2_000;
        const string leases = "/apis/coordination.k8s.io/v1/namespaces/default/leases";
        using var limit = new CancellationTokenSource(Patience);
        await EachAsync(Objects, (wire, i) => wire.AskAsync(
            Message.Post(leases, $$$"""{"metadata":{"name":"l-{{{i}}}"},"spec":{"holderIdentity":"a"}}""")));
        var after = VersionOf(await shared.Server.SendAsync(Message.Get(leases).Param("limit", "1")));
        var seen = Enumerable.Range(0, Watchers).Select(_ =>
            WatchAsync($"{leases}?watch=1&resourceVersion={after}", 2 * Objects, limit.Token)).ToList();
        await EachAsync(Objects, (wire, i) => wire.AskAsync(new Message("PATCH", $"{leases}/l-{i}").With(
            """{"spec":{"holderIdentity":"b"}}""", "application/merge-patch+json")));
        await EachAsync(Objects, (wire, i) => wire.AskAsync(new Message("DELETE", $"{leases}/l-{i}")));
        var all = await Task.WhenAll(seen);
        Assert.Equal(Objects, all[0].Count(line => line.StartsWith("MODIFIED", StringComparison.Ordinal)));
        Assert.Equal(Objects, all[0].Count(line => line.StartsWith("DELETED", StringComparison.Ordinal)));
        Assert.Equal(2 * Objects, all[0].Distinct().Count());
        var versions = all[0].Select(line => long.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(versions.Order(), versions);
        Assert.All(all, lines => Assert.Equal(all[0], lines));
    }

    private async Task CreateAsync(string json) =>
        Assert.Equal(201, (await shared.Server.SendAsync(Message.Post(Maps, json))).Code);

    private static string VersionOf(Reply reply) =>
        reply.Json.GetProperty("metadata").GetProperty("resourceVersion").GetString()!;

    // All of them, by several at once.
    private async Task EachAsync(int count, Func<Wire, int, Task<Reply>> ask)
    {
        const int Clients = 16;
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async client =>
        {
            await using var wire = await shared.Server.ConnectAsync();
            for (var i = client; i < count; i += Clients)
            {
                var reply = await ask(wire, i);
                Assert.True(reply.Code < 300, reply.ToString());
            }
        }));
    }

    // What happened and at which version, line by line.
    private async Task<IReadOnlyList<string>> WatchAsync(string path, int count, CancellationToken cancellation)
    {
        await using var wire = await shared.Server.ConnectAsync();
        await wire.SendAsync(Message.Get(path).ToBytes(), cancellation);
        Assert.Equal(200, (await wire.ReadAsync(false, isStream: true, cancellation)).Code);
        var (lines, rest) = (new List<string>(count), "");
        while (lines.Count < count && await wire.ReadChunkAsync(cancellation) is { Length: > 0 } chunk)
        {
            var parts = (rest + Encoding.UTF8.GetString(chunk)).Split('\n');
            lines.AddRange(parts[..^1].Select(Short));
            rest = parts[^1];
        }
        return lines;
    }

    private static string Short(string line)
    {
        const string Before = "\"resourceVersion\":\"", Name = "\"name\":\"";
        var type = line[9..line.IndexOf('"', 9)];
        return $"{type} {After(line, Before)} {After(line, Name)}";
    }

    private static string After(string line, string before)
    {
        var start = line.IndexOf(before, StringComparison.Ordinal) + before.Length;
        return line[start..line.IndexOf('"', start)];
    }
}
