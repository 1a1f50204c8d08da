using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Orchestrator.ApiServer;
using Orchestrator.Robustness.Tests.Mutations;
using Orchestrator.Robustness.Tests.Requests;
using Orchestrator.Robustness.Tests.Running;
using Xunit.Abstractions;

namespace Orchestrator.Robustness.Tests;

/// <summary>
/// Real requests, spoiled by chance: whatever comes, the answer is one a client understands, and nothing stays behind.
/// <c>BAD_REQUESTS</c> says how many, <c>BAD_REQUEST_SEED</c> which.
/// </summary>
public sealed class BadRequestTests(ITestOutputHelper output)
{
    private const int Clients = 8;
    private const int WarmUp = 20_000;
    private const int RenewEvery = 2_000;
    private const int ComplaintsMax = 40;

    // What is kept grows with what was learned last: code that ran for the first time, buffers of its pools, documents
    // of kinds that a request declared. It ends there: after 250,000 requests it is what it is after 100,000.
    private const long GrowthMax = 48L * 1024 * 1024;
    private const int ActivationsMax = 500;

    private readonly ValidRequests _valid = ValidRequests.Make();

    [Fact]
    public async Task Every_valid_request_succeeds_as_it_stands()
    {
        await using var server = await StartAsync();
        await using var wire = await server.ConnectAsync();
        var failed = new List<string>();
        foreach (var message in _valid.All)
        {
            var reply = await (message.IsStream ? server.SendAsync(message) : wire.AskAsync(message));
            if (reply.Code >= 300 || Verdict.Of(message, reply) is not null) failed.Add($"{message}\n{reply}");
        }
        Assert.True(failed.Count == 0, string.Join("\n\n", failed));
    }

    [Fact]
    public async Task No_bad_request_harms_the_server()
    {
        var (seed, count) = (Number("BAD_REQUEST_SEED", 1), Number("BAD_REQUESTS", 100_000));
        // What never comes, and who never answers, is not waited for so often.
        await using var server = await StartAsync(options => (options.BodyTimeout, options.ProxyConnectTimeout) =
            (TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(50)));
        var begun = Stopwatch.GetTimestamp();
        var complaints = new ConcurrentQueue<string>();
        await SendAsync(server, seed, 0, Math.Min(WarmUp, count), complaints);
        var before = await SettledAsync(server, long.MaxValue);
        await SendAsync(server, seed, WarmUp, count, complaints);
        var after = await SettledAsync(server, before.Heap + GrowthMax);
        output.WriteLine($"{count} requests in {Stopwatch.GetElapsedTime(begun).TotalSeconds:0.0} s; "
            + $"heap {before.Heap >> 10} KiB, then {after.Heap >> 10} KiB; {before.Activations} activations, then "
            + $"{after.Activations}");
        Assert.True(complaints.IsEmpty, $"BAD_REQUEST_SEED={seed}: {complaints.Count} bad answers\n"
            + $"{string.Join("\n\n", complaints)}\n\nlogged:\n{string.Join('\n', server.Log.Errors.Take(10))}");
        Assert.Empty(server.Log.Errors);
        Assert.Equal("ok", (await server.SendAsync(Message.Get("/readyz"))).Text);
        Assert.True(after.Activations < ActivationsMax, $"{after.Activations} activations are left");
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number)
            ? number : otherwise;

    private async Task<Server> StartAsync(Action<ApiServerOptions>? configure = null)
    {
        var server = await Server.StartAsync(configure);
        foreach (var message in _valid.Seed)
        {
            var reply = await server.SendAsync(message);
            Assert.True(reply.Code == 201, $"{message}\n{reply}");
        }
        return server;
    }

    private async Task SendAsync(Server server, int seed, int from, int to, ConcurrentQueue<string> complaints)
    {
        var next = from - 1;
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(async () =>
        {
            Wire? wire = null;
            while (Interlocked.Increment(ref next) is var number && number < to && complaints.Count < ComplaintsMax)
            {
                if (number % RenewEvery == 0) await RenewAsync(server);
                if (wire is null or { IsOver: true })
                {
                    if (wire is not null) await wire.DisposeAsync();
                    wire = await server.ConnectAsync();
                }
                var message = Mutators.Spoiled(_valid.All, new Dice(seed, number));
                if (await AskAsync(wire, message) is { } complaint)
                    complaints.Enqueue($"request {number}, {complaint}");
            }
            if (wire is not null) await wire.DisposeAsync();
        })));
    }

    private static async Task<string?> AskAsync(Wire wire, Message message)
    {
        Reply reply;
        try
        {
            reply = await wire.AskAsync(message);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidDataException)
        {
            await wire.DisposeAsync();
            wire.GiveUp();
            return message.IsOutOfHttp && e is EndOfStreamException ? null : $"{e.Message}: {message}";
        }
        // What follows on the connection may be taken for a part of it.
        if (message.IsOutOfHttp) wire.GiveUp();
        return Verdict.Of(message, reply) is { } wrong ? $"the answer {wrong}: {message}\n>>> {reply}" : null;
    }

    // Some of the bad requests are good enough to delete what the others are about.
    private async Task RenewAsync(Server server)
    {
        foreach (var message in _valid.Seed) await server.SendAsync(message);
    }

    private static async Task<(long Heap, int Activations)> SettledAsync(Server server, long heapMax)
    {
        await Eventually.Async(() => server.Gauge is { Connections: 0, Requests: 0 },
            () => $"{server.Gauge.Connections} connections and {server.Gauge.Requests} requests are open");
        // Pools give back what nobody has asked for in the last minute, and not before.
        var heap = 0L;
        await Eventually.Async(() => (heap = Collected()) < heapMax, () => $"the heap has grown to {heap}",
            seconds: 100);
        return (heap, server.Activations);
    }

    private static long Collected()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
