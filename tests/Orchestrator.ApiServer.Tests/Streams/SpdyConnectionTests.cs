using System.Net;
using System.Net.Sockets;
using Orchestrator.ApiServer.Streams.Spdy;

namespace Orchestrator.ApiServer.Tests.Streams;

#pragma warning disable CA1001 // What a test opens it ends itself, or xunit's lifetime does.
public sealed class SpdyConnectionTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly SpdyHeaderWriter _headers = new();
    private readonly CancellationTokenSource _limit = new(Patience);
    private NetworkStream _client = null!;
    private NetworkStream _server = null!;
    private SpdyConnection _connection = null!;
    private Task<string?> _run = null!;
    private IAsyncEnumerator<SpdyStream> _opened = null!;

    public async Task InitializeAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        _client = client.GetStream();
        _server = (await listener.AcceptTcpClientAsync()).GetStream();
        _connection = new SpdyConnection(_server);
        _run = _connection.RunAsync(_limit.Token);
        _opened = _connection.OpenedAsync(_limit.Token).GetAsyncEnumerator();
    }

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _run;
        await _connection.DisposeAsync();
        await _server.DisposeAsync();
        _limit.Dispose();
    }

    [Fact]
    public async Task A_stream_is_agreed_to_and_carries_bytes_both_ways()
    {
        var stream = await OpenAsync(1);
        stream.Headers["streamtype"].ShouldBe("data");
        (await FrameAsync()).Type.ShouldBe(SpdyFrameType.SynReply);
        await SendAsync(SpdyFrames.Payload(1, "up"u8));
        (await TextAsync(stream)).ShouldBe("up");
        await stream.WriteAsync("down"u8.ToArray(), _limit.Token);
        var (header, payload) = await FrameWithPayloadAsync();
        (header.StreamId, header.IsLast).ShouldBe((1u, false));
        payload.ShouldBe("down"u8.ToArray());
    }

    [Fact]
    public async Task Each_direction_ends_on_its_own_and_then_nothing_is_left()
    {
        var stream = await OpenAsync(1);
        await SendAsync(SpdyFrames.Payload(1, "last"u8, isLast: true));
        (await TextAsync(stream)).ShouldBe("last");
        (await TextAsync(stream)).ShouldBe("");
        await stream.WriteAsync("still"u8.ToArray(), _limit.Token);
        _connection.OpenStreams.ShouldBe(1);
        await stream.EndAsync(_limit.Token);
        _connection.OpenStreams.ShouldBe(0);
        await FrameAsync();
        (await FrameAsync()).IsLast.ShouldBeFalse();
        (await FrameAsync()).IsLast.ShouldBeTrue();
    }

    [Fact]
    public async Task A_ping_is_answered_with_its_number()
    {
        await SendAsync(SpdyFrames.Ping(7));
        var (header, payload) = await FrameWithPayloadAsync();
        header.Type.ShouldBe(SpdyFrameType.Ping);
        SpdyFrames.Number(payload).ShouldBe(7u);
    }

    [Theory]
    [InlineData("even: ours to use", 2u)]
    [InlineData("used before", 1u)]
    public async Task A_stream_with_a_wrong_number_is_broken_off(string why, uint id)
    {
        await OpenAsync(1);
        await FrameAsync();
        await SendAsync(Syn(id));
        var (header, payload) = await FrameWithPayloadAsync();
        header.Type.ShouldBe(SpdyFrameType.RstStream, why);
        SpdyFrames.Number(payload, 4).ShouldBe(SpdyFrames.ProtocolError);
    }

    [Fact]
    public async Task What_was_read_is_reported_so_that_more_may_come()
    {
        var stream = await OpenAsync(1);
        await FrameAsync();
        await SendAsync(SpdyFrames.Payload(1, new byte[40_000]));
        var buffer = new byte[64 * 1024];
        for (var left = 40_000; left > 0;) left -= await stream.ReadAsync(buffer, _limit.Token);
        List<(uint Stream, uint Bytes)> reports = [];
        for (var turn = 0; turn < 2; turn++)
        {
            var (header, payload) = await FrameWithPayloadAsync();
            header.Type.ShouldBe(SpdyFrameType.WindowUpdate);
            reports.Add((SpdyFrames.Number(payload), SpdyFrames.Number(payload, 4)));
        }
        reports.Select(report => report.Stream).Order().ShouldBe([0u, 1u]);
        reports.ShouldAllBe(report => report.Bytes >= 32 * 1024);
    }

    [Fact]
    public async Task A_client_that_outruns_its_reader_is_held_back()
    {
        var stream = await OpenAsync(1);
        // Far more than the windows and the sockets hold.
        var sending = Task.Run(async () =>
        {
            for (var turn = 0; turn < 1024; turn++) await SendAsync(SpdyFrames.Payload(1, new byte[32 * 1024]));
            await SendAsync(SpdyFrames.Payload(1, [], isLast: true));
        });
        var buffer = new byte[128 * 1024];
        long total = await stream.ReadAsync(buffer, _limit.Token);
        sending.IsCompleted.ShouldBeFalse();
        while (await stream.ReadAsync(buffer, _limit.Token) is > 0 and var count) total += count;
        total.ShouldBe(1024L * 32 * 1024);
        await sending;
    }

    [Fact]
    public async Task Bytes_for_a_stream_that_was_broken_off_are_read_past()
    {
        var first = await OpenAsync(1);
        await first.BreakAsync();
        await SendAsync(SpdyFrames.Payload(1, new byte[100_000]));
        var second = await OpenAsync(3);
        await SendAsync(SpdyFrames.Payload(3, "on"u8));
        (await TextAsync(second)).ShouldBe("on");
        _connection.OpenStreams.ShouldBe(1);
    }

    [Fact]
    public async Task A_lost_client_ends_every_stream()
    {
        var stream = await OpenAsync(1);
        var reading = TextAsync(stream);
        _client.Dispose();
        (await reading).ShouldBe("");
        (await _run).ShouldBeNull();
        _connection.OpenStreams.ShouldBe(0);
        (await _opened.MoveNextAsync()).ShouldBeFalse();
        await Should.ThrowAsync<IOException>(async () => await stream.WriteAsync(new byte[1], _limit.Token));
    }

    [Fact]
    public async Task What_breaks_the_rules_is_told_and_ends_the_connection()
    {
        await SendAsync([0x80, 2, 0, 1, 0, 0, 0, 0]);
        (await FrameAsync()).Type.ShouldBe(SpdyFrameType.GoAway);
        (await _run).ShouldBe("version 2 of SPDY, want 3");
    }

    [Fact]
    public async Task Frames_of_an_unknown_sort_are_skipped()
    {
        await SendAsync([0x80, 3, 0, 99, 0, 0, 0, 2, 1, 2]);
        await SendAsync(SpdyFrames.Ping(1));
        (await FrameAsync()).Type.ShouldBe(SpdyFrameType.Ping);
    }

    private byte[] Syn(uint id) =>
        SpdyFrames.SynStream(id, _headers.Write(new Dictionary<string, string> { ["streamType"] = "data" }));

    private async Task<SpdyStream> OpenAsync(uint id)
    {
        await SendAsync(Syn(id));
        (await _opened.MoveNextAsync()).ShouldBeTrue();
        return _opened.Current;
    }

    private async Task SendAsync(byte[] frame) => await _client.WriteAsync(frame, _limit.Token);

    private async Task<SpdyFrameHeader> FrameAsync() => (await FrameWithPayloadAsync()).Header;

    private async Task<(SpdyFrameHeader Header, byte[] Payload)> FrameWithPayloadAsync()
    {
        var head = new byte[SpdyFrameHeader.Size];
        await _client.ReadExactlyAsync(head, _limit.Token);
        var header = SpdyFrameHeader.Read(head);
        var payload = new byte[header.Length];
        await _client.ReadExactlyAsync(payload, _limit.Token);
        return (header, payload);
    }

    private async Task<string> TextAsync(SpdyStream stream)
    {
        var buffer = new byte[1024];
        return System.Text.Encoding.UTF8.GetString(buffer, 0, await stream.ReadAsync(buffer, _limit.Token));
    }
}
