using System.Net;
using Orchestrator.ApiServer.Tests.Running;

namespace Orchestrator.ApiServer.Tests;

public sealed class ListTests : IAsyncLifetime
{
    private const string Maps = Given.ConfigMaps;
    private readonly ApiProcess _api = new() { Configure = options => options.SnapshotsMax = 1 };

    public async Task InitializeAsync()
    {
        await _api.InitializeAsync();
        await _api.CreateAsync(Maps,
            "a b c d e".Split(' ').Select(name => Given.ConfigMap(name, name is "a" or "e" ? "edge" : "mid")));
    }

    public Task DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task All_pages_show_one_revision()
    {
        var first = await _api.GetAsync($"{Maps}?limit=2");
        first.Names.ShouldBe(["a", "b"]);
        first.Json.GetProperty("metadata").GetProperty("remainingItemCount").GetInt32().ShouldBe(3);
        await _api.DeleteAsync($"{Maps}/c");
        await _api.CreateAsync(Maps, Given.ConfigMap("bb"));
        var second = await _api.GetAsync($"{Maps}?limit=2&continue={Next(first)}");
        second.Names.ShouldBe(["c", "d"], "what was deleted since is still on its page");
        second.Version.ShouldBe(first.Version);
        var third = await _api.GetAsync($"{Maps}?limit=2&continue={Next(second)}");
        third.Names.ShouldBe(["e"]);
        Next(third).ShouldBeNull();
        (await _api.GetAsync(Maps)).Names.ShouldBe(["a", "b", "bb", "d", "e"]);
    }

    [Fact]
    public async Task A_page_too_late_offers_to_go_on_regardless()
    {
        var first = await _api.GetAsync($"{Maps}?limit=2");
        await _api.CreateAsync(Maps, Given.ConfigMap("f"));
        // One list is kept at a time here, so this one pushes the other out.
        await _api.GetAsync($"{Maps}?limit=1");
        var late = await _api.GetAsync($"{Maps}?limit=2&continue={Next(first)}");
        late.Code.ShouldBe(HttpStatusCode.Gone);
        late.Reason.ShouldBe("Expired");
        late.Message.ShouldStartWith("The provided continue parameter is too old to display a consistent list result.");
        (await _api.GetAsync($"{Maps}?continue={Next(late)}")).Names.ShouldBe(["c", "d", "e", "f"]);
    }

    // why | query | names, or the refusal
    public static TheoryData<string, string, string> Queries => new()
    {
        { "by label", "labelSelector=app%3Dedge", "a e" },
        { "by no label", "labelSelector=app!%3Dedge", "b c d" },
        { "by name", "fieldSelector=metadata.name%3Dc", "c" },
        { "selected and paged", "labelSelector=app%3Dmid&limit=2", "b c" },
        { "informers get all", "resourceVersion=0&limit=2", "a b c d e" },
        { "older than that is fine", "resourceVersion=1", "a b c d e" },
        { "a match without a version", "resourceVersionMatch=Exact",
            "!422 is forbidden unless resourceVersion is provided" },
        { "an unknown match", "resourceVersion=1&resourceVersionMatch=x",
            "!422 resourceVersionMatch: Unsupported value" },
        { "a version that is gone", "resourceVersion=1&resourceVersionMatch=Exact", "!410 too old" },
        { "a bad token", "continue=x", "!400 continue key is not valid" },
        { "a token and a version", "continue=x&resourceVersion=1", "!400 specifying resource version is not allowed" },
    };

    [Theory, MemberData(nameof(Queries))]
    public async Task Lists_are_selected(string why, string query, string expected)
    {
        var answer = await _api.GetAsync($"{Maps}?{query}");
        if (expected[0] == '!')
        {
            ((int)answer.Code).ShouldBe(int.Parse(expected[1..4]), why);
            answer.Message.ShouldContain(expected[5..], customMessage: why);
        }
        else answer.Names.ShouldBe(expected.Split(' '), why);
    }

    [Fact]
    public async Task Items_carry_no_type_and_the_list_does()
    {
        var list = (await _api.GetAsync("/api/v1/configmaps")).Json;
        list.GetProperty("kind").GetString().ShouldBe("ConfigMapList");
        list.GetProperty("items")[0].TryGetProperty("kind", out _).ShouldBeFalse();
        (await _api.GetAsync("/api/v1/namespaces/elsewhere/configmaps")).Text.ShouldContain("\"items\":[]");
    }

    [Fact]
    public async Task A_version_that_is_not_here_yet_is_refused_after_a_while()
    {
        await using var impatient = new Impatient();
        var answer = await impatient.ListAtAsync(100);
        answer.Code.ShouldBe(HttpStatusCode.GatewayTimeout);
        answer.Message.ShouldBe("Timeout: Too large resource version: 100, current: 0");
        answer.Json.GetProperty("details").GetProperty("causes")[0].GetProperty("reason").GetString()
            .ShouldBe("ResourceVersionTooLarge");
        answer.Headers["Retry-After"].ShouldBe("1");
    }

    private static string? Next(Answer answer) =>
        answer.Json.GetProperty("metadata").TryGetProperty("continue", out var next) ? next.GetString() : null;

    private sealed class Impatient : IAsyncDisposable
    {
        private readonly ApiProcess _api =
            new() { Configure = options => options.FreshnessTimeout = TimeSpan.FromMilliseconds(50) };

        public async Task<Answer> ListAtAsync(long version)
        {
            await _api.InitializeAsync();
            return await _api.GetAsync($"{Maps}?resourceVersion={version}");
        }

        public ValueTask DisposeAsync() => new(_api.DisposeAsync());
    }
}
