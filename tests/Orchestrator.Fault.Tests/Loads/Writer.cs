using Orchestrator.Fault.Tests.Histories;

namespace Orchestrator.Fault.Tests.Loads;

/// <summary>
/// A client that never stops: it makes, counts up, patches, deletes and reads a few objects that others write as well.
/// </summary>
public sealed class Writer(
    Recorder recorder, Func<IDoor> door, Random random, IReadOnlyList<string> names, TimeSpan pause)
{
    /// <summary>Goes on until it is told to end.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(pause);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation)) await StepAsync();
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return;
        }
    }

    private async Task StepAsync()
    {
        var (way, name) = (door(), names[random.Next(names.Count)]);
        var chance = random.Next(100);
        if (chance < 5)
        {
            await recorder.ListAsync(way);
            return;
        }
        var read = await recorder.GetAsync(way, name);
        if (read.Outcome != Outcome.Done) return;
        // Often through another silo than it read from, which must know what was read.
        var other = door();
        if (read.Seen is not { } seen) await recorder.CreateAsync(other, name);
        else if (chance < 50) await recorder.UpdateAsync(other, seen);
        else if (chance < 85) await recorder.PatchAsync(other, name);
        else if (chance < 93) await recorder.DeleteAsync(other, seen);
        else await recorder.CreateAsync(other, name);
    }
}
