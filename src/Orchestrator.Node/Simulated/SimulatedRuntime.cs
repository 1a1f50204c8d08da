using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Orchestrator.Nodes.Sandboxes;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Nodes.Simulated;

/// <summary>
/// An engine without containers: everything lives in memory, takes its time from the <see cref="TimeProvider"/> and its
/// chance from a seed. A call that has nothing to wait for completes before it returns, so a laptop holds thousands of
/// pods. Faults are injected through the members of <c>SimulatedRuntime.Faults.cs</c>.
/// </summary>
public sealed partial class SimulatedRuntime : IContainerRuntime
{
    private const string InfraReference = "orchestrator/infra:simulated";
    private const int KilledExitCode = 137;
    private static readonly SimulatedBehaviour Endless = new("*");

    private readonly Lock _gate = new();
    private readonly string _nodeName;
    private readonly SimulatedOptions _options;
    private readonly TimeProvider _time;
    private readonly Random _chance;
    private readonly uint _network;
    private readonly Dictionary<string, SimulatedContainer> _byId = [];
    private readonly Dictionary<string, SimulatedContainer> _byName = [];
    private readonly Dictionary<string, RuntimeImage> _images = [];
    private readonly Dictionary<string, SimulatedBehaviour> _behaviours = [];
    private readonly HashSet<uint> _addresses = [];
    private uint _lastAddress;
    private int _created;
    private string? _outage;

    /// <summary>A running engine with no containers.</summary>
    /// <param name="nodeName">Name of the node, or its label; becomes part of ids and addresses.</param>
    public SimulatedRuntime(string nodeName, SimulatedOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        Groups = new SimulatedCgroups(HasRunningIn);
        _nodeName = nodeName;
        _options = options;
        _time = time;
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(nodeName));
        _chance = new Random(options.Seed ^ BinaryPrimitives.ReadInt32BigEndian(hash));
        // Without a given network, one of the 4096 /20 blocks of 10.0.0.0/8 follows from the name.
        _network = options.Network is { } network
            ? BinaryPrimitives.ReadUInt32BigEndian(network.GetAddressBytes())
            : (10u << 24) | ((BinaryPrimitives.ReadUInt32BigEndian(hash) & 0xfff) << 12);
    }

    /// <summary>What holds pods together on the simulated machine.</summary>
    public SimulatedCgroups Groups { get; }

    /// <inheritdoc/>
    public IPodCgroups? Cgroups => Groups;

    /// <inheritdoc/>
    public Task<RuntimeDescription> DescribeAsync(CancellationToken cancellation) =>
        Answer(() => new RuntimeDescription(
        "simulated://1.0", $"simulated-{_nodeName}", "linux", "Simulated", "0.0.0-simulated", _options.Architecture,
        _options.Cpus, _options.MemoryBytes, [])
        { HasAppArmor = true, NamesJoinedHosts = true, HugePages = _options.HugePages }, cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ContainerSnapshot>> ListAsync(CancellationToken cancellation) =>
        Answer<IReadOnlyList<ContainerSnapshot>>(
            () => [.. _byId.Values.Select(container => container.Listed(ImageId(container.Spec.Image)))], cancellation);

    /// <inheritdoc/>
    public Task<ContainerSnapshot?> InspectAsync(string idOrName, CancellationToken cancellation) => Answer(() =>
    {
        var container = Find(idOrName);
        return container is { IsStuck: true }
            ? throw new RuntimeUnavailableException($"the simulated engine did not answer about {idOrName} in time")
            : container?.Snapshot(ImageId(container.Spec.Image));
    }, cancellation);

    /// <inheritdoc/>
    public async Task<string> CreateAsync(ContainerSpec spec, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var behaviour = BehaviourOf(spec);
        await DelayAsync(Varied(behaviour.CreateTime, behaviour), cancellation);
        lock (_gate)
        {
            ThrowIfOut();
            return Create(spec, behaviour).Id;
        }
    }

    /// <inheritdoc/>
    public Task RenameAsync(string name, string to, CancellationToken cancellation) => Answer(() =>
    {
        var container = _byName.GetValueOrDefault(name)
            ?? throw new RuntimeRefusedException(404, $"No such container: {name}");
        if (_byName.ContainsKey(to)) throw new RuntimeRefusedException(409, $"The name \"/{to}\" is already in use.");
        _byName.Remove(name);
        container.Rename(to, WarmSandbox.Identify(to, container.Labels));
        _byName.Add(to, container);
        return true;
    }, cancellation);

    /// <inheritdoc/>
    public async Task StartAsync(string id, CancellationToken cancellation)
    {
        SimulatedContainer container;
        TimeSpan delay;
        lock (_gate)
        {
            ThrowIfOut();
            container = Existing(id);
            delay = container.Phase == ContainerPhase.Running
                ? TimeSpan.Zero
                : Varied(container.Behaviour.StartTime, container.Behaviour);
        }
        await DelayAsync(delay, cancellation);
        lock (_gate)
        {
            ThrowIfOut();
            Start(Existing(container.Id));
        }
    }

    /// <inheritdoc/>
    public async Task StopAsync(string id, TimeSpan grace, string? signal, CancellationToken cancellation)
    {
        TimeSpan needed;
        SimulatedContainer container;
        int starts;
        lock (_gate)
        {
            ThrowIfOut();
            if (Find(id) is not { Phase: ContainerPhase.Running } running)
            {
                return;
            }
            container = running;
            starts = running.Starts;
            needed = signal == "KILL" ? TimeSpan.Zero : Varied(container.Behaviour.StopTime, container.Behaviour);
        }
        await DelayAsync(needed < grace ? needed : grace, cancellation);
        lock (_gate)
        {
            ThrowIfOut();
            var isKilled = needed > grace || signal == "KILL";
            if (container.Starts == starts)
            {
                End(container, isKilled ? KilledExitCode : container.Behaviour.StopExitCode, isOutOfMemory: false);
            }
        }
    }

    /// <inheritdoc/>
    public Task UpdateAsync(string id, ContainerLimits limits, CancellationToken cancellation) =>
        Answer(() => Existing(id).Limits = limits, cancellation);

    /// <inheritdoc/>
    public Task RemoveAsync(string id, CancellationToken cancellation) => Answer(() =>
    {
        if (Find(id) is { } container)
        {
            End(container, KilledExitCode, isOutOfMemory: false);
            Remove(container);
        }
        return true;
    }, cancellation);

    /// <inheritdoc/>
    public Task<RuntimeImage?> FindImageAsync(string reference, CancellationToken cancellation) => Answer(() =>
        _images.GetValueOrDefault(reference)
            ?? (BehaviourOf(reference).IsPresent
                ? Keep(reference)
                : _images.Values.FirstOrDefault(i => i.Id == reference)),
        cancellation);

    /// <inheritdoc/>
    public Task<string> EnsureInfraImageAsync(CancellationToken cancellation) =>
        Answer(() =>
        {
            Keep(InfraReference);
            return InfraReference;
        }, cancellation);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            foreach (var container in _byId.Values)
            {
                container.Ending?.Dispose();
            }
            CloseWatchers(new RuntimeUnavailableException("the simulated engine was disposed of"));
        }
        return ValueTask.CompletedTask;
    }

    private SimulatedContainer Create(ContainerSpec spec, SimulatedBehaviour behaviour)
    {
        if (_byName.TryGetValue(spec.Name, out var holder))
        {
            var isOurs = Identity(holder.Labels).SequenceEqual(Identity(spec.Labels));
            return isOurs ? holder : throw new RuntimeRefusedException(409,
                $"Conflict. The container name \"/{spec.Name}\" is already in use by container \"{holder.Id}\".");
        }
        if (!_images.ContainsKey(spec.Image) && !_images.Values.Any(image => image.Id == spec.Image)
            && !behaviour.IsPresent)
        {
            throw new RuntimeRefusedException(404, $"No such image: {spec.Image}");
        }
        if (behaviour.CreateRefusal is { } refusal)
        {
            throw new RuntimeRefusedException(400, refusal);
        }
        var seed = string.Create(CultureInfo.InvariantCulture, $"{_options.Seed}/{_nodeName}/{_created++}");
        var labels = new Dictionary<string, string>(spec.Labels) { [ContainerLabels.Node] = _nodeName };
        var container = new SimulatedContainer(
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(seed))), spec, behaviour, labels,
            _time.GetUtcNow());
        _byId.Add(container.Id, container);
        _byName.Add(spec.Name, container);
        return container;
    }

    private void Start(SimulatedContainer container)
    {
        if (container.Phase == ContainerPhase.Running)
        {
            return;
        }
        if (RefusalToStart(container) is { } refusal)
        {
            container.Error = refusal;
            container.ExitCode = 128;
            throw new RuntimeRefusedException(500, refusal);
        }
        container.Phase = ContainerPhase.Running;
        container.StartedAt = _time.GetUtcNow();
        container.FinishedAt = null;
        container.Error = null;
        container.ExitCode = 0;
        container.IsOomKilled = false;
        container.IpAddress = container.Spec is { JoinsSandbox: null, HostNetwork: false } ? TakeAddress() : null;
        container.Lines.AddRange(container.Behaviour.Output.Select(text => (_time.GetUtcNow(), text)));
        container.Starts++;
        if (container.Spec.JoinsPidOf is { } target) Existing(target).Followers.Add(container);
        Publish(container, RuntimeEventType.Started);
        container.Change();
        if (container.Behaviour.RunTime is { } runTime)
        {
            ScheduleEnd(container, Varied(runTime, container.Behaviour));
        }
    }

    private void ScheduleEnd(SimulatedContainer container, TimeSpan after)
    {
        var starts = container.Starts;
        var behaviour = container.Behaviour;
        var code = behaviour.RunsOutOfMemory ? KilledExitCode : behaviour.ExitCode;
        container.Ending = _time.CreateTimer(_ =>
        {
            lock (_gate)
            {
                if (container.Starts == starts)
                {
                    End(container, code, behaviour.RunsOutOfMemory);
                }
            }
        }, null, after, Timeout.InfiniteTimeSpan);
    }

    private void End(SimulatedContainer container, int exitCode, bool isOutOfMemory)
    {
        if (container.Phase != ContainerPhase.Running)
        {
            return;
        }
        container.Ending?.Dispose();
        container.Ending = null;
        container.Phase = ContainerPhase.Exited;
        container.ExitCode = exitCode;
        container.IsOomKilled = isOutOfMemory;
        container.FinishedAt = _time.GetUtcNow();
        FreeAddress(container);
        if (isOutOfMemory)
        {
            Publish(container, RuntimeEventType.OutOfMemory);
        }
        Publish(container, RuntimeEventType.Died);
        container.Change();
        // With the first process of a PID namespace the kernel ends all others in it.
        foreach (var follower in container.Followers) End(follower, KilledExitCode, isOutOfMemory: false);
        container.Followers.Clear();
    }

    private void Remove(SimulatedContainer container)
    {
        _byId.Remove(container.Id);
        _byName.Remove(container.Spec.Name);
        container.IsRemoved = true;
        Publish(container, RuntimeEventType.Removed);
        container.Change();
    }
}
