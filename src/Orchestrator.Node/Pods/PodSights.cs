using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Sandboxes;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Nodes.Pods;

/// <summary>
/// What one worker last saw of its pod's containers. Events and lists only say where to look again; the facts always
/// come from looking at the container itself.
/// </summary>
internal sealed class PodSights(NodeEngine engine)
{
    private readonly Dictionary<string, ContainerSnapshot> _seen = [];
    private readonly HashSet<string> _stale = [];
    private readonly HashSet<string> _oomed = [];
    private readonly Dictionary<string, string> _lastWords = [];

    public bool HasStale => _stale.Count > 0;

    public IReadOnlyList<ContainerSnapshot> All => [.. _seen.Values.OrderBy(seen => seen.Name, StringComparer.Ordinal)];

    public IReadOnlyList<SandboxObservation> Sandboxes => [.. All.Where(IsInfra).Select(PodLabels.ToSandbox)];

    public IReadOnlyList<ContainerAttempt> Attempts =>
        [.. All.Where(seen => !IsInfra(seen)).Select(
            seen => PodLabels.ToAttempt(seen, _lastWords.GetValueOrDefault(seen.Id)))];

    /// <summary>Address of the newest living sandbox.</summary>
    public string? PodIP => Sandboxes.Where(sandbox => sandbox.Phase == AttemptPhase.Running)
        .OrderByDescending(sandbox => sandbox.Attempt).FirstOrDefault()?.IpAddress;

    /// <summary>Dead containers whose end has not been looked into.</summary>
    public IReadOnlyList<ContainerAttempt> UnexplainedEnds =>
        [.. Attempts.Where(attempt => attempt.IsDead && !_lastWords.ContainsKey(attempt.Id))];

    /// <summary>The event tells what was not seen yet.</summary>
    public bool IsNews(RuntimeEvent what) => _seen.GetValueOrDefault(what.ContainerId)?.Phase switch
    {
        ContainerPhase.Running => what.Type != RuntimeEventType.Started,
        ContainerPhase.Exited => what.Type != RuntimeEventType.Died,
        _ => true,
    };

    /// <summary>Containers that run now, by their names.</summary>
    public IReadOnlyDictionary<string, string> RunningIds => Attempts
        .Where(attempt => attempt.Phase == AttemptPhase.Running).GroupBy(attempt => attempt.Container)
        .ToDictionary(attempts => attempts.Key, attempts => attempts.MaxBy(attempt => attempt.Attempt)!.Id);

    /// <summary>It was made, but the engine could not start it.</summary>
    public bool HasNeverRun(string id) => _seen.GetValueOrDefault(id) is { StartedAt: null };

    public bool IsKnown(string id) => _seen.ContainsKey(id);

    /// <summary>It has run and will not again, or is not there any more.</summary>
    public bool HasEnded(string id) => _seen.GetValueOrDefault(id) is null or { Phase: ContainerPhase.Exited };

    /// <summary>What asks it to end; null when it was never looked at closely.</summary>
    public string? StopSignal(string id) =>
        _seen.GetValueOrDefault(id) is { StartedAt: not null } seen ? seen.StopSignal ?? "TERM" : null;

    /// <summary>The sandbox was started before the pod was known.</summary>
    public bool IsWarm(string sandboxId) => _seen.GetValueOrDefault(sandboxId) is { } seen && WarmSandbox.WasWarm(seen);

    public void MarkStale(string id) => _stale.Add(id);

    public void MarkOom(string id)
    {
        _oomed.Add(id);
        // The word of it may come after that of the end.
        if (_seen.GetValueOrDefault(id) is { } seen) Put(seen);
    }

    public void Put(ContainerSnapshot seen)
    {
        if (_seen.TryGetValue(seen.Id, out var known) && IsOlder(seen, known)) return;
        // One of its processes may have been killed, and the first have ended by itself because of that.
        var isOom = seen.IsOomKilled
            || (_oomed.Contains(seen.Id) && seen is { Phase: ContainerPhase.Exited, ExitCode: not 0 });
        _seen[seen.Id] = seen with { IsOomKilled = isOom };
    }

    public void Explain(string id, string lastWords) => _lastWords[id] = lastWords;

    public void Forget(string id)
    {
        _seen.Remove(id);
        _stale.Remove(id);
        _oomed.Remove(id);
        _lastWords.Remove(id);
    }

    /// <summary>
    /// Takes a list's word for which containers there are, and looks again wherever it differs from what was seen.
    /// </summary>
    public bool Compare(IReadOnlyList<ContainerSnapshot> listed)
    {
        foreach (var container in listed)
        {
            if (_seen.TryGetValue(container.Id, out var known) && known.Phase == container.Phase) continue;
            // A list tells no exit code: until it is looked at, a container found is neither running nor dead.
            if (known is null) _seen[container.Id] = container with { Phase = ContainerPhase.Unknown };
            _stale.Add(container.Id);
        }
        _stale.UnionWith(_seen.Keys.Except(listed.Select(container => container.Id)));
        return HasStale;
    }

    /// <summary>Looks at what has changed.</summary>
    public async Task RefreshAsync(CancellationToken cancellation)
    {
        foreach (var id in _stale.Order(StringComparer.Ordinal).ToList())
        {
            // Unmarked before the look: an event that comes meanwhile marks it again.
            _stale.Remove(id);
            try
            {
                if (await engine.InspectAsync(id, cancellation) is { } seen) Put(seen);
                else Forget(id);
            }
            catch
            {
                _stale.Add(id);
                throw;
            }
        }
    }

    /// <summary>Looks at one container now.</summary>
    public async Task<ContainerSnapshot?> LookAsync(string id, CancellationToken cancellation)
    {
        var seen = await engine.InspectAsync(id, cancellation);
        if (seen is null) Forget(id);
        else Put(seen);
        return seen;
    }

    // Looks may overtake each other, and clocks be put back: of one start, the end is the last that is seen.
    private static bool IsOlder(ContainerSnapshot seen, ContainerSnapshot known) =>
        (seen.StartedAt is null && known.StartedAt is not null)
        || (seen.StartedAt == known.StartedAt && seen.Phase == ContainerPhase.Running
            && known.Phase == ContainerPhase.Exited);

    private static bool IsInfra(ContainerSnapshot seen) =>
        seen.Labels.GetValueOrDefault(ContainerLabels.Role) == PodLabels.InfraRole;
}
