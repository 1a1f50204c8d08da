using Orchestrator.Fault.Tests.Histories;

namespace Orchestrator.Fault.Tests.Loads;

/// <summary>
/// A client that wants every event: when its connection ends it goes on from the last version it knows, as client-go
/// does, at the next of its doors.
/// </summary>
public sealed class Watcher
{
    private readonly string _name;
    private readonly IReadOnlyList<IDoor> _doors;
    private readonly long _from;
    private readonly TimeSpan _pause;
    private readonly Lock _lock = new();
    private readonly List<WatchEvent> _events = [];
    private readonly List<string> _troubles = [];
    private long _reached;
    private int _expirations;

    /// <param name="name">Its name in reports.</param>
    /// <param name="doors">Where it asks, in turn.</param>
    /// <param name="from">The revision it begins after.</param>
    /// <param name="pause">How long it rests between two connections.</param>
    public Watcher(string name, IReadOnlyList<IDoor> doors, long from, TimeSpan pause) =>
        (_name, _doors, _from, _reached, _pause) = (name, doors, from, from, pause);

    /// <summary>The newest revision it knows of.</summary>
    public long Reached => Volatile.Read(ref _reached);

    /// <summary>Why its connections ended, the newest last.</summary>
    public IReadOnlyList<string> Troubles
    {
        get
        {
            lock (_lock) return [.. _troubles];
        }
    }

    /// <summary>What it got, once it should have got all up to a revision.</summary>
    public WatchRecord Record(long through)
    {
        lock (_lock) return new(_name, _from, through, [.. _events]) { Expirations = _expirations };
    }

    /// <summary>Goes on until it is told to end.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(_pause);
        try
        {
            for (var connection = 0; !cancellation.IsCancellationRequested; connection++)
            {
                await ConnectAsync(_doors[connection % _doors.Count], cancellation);
                await timer.WaitForNextTickAsync(cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return;
        }
    }

    private async Task ConnectAsync(IDoor door, CancellationToken cancellation)
    {
        try
        {
            await foreach (var (happened, revision) in door.WatchAsync(Reached, cancellation)) Keep(happened, revision);
            Keep($"{door.Name} ended the watch");
        }
        catch (DoorClosedException trouble)
        {
            Keep(trouble.Message);
        }
        catch (TooOldException trouble)
        {
            Keep(trouble.Message);
            var list = await door.ListAsync();
            lock (_lock) _expirations++;
            if (list.Outcome == Outcome.Done) Volatile.Write(ref _reached, list.ListRevision);
        }
    }

    private void Keep(WatchEvent? happened, long revision)
    {
        lock (_lock)
        {
            if (happened is not null) _events.Add(happened);
        }
        Volatile.Write(ref _reached, revision);
    }

    private void Keep(string trouble)
    {
        lock (_lock) _troubles.Add($"at {Reached}: {trouble}");
    }
}
