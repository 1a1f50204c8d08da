using System.Diagnostics;

namespace Orchestrator.Benchmarks;

/// <summary>So many connections at once, each on a thread of its own, that send one request after another.</summary>
internal static class ApiLoad
{
    /// <summary>Sends all requests, each once, over so many connections.</summary>
    public static LoadFigures Run(OrcProcess orc, int connections, IReadOnlyList<byte[]> requests)
    {
        var open = Enumerable.Range(0, connections).Select(_ => new RawConnection(orc)).ToList();
        var took = new double[requests.Count];
        var bytes = 0L;
        var next = -1;
        var trouble = new List<Exception>();
        var (server, client) = (orc.Usage().Cpu, Environment.CpuUsage.TotalTime);
        var watch = Stopwatch.StartNew();
        var threads = open.Select(connection => new Thread(() => Work(connection), 256 * 1024)).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        var seconds = watch.Elapsed.TotalSeconds;
        open.ForEach(connection => connection.Dispose());
        if (trouble.Count > 0) throw trouble[0];
        return new(requests.Count, seconds, took, bytes / requests.Count,
            orc.Usage().Cpu - server, (Environment.CpuUsage.TotalTime - client).TotalSeconds);

        void Work(RawConnection connection)
        {
            try
            {
                while (Interlocked.Increment(ref next) is var i && i < requests.Count)
                {
                    var begun = Stopwatch.GetTimestamp();
                    Interlocked.Add(ref bytes, connection.Send(requests[i]));
                    took[i] = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
                }
            }
            catch (Exception e) when (e is IOException or InvalidOperationException)
            {
                lock (trouble) trouble.Add(e);
            }
        }
    }
}

/// <summary>What a load came to.</summary>
/// <param name="Requests">How many were answered.</param>
/// <param name="Seconds">In which time.</param>
/// <param name="Took">How long each waited, in milliseconds.</param>
/// <param name="Bytes">The mean size of an answer's body.</param>
/// <param name="ServerCpu">Seconds of processor time of the server.</param>
/// <param name="ClientCpu">Those of the client, which has to share the machine.</param>
internal sealed record LoadFigures(
    int Requests, double Seconds, double[] Took, long Bytes, double ServerCpu, double ClientCpu)
{
    /// <summary>Rate, waiting times and processor time.</summary>
    public override string ToString() => $"{Requests / Seconds:N0}/s, {Waits}, {Cpu}";

    /// <summary>Waiting times, processor time and size.</summary>
    public string OfLargeAnswers => $"{Waits}, {Bytes / 1024:N0} KiB, {Cpu}";

    private string Waits => $"p50 {Figures.Percentile(Took, 0.5):F2} p99 {Figures.Percentile(Took, 0.99):F2} ms";

    private string Cpu =>
        $"CPU-s per 1,000: {ServerCpu * 1000 / Requests:F3} (client {ClientCpu * 1000 / Requests:F3})";
}
