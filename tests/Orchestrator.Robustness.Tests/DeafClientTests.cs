using System.Text;
using Orchestrator.Robustness.Tests.Requests;
using Orchestrator.Robustness.Tests.Running;

namespace Orchestrator.Robustness.Tests;

/// <summary>Clients that ask and do not read: they are cut off, and hold up nobody.</summary>
public sealed class DeafClientTests(UnheardServer shared) : IClassFixture<UnheardServer>
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_watch_that_is_not_read_is_cut_off_and_the_others_go_on()
    {
        const int Changes = 600;
        using var limit = new CancellationTokenSource(Patience);
        var text = new string('x', 20_000);
        var watch = Message.Get(Maps).Param("watch", "1").Param("resourceVersion", $"{shared.Server.Cache.Revision}");
        await using var deaf = await Wire.ConnectAsync(shared.Server.Address, receiveBytes: 4_096);
        await deaf.SendAsync(watch.ToBytes(), limit.Token);
        await using var reader = await shared.Server.ConnectAsync();
        await reader.SendAsync(watch.ToBytes(), limit.Token);
        await reader.ReadAsync(false, isStream: true, limit.Token);
        await using var writer = await shared.Server.ConnectAsync();
        var seen = 0;
        for (var i = 0; i < Changes; i++)
        {
            var made = await writer.AskAsync(Message.Post(Maps,
                $$$"""{"metadata":{"name":"big-{{{i}}}"},"data":{"k":"{{{text}}}"}}"""));
            Assert.Equal(201, made.Code);
            // In step, so that never so much waits for the reader that it is taken for another who does not read.
            while (seen <= i) seen += await EventsAsync(reader, limit.Token);
        }
        Assert.Equal(Changes, seen);
        await reader.DisposeAsync();
        await writer.DisposeAsync();
        await NothingIsOpenAsync();
    }

    [Fact]
    public async Task A_list_that_is_not_read_is_cut_off()
    {
        using var limit = new CancellationTokenSource(Patience);
        const string secrets = "/api/v1/namespaces/default/secrets";
        var text = Convert.ToBase64String(new byte[700_000]);
        for (var i = 0; i < 12; i++)
        {
            var made = await shared.Server.SendAsync(
                Message.Post(secrets, $$$"""{"metadata":{"name":"large-{{{i}}}"},"data":{"k":"{{{text}}}"}}"""));
            Assert.Equal(201, made.Code);
        }
        var before = shared.Server.Gauge.Begun;
        await using var deaf = await Wire.ConnectAsync(shared.Server.Address, receiveBytes: 4_096);
        await deaf.SendAsync(Message.Get(secrets).ToBytes(), limit.Token);
        // Who looks late finds it begun and cut off.
        await Eventually.Async(() => shared.Server.Gauge.Begun > before, () => "the list was never begun");
        await NothingIsOpenAsync();
    }

    private Task NothingIsOpenAsync() => Eventually.Async(() => shared.Server.Gauge.Requests == 0,
        () => $"{shared.Server.Gauge.Requests} requests are still open", seconds: 60);

    private static async Task<int> EventsAsync(Wire wire, CancellationToken cancellation)
    {
        var chunk = await wire.ReadChunkAsync(cancellation);
        Assert.True(chunk.Length > 0, "the watch of who reads has ended");
        return Encoding.UTF8.GetString(chunk).Count(c => c == '\n');
    }
}
