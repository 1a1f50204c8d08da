using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orleans.Runtime;

namespace Orchestrator.Grains.Events;

/// <summary>
/// Turns what happened into Event objects. The name of an event is hashed from what it says, so that saying it again
/// counts it. They are written a moment later, together, for what happened matters more than its telling. One object
/// gets at most a burst of events and then one every few minutes, as in the reference.
/// </summary>
internal sealed class EventRecorder : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private const int FlushMax = 256;
    private const int BurstMax = 25;
    private const int TrackedMax = 4096;
    private static readonly TimeSpan RefillPeriod = TimeSpan.FromMinutes(5);
    private readonly Dictionary<string, (double Tokens, DateTimeOffset At)> _budgets = [];
    private readonly ConcurrentQueue<Event> _waiting = new();
    private readonly Lock _lock = new();
    private readonly IGrainFactory _grains;
    private readonly TimeProvider _time;
    private readonly TimeSpan _delay;
    private readonly ITimer _timer;
    private int _isDue;

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
        ApiObject about, string fieldPath, string type, string reason, string message, string component, string host = "")
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
        var name = $"{about.Metadata.Name}.{Hash($"{regarding.Uid}\n{fieldPath}\n{type}\n{reason}\n{message}\n{component}")}";
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
        if (!_waiting.IsEmpty && Interlocked.Exchange(ref _isDue, 1) == 0) _timer.Change(_delay, Timeout.InfiniteTimeSpan);
    }

    private void Tell()
    {
        for (var told = 0; told < FlushMax && _waiting.TryDequeue(out var happened); told++)
        {
            var key = Event.Kind.KeyOf(happened.Metadata.Namespace!, happened.Metadata.Name!);
            _ = ((IEventGrain)_grains.Object(key)).Record(happened);
        }
    }

    private static string Hash(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));

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
