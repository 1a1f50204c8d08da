using System.Collections.Concurrent;
using Orchestrator.Fault.Tests.Faults;
using Orchestrator.Fault.Tests.Histories;

namespace Orchestrator.Fault.Tests.Loads;

/// <summary>
/// Everybody who uses the cluster while faults happen: writers, probers, a watcher per silo and one that roams. Ends
/// by waiting until all watchers have caught up, and by a last look through every silo.
/// </summary>
public sealed class Load : IAsyncDisposable
{
    private static readonly TimeSpan WritePause = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(40);
    private static readonly string[] Shared = [.. Enumerable.Range(0, 12).Select(i => $"shared-{i}")];

    private readonly ConcurrentQueue<Operation> _operations = new();
    private readonly IReadOnlyList<IDoor> _doors;
    private readonly CancellationTokenSource _writing = new(), _watching = new();
    private readonly List<Watcher> _watchers = [];
    private readonly List<Prober> _probers = [];
    private readonly List<Task> _writes = [], _watches = [];
    private readonly Recorder _closing;

    /// <param name="doors">One per silo, for writers and watchers.</param>
    public Load(IReadOnlyList<IDoor> doors) => (_doors, _closing) = (doors, new("closing", _operations));

    /// <summary>When the probers' writes were acknowledged: one prober per silo, and one that asks the next.</summary>
    public IReadOnlyList<Prober> Probers => _probers;

    /// <summary>How many calls were made so far.</summary>
    public int Calls => _operations.Count;

    /// <summary>Starts everybody.</summary>
    /// <param name="seed">Of what the writers do.</param>
    /// <param name="writers">How many of them.</param>
    /// <param name="hasty">The doors of the prober that asks the next silo soon.</param>
    public async Task StartAsync(int seed, int writers, IReadOnlyList<IDoor> hasty)
    {
        var start = await _closing.ListAsync(_doors[0]);
        Assert.True(start.Outcome == Outcome.Done, $"the cluster cannot be read: {start}");
        foreach (var door in _doors) _watchers.Add(new(door.Name, [door], start.ListRevision, RetryPause));
        _watchers.Add(new("roaming", _doors, start.ListRevision, RetryPause));
        _watches.AddRange(_watchers.Select(watcher => watcher.RunAsync(_watching.Token)));
        foreach (var door in _doors) _probers.Add(new(door.Name, RecorderOf($"at-{door.Name}"), [door], WritePause));
        _probers.Add(new("any", RecorderOf("any"), hasty, WritePause));
        foreach (var prober in _probers) await prober.PrepareAsync();
        _writes.AddRange(_probers.Select(prober => prober.RunAsync(_writing.Token)));
        for (var i = 0; i < writers; i++)
        {
            var random = new Random(seed * 31 + i);
            _writes.Add(new Writer(
                RecorderOf($"writer-{i}"), () => _doors[random.Next(_doors.Count)], random, Shared, WritePause)
                .RunAsync(_writing.Token));
        }
    }

    /// <summary>Waits until every prober has been answered again.</summary>
    public async Task ServedAsync(TimeSpan patience)
    {
        var since = Clock.Now;
        var waiting = _probers.ToList();
        await Eventually.TrueAsync(
            () => waiting.RemoveAll(prober => prober.LastAnswered > since) >= 0 && waiting.Count == 0, patience);
        Assert.True(waiting.Count == 0,
            $"not served again: {string.Join(", ", waiting.Select(prober => prober.Name))}");
    }

    /// <summary>Every call, in the order of their answers, with the time of day and the time it took.</summary>
    public IEnumerable<string> Lines => _operations.Select(op =>
        $"{Clock.Shown(op.Ended)} {Clock.Between(op.Invoked, op.Ended).TotalMilliseconds,6:0} ms {op}");

    /// <summary>Stops the writers, lets the watchers catch up, and reads all once more through every silo.</summary>
    public async Task<History> EndAsync()
    {
        await _writing.CancelAsync();
        await Task.WhenAll(_writes);
        foreach (var door in _doors) await InsistAsync(() => _closing.ListAsync(door), door);
        // Made after those looks, so that a watcher that knows it knows all they saw.
        var last = await InsistAsync(() => _closing.CreateAsync(_doors[0], "closing"), _doors[0]);
        // When a first try without an answer was the one, the second is refused.
        var made = last.Seen ?? (await InsistAsync(() => _closing.GetAsync(_doors[0], "closing"), _doors[0])).Seen;
        var end = made!.Revision;
        await Eventually.TrueAsync(() => _watchers.All(watcher => watcher.Reached >= end), EndPatience);
        await _watching.CancelAsync();
        await Task.WhenAll(_watches);
        return new([.. _operations], [.. _watchers.Select(watcher => watcher.Record(end))]);
    }

    /// <summary>How the watchers fared, to be shown with a failure.</summary>
    public string Troubles => string.Join('\n', _watchers.Select((watcher, i) =>
        $"watcher {i} reached {watcher.Reached}: {string.Join("; ", watcher.Troubles.TakeLast(12))}"));

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _writing.CancelAsync();
        await _watching.CancelAsync();
        await Task.WhenAll([.. _writes, .. _watches]);
        _writing.Dispose();
        _watching.Dispose();
    }

    /// <summary>How many calls of each kind had which outcome.</summary>
    public string Summary() => string.Join(", ", _operations.GroupBy(op => (op.Act, op.Outcome))
        .OrderBy(group => group.Key).Select(group => $"{group.Count()} {group.Key.Act} {group.Key.Outcome}")
        .Append($"{_operations.Count(op => op.IsWarned)} of the reads say that they may be old"));

    private Recorder RecorderOf(string client) => new(client, _operations);

    private static async Task<Answer> InsistAsync(Func<Task<Answer>> call, IDoor door)
    {
        var answer = new Answer(Outcome.Unknown);
        await Eventually.TrueAsync(async () => (answer = await call()).Outcome != Outcome.Unknown, EndPatience);
        Assert.True(answer.Outcome != Outcome.Unknown, $"{door.Name} does not answer after all faults: {answer}");
        return answer;
    }
}
