using System.Collections.Concurrent;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orleans.Runtime;

namespace Orchestrator.Grains.Events;

/// <summary>
/// Turns what happened into Event objects. Saying the same again counts the event there is. Its name ends in the moment
/// it was first said, so that a list by name tells a story in its order. They are written a moment later, together, for
/// what happened matters more than its telling. One object gets at most a burst of events and then one every few
/// minutes, as in the reference.
/// </summary>
internal sealed class EventRecorder : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private const int FlushMax = 256;
    private const int BurstMax = 25;
    private const int TrackedMax = 4096;
    private static readonly TimeSpan RefillPeriod = TimeSpan.FromMinutes(5);
    private readonly Dictionary<string, (double Tokens, DateTimeOffset At)> _budgets = [];
    private readonly Dictionary<string, string> _names = [];
    private readonly ConcurrentQueue<Event> _waiting = new();
    private readonly Lock _lock = new();
    private readonly IGrainFactory _grains;
    private readonly TimeProvider _time;
    private readonly TimeSpan _delay;
    private readonly ITimer _timer;
    private int _isDue;
    private long _lastNamed;

    /// <summary>A recorder that has nothing to tell yet.</summary>
    public EventRecorder(IGrainFactory grains, TimeProvider time, GrainOptions options)
    {
        (_grains, _time, _delay) = (grains, time, options.EventDelay);
        _timer = time.CreateTimer(_ => Flush(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc />
    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(EventRecorder), ServiceLifecycleStage.Active, _ => Task.CompletedTask, StopAsync);

    /// <inheritdoc />
    public void Dispose() => _timer.Dispose();

    /// <summary>Records an event; never waits and never fails the caller.</summary>
    /// <param name="about">The object it happened to.</param>
    /// <param name="fieldPath">The part of it, such as <c>spec.containers{web}</c>, or "".</param>
    /// <param name="type"><c>Normal</c> or <c>Warning</c>.</param>
    /// <param name="reason">One CamelCase word.</param>
    /// <param name="message">A sentence.</param>
    /// <param name="component">Who says so: <c>default-scheduler</c>, <c>kubelet</c>.</param>
    /// <param name="host">The node, when a node says so.</param>
    public void Record(
        ApiObject about, string fieldPath, string type, string reason, string message, string component,
        string host = "")
    {
        var now = _time.GetUtcNow();
        if (!HasBudget($"{about.Metadata.Uid}/{component}", now)) return;
        var kind = KindRegistry.Of(about);
        var regarding = new ObjectReference
        {
            Kind = kind.Name,
            Namespace = about.Metadata.Namespace,
            Name = about.Metadata.Name,
            Uid = about.Metadata.Uid,
            ApiVersion = kind.ApiVersion,
            ResourceVersion = about.Metadata.ResourceVersion,
            FieldPath = fieldPath.Length == 0 ? null : fieldPath,
        };
        var ns = about.Metadata.Namespace is { Length: > 0 } own ? own : "default";
        var name = NameOf(
            about.Metadata.Name!, $"{regarding.Uid}\n{fieldPath}\n{type}\n{reason}\n{message}\n{component}", now);
        _waiting.Enqueue(new Event
        {
            Metadata = new ObjectMeta { Name = name, Namespace = ns },
            InvolvedObject = regarding,
            Type = type,
            Reason = reason,
            Message = message,
            Source = new EventSource { Component = component, Host = host.Length == 0 ? null : host },
            FirstTimestamp = now,
            LastTimestamp = now,
            Count = 1,
            ReportingComponent = component,
            ReportingInstance = host,
        });
        if (Interlocked.Exchange(ref _isDue, 1) == 0) _timer.Change(_delay, Timeout.InfiniteTimeSpan);
    }

    // What happened last is told while there are grains to tell it to.
    private async Task StopAsync(CancellationToken cancellation)
    {
        await _timer.DisposeAsync();
        while (!_waiting.IsEmpty) Tell();
    }

    private void Flush()
    {
        Interlocked.Exchange(ref _isDue, 0);
        try
        {
            Tell();
        }
        catch (ObjectDisposedException)
        {
            // The silo was killed under the timer: nobody is left to tell.
            _waiting.Clear();
        }
        if (!_waiting.IsEmpty && Interlocked.Exchange(ref _isDue, 1) == 0)
            _timer.Change(_delay, Timeout.InfiniteTimeSpan);
    }

    private void Tell()
    {
        for (var told = 0; told < FlushMax && _waiting.TryDequeue(out var happened); told++)
        {
            var key = Event.Kind.KeyOf(happened.Metadata.Namespace!, happened.Metadata.Name!);
            _ = ((IEventGrain)_grains.Object(key)).Record(happened);
        }
    }

    private string NameOf(string about, string said, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (_names.TryGetValue(said, out var known)) return known;
            if (_names.Count >= TrackedMax) _names.Clear();
            _lastNamed = Math.Max(_lastNamed + 1, now.UtcTicks);
            var nanoseconds = (_lastNamed - DateTimeOffset.UnixEpoch.UtcTicks) * TimeSpan.NanosecondsPerTick;
            return _names[said] = $"{about}.{nanoseconds:x16}";
        }
    }

    private bool HasBudget(string source, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (_budgets.Count >= TrackedMax) _budgets.Clear();
            var (tokens, at) = _budgets.TryGetValue(source, out var budget) ? budget : (BurstMax, now);
            tokens = Math.Min(BurstMax, tokens + ((now - at) / RefillPeriod));
            var isAllowed = tokens >= 1;
            _budgets[source] = (isAllowed ? tokens - 1 : tokens, now);
            return isAllowed;
        }
    }
}
