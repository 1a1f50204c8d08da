using Microsoft.Extensions.Logging;
using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Pods;

namespace Orchestrator.Nodes.Sandboxes;

/// <summary>
/// Keeps infra containers ready for pods to come, for their network is most of a pod's start. Filled up one by one, and
/// only while no pod is being started; found again after a restart of this process; removed where none are wanted. All
/// of it runs on the scheduler of the node's agent, so nothing here needs a lock.
/// </summary>
internal sealed class SandboxPool(NodeEngine engine)
{
    private static readonly TimeSpan FillDelay = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan TroubleDelayMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TroubleDelayMax = TimeSpan.FromMinutes(1);

    private readonly WakeSignal _wake = new(engine.Time);
    private readonly BackOffs _backOffs = new();
    private readonly List<WarmMember> _ready = [];
    private readonly HashSet<string> _taken = [];
    private readonly Dictionary<string, ContainerSnapshot> _found = [];
    private readonly SortedSet<string> _doomed = new(StringComparer.Ordinal);
    private readonly string _series = $"{engine.Time.GetUtcNow().ToUnixTimeMilliseconds():x}";
    private WarmSetting _setting = engine.Options.WarmSandboxes;
    private WarmDemand _demand = WarmDemand.None;
    private WarmCounts _counts = new(0, 0, 0, 0);
    private CancellationToken _lifetime;
    private string? _making;
    private int _made;
    private bool _hasListed;
    private int? _told;
    private bool _isStarted;

    /// <summary>Ends when nothing is made or removed any more; faults never.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>Whether the engine can give a container that joins a sandbox the pod's own host name.</summary>
    public bool IsServed { get; private set; }

    /// <summary>New pods may come.</summary>
    public bool IsOpen { get; set; } = true;

    /// <summary>How many are kept.</summary>
    public WarmSetting Setting
    {
        get => _setting;
        set
        {
            if (_setting == value) return;
            _setting = value;
            _told = null;
            Wake();
        }
    }

    /// <summary>What the node says of it; null when none are wanted.</summary>
    public NodeCondition? Condition => _counts.ToCondition(_setting, IsServed);

    /// <summary>Called when there is news for the status of the node.</summary>
    public Action Changed { get; set; } = () => { };

    private WarmFacts Facts => new(
        _setting, _demand, _ready.Count, engine.RoomForPods(), IsServed && IsOpen && !_setting.IsOff);

    public void Start(CancellationToken cancellation)
    {
        _lifetime = cancellation;
        engine.Calm.Began = Wake;
    }

    /// <summary>The engine was described.</summary>
    public void Serve(RuntimeDescription description)
    {
        if (IsServed != description.NamesJoinedHosts) _told = null;
        IsServed = description.NamesJoinedHosts;
    }

    /// <summary>Takes its own out of a list of all containers, and returns the others.</summary>
    public IReadOnlyList<ContainerSnapshot> Sift(IReadOnlyList<ContainerSnapshot> listed)
    {
        _hasListed = true;
        var own = listed.Where(seen => WarmSandbox.IsWaiting(seen.Name, seen.Labels)).ToList();
        var there = own.Select(seen => seen.Id).ToHashSet();
        _ready.RemoveAll(member => member.WasListed && !there.Contains(member.Seen.Id));
        _found.Clear();
        foreach (var seen in own) Compare(seen);
        if (own.Count > 0 || !_setting.IsOff) Wake();
        return own.Count == 0 ? listed : [.. listed.Where(seen => !there.Contains(seen.Id))];
    }

    /// <summary>Something happened to a container of the node.</summary>
    public void Notice(RuntimeEvent what)
    {
        if (what.Type is not (RuntimeEventType.Died or RuntimeEventType.Removed)) return;
        if (what.Type == RuntimeEventType.Removed) _taken.Remove(what.ContainerId);
        if (_ready.RemoveAll(member => member.Seen.Id == what.ContainerId) == 0) return;
        if (what.Type == RuntimeEventType.Died) _doomed.Add(what.ContainerId);
        Wake();
    }

    /// <summary>
    /// Gives a waiting sandbox to a pod, under the name its own would have; null when none fits, and then the pod makes
    /// its own. Another agent that thinks the node its own finds the old name gone.
    /// </summary>
    public Task<ContainerSnapshot?> TakeAsync(ContainerSpec wanted, CancellationToken cancellation) =>
        Facts.MayServe && WarmSandbox.IsFitting(wanted, engine.InfraImage)
            ? engine.Calm.UrgentAsync(() => TakeFirstAsync(wanted, cancellation))
            : Task.FromResult<ContainerSnapshot?>(null);

    private async Task<ContainerSnapshot?> TakeFirstAsync(ContainerSpec wanted, CancellationToken cancellation)
    {
        while (_ready.Count > 0)
        {
            var seen = _ready[0].Seen;
            _ready.RemoveAt(0);
            _taken.Add(seen.Id);
            try
            {
                await engine.Runtime.RenameAsync(seen.Name, wanted.Name, cancellation);
                Count(hasFound: true);
                return seen with { Name = wanted.Name, Labels = WarmSandbox.Identify(wanted.Name, seen.Labels) };
            }
            catch (RuntimeRefusedException refused) when (refused.Code == 404)
            {
                engine.Logger.LogDebug("Warm sandbox {Name} is gone; the next is taken", seen.Name);
            }
            catch (RuntimeRefusedException refused) when (refused.Code == 409)
            {
                // The pod has one of that name already, begun before and not seen yet.
                engine.Logger.LogDebug(refused, "Warm sandbox {Name} cannot be {Wanted}", seen.Name, wanted.Name);
                _taken.Remove(seen.Id);
                _ready.Insert(0, new WarmMember(seen, WasListed: false));
                return null;
            }
            catch
            {
                // Nobody knows whose it is now; the next list tells.
                _taken.Remove(seen.Id);
                throw;
            }
        }
        Count(hasFound: false);
        return null;
    }

    private void Count(bool hasFound)
    {
        _demand = _demand.Ask(engine.Time.GetUtcNow(), hasFound);
        _counts = _counts with
        {
            Found = _counts.Found + (hasFound ? 1 : 0),
            Missed = _counts.Missed + (hasFound ? 0 : 1),
        };
        Wake();
    }

    private void Compare(ContainerSnapshot seen)
    {
        if (_taken.Contains(seen.Id) || seen.Name == _making || _doomed.Contains(seen.Id)) return;
        var at = _ready.FindIndex(member => member.Seen.Id == seen.Id);
        if (seen.Phase != ContainerPhase.Running || seen.Image != engine.InfraImage)
        {
            if (at >= 0) _ready.RemoveAt(at);
            _doomed.Add(seen.Id);
        }
        else if (at >= 0)
        {
            _ready[at] = _ready[at] with { WasListed = true };
        }
        else
        {
            _found[seen.Id] = seen;
        }
    }

    // A node that never had any has no turns for it either.
    private void Wake()
    {
        _wake.Set();
        if (_isStarted || _lifetime.IsCancellationRequested || !_lifetime.CanBeCanceled) return;
        if (_setting.IsOff && _ready.Count + _found.Count + _doomed.Count == 0) return;
        _isStarted = true;
        Completion = RunAsync(_lifetime);
    }

    private async Task RunAsync(CancellationToken cancellation)
    {
        await Task.Yield();
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await _wake.WaitAsync(await TryPassAsync(cancellation), cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                break;
            }
        }
    }

    private async Task<TimeSpan?> TryPassAsync(CancellationToken cancellation)
    {
        try
        {
            var wait = await PassAsync(cancellation);
            _backOffs.Succeed("pass");
            return wait;
        }
        catch (Exception trouble) when (!cancellation.IsCancellationRequested)
        {
            var delay = _backOffs.Fail("pass", TroubleDelayMin, TroubleDelayMax);
            engine.Logger.LogWarning(trouble,
                "The warm sandboxes of node {Node} could not be looked after; again in {Delay}",
                engine.Options.NodeName, delay);
            return delay;
        }
    }

    // One thing at a time, so that a pod that comes waits for one call at most.
    private async Task<TimeSpan?> PassAsync(CancellationToken cancellation)
    {
        if (!_hasListed || !engine.IsReachable) return null;
        var now = engine.Time.GetUtcNow();
        var plan = WarmPlanner.Plan(Facts, now);
        Tell(plan);
        var hasWork = plan.Make + plan.Drop + _doomed.Count + _found.Count > 0;
        if (!hasWork || !await engine.Reports.MayActAsync(isDestructive: true)) return null;
        if (_found.Count > 0) return await AdoptAsync(cancellation);
        if (!engine.Calm.IsNow) return null;
        if (engine.Calm.Since + FillDelay - now is var wait && wait > TimeSpan.Zero) return wait;
        if (_doomed.Count > 0) return await RemoveAsync(cancellation);
        if (plan.Drop > 0) return Doom(_ready[^1]);
        await MakeAsync(cancellation);
        return TimeSpan.Zero;
    }

    private async Task<TimeSpan?> AdoptAsync(CancellationToken cancellation)
    {
        var id = _found.Keys.Order(StringComparer.Ordinal).First();
        _found.Remove(id);
        Keep(await engine.InspectAsync(id, cancellation), id);
        return TimeSpan.Zero;
    }

    private async Task<TimeSpan?> RemoveAsync(CancellationToken cancellation)
    {
        var id = _doomed.Min!;
        await engine.Runtime.RemoveAsync(id, cancellation);
        _doomed.Remove(id);
        return TimeSpan.Zero;
    }

    private TimeSpan? Doom(WarmMember member)
    {
        _ready.Remove(member);
        _doomed.Add(member.Seen.Id);
        return TimeSpan.Zero;
    }

    private async Task MakeAsync(CancellationToken cancellation)
    {
        var spec = WarmSandbox.SpecOf(engine.InfraImage, engine.Options.NodeName, _series, _made++);
        _making = spec.Name;
        try
        {
            // Not given up half-way: what the engine makes after the last look at it is found by nobody.
            var id = await engine.Runtime.CreateAsync(spec, CancellationToken.None);
            try
            {
                await engine.Runtime.StartAsync(id, cancellation);
                Keep(await engine.InspectAsync(id, cancellation), id);
            }
            catch (RuntimeRefusedException)
            {
                _doomed.Add(id);
                throw;
            }
        }
        finally
        {
            _making = null;
        }
    }

    private void Keep(ContainerSnapshot? seen, string id)
    {
        if (seen is null || _taken.Contains(id) || !WarmSandbox.IsWaiting(seen.Name, seen.Labels)) return;
        if (_ready.Any(member => member.Seen.Id == id)) return;
        if (seen is { Phase: ContainerPhase.Running, IpAddress.Length: > 0 })
            _ready.Add(new WarmMember(seen, WasListed: false));
        else _doomed.Add(id);
    }

    // Numbers that change by the second are for those who ask; a status is written when the pool is as it should be.
    private void Tell(WarmPlan plan)
    {
        _counts = _counts with { Ready = _ready.Count, Target = plan.Target };
        if (_told == plan.Target || (IsServed && _ready.Count != plan.Target)) return;
        _told = plan.Target;
        if (_setting.IsOff || IsServed)
        {
            engine.Logger.LogInformation("Warm sandboxes of node {Node} ({Setting}): {Counts}",
                engine.Options.NodeName, _setting, _counts);
        }
        else
        {
            engine.Logger.LogWarning(
                "No warm sandboxes on node {Node}: its engine has no runtime \"orc\" (docs/warm.md says how to add it)",
                engine.Options.NodeName);
        }
        Changed();
    }

    /// <summary>One that waits.</summary>
    /// <param name="WasListed">A list has shown it, so one that does not any more tells that it is gone.</param>
    private sealed record WarmMember(ContainerSnapshot Seen, bool WasListed);
}
