using System.Diagnostics;
using Orleans.Runtime;

namespace Orchestrator.Grains.Engine.Cluster;

/// <summary>
/// Ends the process at once when its silo was declared dead: its grains live elsewhere by now, so nothing may be
/// written or started from here. A supervisor starts it anew, as another silo.
/// </summary>
internal sealed class DeathHandler : IFatalErrorHandler
{
    private static readonly TimeSpan ExitMax = TimeSpan.FromSeconds(1);
    private const int WhyMax = 300;
    private int _isEnding;

    public bool IsUnexpected(Exception exception) => true;

    public void OnFatalException(object? sender, string? context, Exception? exception)
    {
        if (Interlocked.Exchange(ref _isEnding, 1) == 1) return;
        var why = $"{context} {exception?.GetBaseException().Message}".ReplaceLineEndings(" ").Trim();
        if (why.Length > WhyMax) why = $"{why[..WhyMax]} …";
        Console.Error.WriteLine(
            $"orc: this silo must end, for the others go on without it; start it again, as its supervisor does: {why}");
        // What runs at the end of a process may hang; the process may not.
        var killer = new Thread(() =>
        {
            using var never = new ManualResetEventSlim();
            never.Wait(ExitMax);
            Process.GetCurrentProcess().Kill();
        })
        { IsBackground = true };
        killer.Start();
        Environment.Exit(SiloSettings.ExitCodeOfDeath);
    }
}
