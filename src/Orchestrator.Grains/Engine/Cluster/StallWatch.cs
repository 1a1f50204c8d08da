using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Orchestrator.Grains.Engine.Cluster;

/// <summary>
/// Notices that this process was halted, and asks at once whether the others have given it up meanwhile: a silo that
/// wakes up dead must not go on for as long as the news takes to reach it.
/// </summary>
internal sealed partial class StallWatch(
    IClusterMembershipService membership, TimeProvider time, ILogger<StallWatch> log)
    : IHostedService, IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan StallMin = TimeSpan.FromSeconds(1.5);
    private readonly ManualResetEventSlim _stopping = new();
    private Thread? _thread;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // A thread of its own, because a pool that has just woken up has much else to do first.
        _thread =
            new Thread(Watch) { IsBackground = true, Name = nameof(StallWatch), Priority = ThreadPriority.Highest };
        _thread.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _stopping.Set();
        return Task.CompletedTask;
    }

    public void Dispose() => _stopping.Set();

    private void Watch()
    {
        var last = time.GetTimestamp();
        while (!_stopping.Wait(Period))
        {
            var now = time.GetTimestamp();
            var gap = time.GetElapsedTime(last, now);
            last = now;
            if (gap < StallMin) continue;
            LogStalled(log, gap.TotalSeconds);
            _ = AskAsync();
        }
    }

    private async Task AskAsync()
    {
        try
        {
            await membership.Refresh();
        }
        catch (Exception trouble)
        {
            // The table is read again in a moment by the membership itself.
            LogNotAsked(log, trouble);
        }
    }

    [LoggerMessage(EventId = 400, Level = LogLevel.Warning,
        Message = "this process was halted for {Seconds:F1} s; asking whether its silo still counts")]
    private static partial void LogStalled(ILogger log, double seconds);

    [LoggerMessage(EventId = 401, Level = LogLevel.Warning,
        Message = "the membership table could not be read after a halt")]
    private static partial void LogNotAsked(ILogger log, Exception trouble);
}
