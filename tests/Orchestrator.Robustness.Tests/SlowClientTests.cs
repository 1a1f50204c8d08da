using Orchestrator.Robustness.Tests.Requests;
using Orchestrator.Robustness.Tests.Running;

namespace Orchestrator.Robustness.Tests;

/// <summary>Clients that send slowly, or nothing: they are cut off, and hold up nobody.</summary>
public sealed class SlowClientTests(ImpatientServer shared) : IClassFixture<ImpatientServer>
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_head_that_does_not_end_is_not_waited_for()
    {
        using var limit = new CancellationTokenSource(Patience);
        await using var wire = await shared.Server.ConnectAsync();
        await wire.SendAsync("GET /api/v1/pods HTTP/1.1\r\nX-"u8.ToArray(), limit.Token);
        var reply = await wire.ReadAsync(false, false, limit.Token);
        Assert.Equal(408, reply.Code);
        await wire.ClosedAsync(limit.Token);
        await ServesAsync();
    }

    [Fact]
    public async Task A_head_that_comes_byte_by_byte_is_not_waited_for()
    {
        using var limit = new CancellationTokenSource(Patience);
        await using var wire = await shared.Server.ConnectAsync();
        await wire.SendAsync("GET / HTTP/1.1\r\nX-Slow: "u8.ToArray(), limit.Token);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!wire.IsOver)
        {
            await pause.WaitForNextTickAsync(limit.Token);
            await wire.SendAsync("x"u8.ToArray(), limit.Token);
        }
        await ServesAsync();
    }

    [Theory]
    [InlineData("POST", Maps, "application/json")]
    [InlineData("PATCH", $"{Maps}/a", "application/merge-patch+json")]
    [InlineData("DELETE", $"{Maps}/a", "application/json")]
    public async Task A_body_that_does_not_end_is_not_waited_for(string method, string path, string type)
    {
        using var limit = new CancellationTokenSource(Patience);
        await using var wire = await shared.Server.ConnectAsync();
        var message = new Message(method, path).With("""{"metadata":""", type) with { SaidLength = 1_000_000 };
        await wire.SendAsync(message.ToBytes(), limit.Token);
        var reply = await wire.ReadAsync(false, false, limit.Token);
        Assert.Equal(408, reply.Code);
        Assert.Contains("did not arrive in time", reply.Message, StringComparison.Ordinal);
        await wire.ClosedAsync(limit.Token);
        await ServesAsync();
    }

    [Fact]
    public async Task Connections_that_say_nothing_hold_up_nobody_and_end()
    {
        using var limit = new CancellationTokenSource(Patience);
        var silent = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => shared.Server.ConnectAsync()));
        await ServesAsync();
        foreach (var wire in silent)
        {
            await wire.ClosedAsync(limit.Token);
            await wire.DisposeAsync();
        }
    }

    [Fact]
    public async Task Connections_that_are_left_half_way_leave_nothing()
    {
        for (var i = 0; i < 200; i++)
        {
            var wire = await shared.Server.ConnectAsync();
            var bytes = Message.Post(Maps, """{"metadata":{"name":"half"}}""").ToBytes();
            await wire.SendAsync(bytes.AsMemory(0, 1 + (i * bytes.Length / 200)));
            await wire.DisposeAsync();
        }
        await ServesAsync();
        await NothingIsOpenAsync();
    }

    private Task NothingIsOpenAsync() => Eventually.Async(() => shared.Server.Gauge.Requests == 0,
        () => $"{shared.Server.Gauge.Requests} requests are still open", seconds: 60);

    private async Task ServesAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!await IsServedAsync()) limit.Token.ThrowIfCancellationRequested();
    }

    // On a machine that stands still for a moment a good client is too slow for this server as well.
    private async Task<bool> IsServedAsync()
    {
        try
        {
            var reply = await shared.Server.SendAsync(Message.Get(Maps).Param("limit", "1"));
            Assert.True(reply.Code is 200 or 408, reply.ToString());
            return reply.Code == 200;
        }
        catch (EndOfStreamException)
        {
            return false;
        }
    }
}
