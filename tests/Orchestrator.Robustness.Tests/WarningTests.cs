using Orchestrator.Robustness.Tests.Requests;
using Orchestrator.Robustness.Tests.Running;

namespace Orchestrator.Robustness.Tests;

/// <summary>Warnings quote what was sent, in the head of the answer: that must stay one head, and a short
/// one.</summary>
public sealed class WarningTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";
    private const int HeadMax = 8 * 1024;

    [Theory]
    [InlineData("""x\r\nSet-Cookie: a=b""")]
    [InlineData("""x\nSet-Cookie: a=b""")]
    [InlineData("""x\u2028Set-Cookie: a=b""")]
    [InlineData("""x\u0000\u0001\u007f""")]
    [InlineData("""ü\ud83d\ude00""")]
    [InlineData("""\"; a=\"b\\""")]
    public async Task A_name_cannot_leave_its_header(string field)
    {
        var reply = await SendAsync($$"""{"metadata":{"name":"w"},"{{field}}":1}""");
        Assert.Equal(201, reply.Code);
        Assert.DoesNotContain("set-cookie", reply.Headers.Keys);
        var warning = reply.Headers["warning"];
        Assert.StartsWith("299 - \"unknown field", warning, StringComparison.Ordinal);
        Assert.All(warning, c => Assert.InRange(c, ' ', '~'));
    }

    [Theory]
    [InlineData(1, 1_000_000)]
    [InlineData(100, 20_000)]
    [InlineData(20_000, 10)]
    public async Task Many_warnings_make_no_long_head(int count, int length)
    {
        var fields = string.Join(',', Enumerable.Range(0, count).Select(i => $"\"{new string('u', length)}{i}\":1"));
        var reply = await SendAsync($$$"""{"metadata":{"name":"w"},{{{fields}}}}""");
        Assert.Equal(201, reply.Code);
        Assert.StartsWith("299 - \"unknown field", reply.Headers["warning"], StringComparison.Ordinal);
        Assert.InRange(reply.Headers.Sum(header => header.Key.Length + header.Value.Length), 1, HeadMax);
    }

    private Task<Reply> SendAsync(string json) => shared.Server.SendAsync(Message.Post(Maps, json).Param("dryRun",
        "All"));
}
