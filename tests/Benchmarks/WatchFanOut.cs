using System.Diagnostics;

namespace Orchestrator.Benchmarks;

/// <summary>Many watches of one kind: how soon all have heard of a change, and what hearing costs the server.</summary>
internal static class WatchFanOut
{
    private const int Watchers = 200;
    private const int Single = 200;
    private const int Burst = 2000;
    private const string Path = "/api/v1/namespaces/default/configmaps";

    public static async Task MeasureAsync(Table table)
    {
        await using var orc = await OrcProcess.StartAsync("--docker", "none");
        var tally = new Tally();
        var version = (string)(await orc.Send(HttpMethod.Get, Path))["metadata"]!["resourceVersion"]!;
        var watch = RawConnection.Request(
            orc, "GET", $"{Path}?watch=true&allowWatchBookmarks=true&resourceVersion={version}");
        for (var i = 0; i < Watchers; i++)
        {
            var connection = new RawConnection(orc);
            new Thread(() => Listen(connection, watch, tally), 256 * 1024) { IsBackground = true }.Start();
        }
        using var writer = new RawConnection(orc);
        for (var i = 0; i < Single; i++) Change(orc, writer, tally, $"warm-{i}");
        var took = Enumerable.Range(0, Single).Select(i => Change(orc, writer, tally, $"one-{i}")).ToList();
        table.Add($"one change to {Watchers} watches, until the last has it",
            $"p50 {Figures.Percentile(took, 0.5):F2} p99 {Figures.Percentile(took, 0.99):F2} ms");
        Flood(table, orc, tally);
    }

    private static void Flood(Table table, OrcProcess orc, Tally tally)
    {
        var expected = tally.Count + (Burst * Watchers);
        var (server, clock) = (orc.Usage().Cpu, Stopwatch.StartNew());
        ApiLoad.Run(orc, 4, [.. Enumerable.Range(0, Burst).Select(i => Create(orc, $"burst-{i}"))]);
        tally.Await(expected);
        var cpu = orc.Usage().Cpu - server;
        var events = Burst * Watchers;
        table.Add($"{Burst} changes to {Watchers} watches",
            $"{events / clock.Elapsed.TotalSeconds:N0} events/s, CPU-s per 1,000 events {cpu * 1000 / events:F4}, "
            + $"{orc.Usage().Rss:F0} MiB");
    }

    private static double Change(OrcProcess orc, RawConnection writer, Tally tally, string name)
    {
        var expected = tally.Count + Watchers;
        var begun = Stopwatch.GetTimestamp();
        writer.Send(Create(orc, name));
        tally.Await(expected);
        return Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
    }

    private static byte[] Create(OrcProcess orc, string name) => RawConnection.Request(orc, "POST", Path,
        $$$"""{"metadata":{"name":"{{{name}}}"},"data":{"value":"{{{new string('x', 400)}}}"}}""");

    private static void Listen(RawConnection connection, byte[] request, Tally tally)
    {
        try
        {
            connection.Count(request, "{\"type\":\"ADDED\""u8.ToArray(), tally.Add);
        }
        catch (IOException gone)
        {
            // The server is stopped while its watches are open.
            tally.End(gone);
        }
        finally
        {
            connection.Dispose();
        }
    }

    /// <summary>Counts what all watches have heard.</summary>
    private sealed class Tally
    {
        private readonly object _gate = new();
        private long _expected = long.MaxValue;
        private Exception? _end;

        public long Count { get; private set; }

        public void Add(int more)
        {
            lock (_gate)
            {
                Count += more;
                if (Count >= _expected) Monitor.PulseAll(_gate);
            }
        }

        public void End(Exception why)
        {
            lock (_gate) _end ??= why;
        }

        public void Await(long expected)
        {
            lock (_gate)
            {
                _expected = expected;
                while (Count < expected)
                {
                    if (Monitor.Wait(_gate, TimeSpan.FromSeconds(60))) continue;
                    throw new TimeoutException($"{expected - Count} events did not come in time: {_end?.Message}");
                }
                _expected = long.MaxValue;
            }
        }
    }
}
