using System.Collections.Concurrent;
using System.Collections.ObjectModel;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Orchestrator.Api.Meta;
using Orchestrator.Nodes.Cgroups;
using Orchestrator.Nodes.Volumes;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Nodes.Docker;

/// <summary>
/// Runs the containers of one node through a Docker engine. Owns only containers whose label
/// <see cref="ContainerLabels.Node"/> carries its own value; every other container of the engine is none of its
/// business.
/// </summary>
public sealed partial class DockerRuntime : IContainerRuntime
{
    // What together says "this is the very container that is wanted".
    private static readonly string[] IdentityLabels =
        [ContainerLabels.PodUid, ContainerLabels.ContainerName, ContainerLabels.Attempt];

    private static readonly string[] WatchedActions = ["start", "die", "oom", "destroy"];

    private const int NameAttemptsMax = 3;
    private const string KillSignal = "KILL";

    private readonly DockerEndpoint _endpoint;
    private readonly DockerClient _client;
    private readonly string _nodeLabel;
    private readonly TimeProvider _time;
    private readonly MachineProbe _probe;
    private readonly SocketWaits _waits = new();
    private readonly ConcurrentDictionary<string, int> _processes = [];
    private volatile InfraImage? _infra;

    /// <summary>A runtime that connects at the first call.</summary>
    /// <param name="nodeLabel">Cluster and node: <c>cluster/node</c>.</param>
    /// <param name="credentials">For mutual TLS over tcp.</param>
    /// <exception cref="FormatException">The endpoint is none, or may not be spoken to so.</exception>
    public DockerRuntime(
        string endpoint, string nodeLabel, DockerOptions options, TimeProvider time, ILogger<DockerRuntime> logger,
        EngineCredentials? credentials = null)
    {
        _endpoint = DockerEndpoint.Parse(endpoint);
        _client = new DockerClient(_endpoint, options, time, credentials);
        Volumes = _endpoint.IsRemote ? new DockerVolumes(_client, nodeLabel, EnsureInfraImageAsync) : null;
        _nodeLabel = nodeLabel;
        _time = time;
        _probe = new MachineProbe(_client, nodeLabel, logger);
    }

    /// <inheritdoc/>
    public IVolumeStore? Volumes { get; }

    /// <inheritdoc/>
    public IPodCgroups? Cgroups { get; private set; }

    private string Filter => $"{ContainerLabels.Node}={_nodeLabel}";

    /// <inheritdoc/>
    public async Task<RuntimeDescription> DescribeAsync(CancellationToken cancellation)
    {
        var info = await _client.InfoAsync(cancellation);
        if (!_endpoint.IsRemote) Cgroups ??= PodCgroups.Of(info, _nodeLabel);
        return new RuntimeDescription(
            $"docker://{info.ServerVersion}", info.Id ?? "", info.OsType ?? "linux", info.OperatingSystem ?? "",
            info.KernelVersion ?? "", ContainerMapping.Architecture(info.Architecture), info.Cpus, info.MemTotal,
            [.. info.Warnings ?? [], .. _probe.Found?.Warnings ?? []])
        {
            HasAppArmor = info.SecurityOptions?.Any(
                option => option.Split(',').Contains("name=apparmor")) == true,
            NamesJoinedHosts = info.Runtimes?.ContainsKey(ContainerMapping.NamingRuntime) == true,
            HugePages = _endpoint.IsRemote
                ? ReadOnlyDictionary<long, long>.Empty : MachinePages.Read(MachinePages.Root),
        };
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ContainerSnapshot>> ListAsync(CancellationToken cancellation)
    {
        var listed = await _client.ListAsync(Filter, cancellation);
        return Array.ConvertAll(listed, ContainerMapping.FromEngine);
    }

    /// <inheritdoc/>
    public async Task<ContainerSnapshot?> InspectAsync(string idOrName, CancellationToken cancellation) =>
        await LookAsync(idOrName, cancellation) is { } container ? ContainerMapping.FromEngine(container) : null;

    /// <inheritdoc/>
    public async Task<string> CreateAsync(ContainerSpec spec, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var abilities = spec.Privileged || spec.OomScoreAdj < 0
            ? await FindAbilitiesAsync(cancellation)
            : MachineAbilities.Full;
        var container = ContainerMapping.ToEngine(spec, _nodeLabel, _client.Options, abilities);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await _client.CreateAsync(spec.Name, container, cancellation);
            }
            catch (RuntimeRefusedException refused) when (refused.Code == 409)
            {
                if (await AdoptAsync(spec, refused, cancellation) is { } id)
                {
                    return id;
                }
                if (attempt == NameAttemptsMax)
                {
                    throw new RuntimeUnavailableException(
                        $"the name {spec.Name} is held by nothing that can be inspected, so the engine is just making or "
                        + $"removing its container: try again ({refused.Message})", refused);
                }
            }
        }
    }

    /// <inheritdoc/>
    public Task RenameAsync(string name, string to, CancellationToken cancellation) =>
        _client.RenameAsync(name, to, cancellation);

    /// <inheritdoc/>
    public Task StartAsync(string id, CancellationToken cancellation) => _client.StartAsync(id, cancellation);

    /// <inheritdoc/>
    public async Task StopAsync(string id, TimeSpan grace, string? signal, CancellationToken cancellation)
    {
        // Not by the engine's own "stop", which would go on with its grace when we are gone or have thought better.
        signal ??= grace > TimeSpan.Zero
            ? (await LookAsync(id, cancellation))?.Config.StopSignal is { Length: > 0 } own ? own : "TERM"
            : KillSignal;
        if (signal != KillSignal)
        {
            if (!Signal(id, signal)) await _client.KillAsync(id, signal, cancellation);
            if (await WaitAsync(id, grace, cancellation)) return;
        }
        // One that is paused is killed by the engine alone.
        if (Signal(id, KillSignal) && await WaitAsync(id, _client.Options.KillTimeout, cancellation)) return;
        await _client.KillAsync(id, KillSignal, cancellation);
        await _client.WaitAsync(id, "not-running", _client.Options.CallTimeout, cancellation);
    }

    /// <inheritdoc/>
    public Task UpdateAsync(string id, ContainerLimits limits, CancellationToken cancellation) =>
        _client.UpdateAsync(id, ContainerConfinement.ToEngine(limits), cancellation);

    /// <inheritdoc/>
    public async Task RemoveAsync(string id, CancellationToken cancellation)
    {
        await _client.RemoveAsync(id, cancellation);
        _processes.TryRemove(id, out _);
    }

    /// <inheritdoc/>
    public async Task<string> EnsureInfraImageAsync(CancellationToken cancellation)
    {
        _infra ??= InfraImage.For(
            ContainerMapping.Architecture((await _client.VersionAsync(cancellation)).Arch));
        if (await _client.FindImageAsync(_infra.Reference, cancellation) is null)
        {
            await _client.LoadImageAsync(_infra.Archive, cancellation);
        }
        return _infra.Reference;
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<RuntimeEvent> WatchAsync(CancellationToken cancellation) =>
        // The moment is taken here and not at the first read, so that nothing between a watch and a list is lost.
        WatchAsync(_time.GetUtcNow(), cancellation);

    /// <inheritdoc/>
    public async Task CopyLogsAsync(string id, LogQuery query, Stream output, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(output);
        var hasTerminal = query.HasTerminal ?? (await _client.InspectAsync(id, cancellation)
            ?? throw new RuntimeRefusedException(404, $"No such container: {id}")).Config.Tty;
        using var logs = await _client.LogsAsync(id, query, cancellation);
        var idleTimeout = query.Follow ? Timeout.InfiniteTimeSpan : _client.Options.CallTimeout;
        await LogFrames.CopyAsync(logs, output, hasTerminal, idleTimeout, cancellation);
    }

    /// <inheritdoc/>
    public async Task<ContainerUsage?> ReadUsageAsync(string id, bool withEarlier, CancellationToken cancellation) =>
        await _client.StatsAsync(id, withEarlier, cancellation) is { } stats ? UsageMapping.FromEngine(stats) : null;

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, ContainerSize>> ReadSizesAsync(
        IReadOnlyCollection<string> ids, CancellationToken cancellation)
    {
        if (ids.Count == 0) return Map<ContainerSize>.Empty;
        var root = await FindRootDirectoryAsync(cancellation);
        return (await _client.ListSizesAsync(Filter, ids, cancellation)).ToDictionary(
            container => container.Id, container => new ContainerSize(
                Math.Max(0, container.SizeRw), root is null ? null : LogFiles.BytesOf(root, container.Id)));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _probe.Dispose();
        _waits.Dispose();
        return _client.DisposeAsync();
    }

    // Where its process is in reach a signal costs the machine nothing; by the engine it is a run of the runtime.
    private bool Signal(string id, string signal) =>
        _processes.TryGetValue(id, out var process) && LocalProcesses.Signal(process, id, signal);

    private async Task<InspectedContainer?> LookAsync(string idOrName, CancellationToken cancellation)
    {
        var seen = await _client.InspectAsync(idOrName, cancellation);
        if (seen is { State.Pid: > 0 } && _endpoint.IsLoopback) _processes[seen.Id] = seen.State.Pid;
        else _processes.TryRemove(seen?.Id ?? idOrName, out _);
        return seen;
    }

    private async Task<MachineAbilities> FindAbilitiesAsync(CancellationToken cancellation) =>
        _probe.Found ?? await _probe.FindAsync(await EnsureInfraImageAsync(cancellation), cancellation);

    private async IAsyncEnumerable<RuntimeEvent> WatchAsync(
        DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var events = await _client.EventsAsync(Filter, WatchedActions, since, cancellation);
        var lines = events.ReadJsonAsync(DockerJson.Default.EngineEvent, Timeout.InfiniteTimeSpan, cancellation);
        await foreach (var line in lines)
        {
            if (ContainerMapping.FromEngine(line) is { } known)
            {
                yield return known;
            }
        }
        throw new RuntimeUnavailableException("the Docker engine ended its stream of events: it is being stopped");
    }

    /// <summary>
    /// The id of the container that has the name, when it is ours; null when the name is free again. One that never ran
    /// and was made for another spec, sandbox or target can never start rightly, so it gives way.
    /// </summary>
    private async Task<string?> AdoptAsync(
        ContainerSpec spec, RuntimeRefusedException refused, CancellationToken cancellation)
    {
        if (await _client.InspectAsync(spec.Name, cancellation) is not { } holder)
        {
            return null;
        }
        var labels = ContainerMapping.Labels(holder.Name, holder.Config.Labels);
        if (labels.GetValueOrDefault(ContainerLabels.Node) != _nodeLabel
            || IdentityLabels.Any(label => labels.GetValueOrDefault(label) != spec.Labels.GetValueOrDefault(label)))
        {
            throw refused;
        }
        var isFitting = holder.State.Status != "created"
            || (labels.GetValueOrDefault(ContainerLabels.SpecHash)
                == spec.Labels.GetValueOrDefault(ContainerLabels.SpecHash)
                && IsNetworkFitting(holder, spec)
                && (holder.HostConfig?.PidMode ?? "") == (ContainerMapping.PidMode(spec) ?? ""));
        if (isFitting)
        {
            return holder.Id;
        }
        await _client.RemoveAsync(holder.Id, cancellation);
        return null;
    }

    private bool IsNetworkFitting(InspectedContainer holder, ContainerSpec spec)
    {
        var wanted = ContainerMapping.NetworkMode(spec, _client.Options);
        var has = holder.HostConfig?.NetworkMode;
        return has == wanted || (wanted == "bridge" && has == "default");
    }

    // False when it still runs after the grace.
    private async Task<bool> WaitAsync(string id, TimeSpan grace, CancellationToken cancellation)
    {
        try
        {
            if (grace > TimeSpan.Zero)
            {
                await _client.WaitAsync(id, "not-running", grace, cancellation);
                return true;
            }
            return false;
        }
        catch (RuntimeUnavailableException)
        {
            // The grace is over, or the engine is away; the next call tells which.
            return false;
        }
    }
}
