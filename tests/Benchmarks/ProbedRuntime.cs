using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Nodes;
using Orchestrator.Nodes.Docker;
using Orchestrator.Nodes.Probes;
using Orchestrator.Nodes.Simulated;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Benchmarks;

/// <summary>Simulated containers, whose ports lead to a real server of this machine.</summary>
internal sealed class ProbedRuntime(int port) : IContainerRuntime
{
    private readonly SimulatedRuntime _containers = new(
        "probed", new SimulatedOptions { Behaviours = [new("*") { IsPresent = true }] }, TimeProvider.System);

    private readonly DockerRuntime _network = new(
        "unix:///nowhere/docker.sock", "probed", new DockerOptions(), TimeProvider.System,
        NullLogger<DockerRuntime>.Instance);

    private int _dials;

    public int Dials => Volatile.Read(ref _dials);

    public IProbeAnswers? ProbeAnswers => null;

    public IPodCgroups? Cgroups => _containers.Cgroups;

    public Task<IPodConnection> DialAsync(string address, int dialled, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _dials);
        return _network.DialAsync("127.0.0.1", port, cancellation);
    }

    public ValueTask<IPodConnection> DialBrieflyAsync(string address, int dialled, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _dials);
        return _network.DialBrieflyAsync("127.0.0.1", port, cancellation);
    }

    public Task<RuntimeDescription> DescribeAsync(CancellationToken cancellation) =>
        _containers.DescribeAsync(cancellation);

    public Task<IReadOnlyList<ContainerSnapshot>> ListAsync(CancellationToken cancellation) =>
        _containers.ListAsync(cancellation);

    public Task<ContainerSnapshot?> InspectAsync(string idOrName, CancellationToken cancellation) =>
        _containers.InspectAsync(idOrName, cancellation);

    public Task<string> CreateAsync(ContainerSpec spec, CancellationToken cancellation) =>
        _containers.CreateAsync(spec, cancellation);

    public Task StartAsync(string id, CancellationToken cancellation) => _containers.StartAsync(id, cancellation);

    public Task StopAsync(string id, TimeSpan grace, string? signal, CancellationToken cancellation) =>
        _containers.StopAsync(id, grace, signal, cancellation);

    public Task UpdateAsync(string id, ContainerLimits limits, CancellationToken cancellation) =>
        _containers.UpdateAsync(id, limits, cancellation);

    public Task RenameAsync(string name, string to, CancellationToken cancellation) =>
        _containers.RenameAsync(name, to, cancellation);

    public Task RemoveAsync(string id, CancellationToken cancellation) => _containers.RemoveAsync(id, cancellation);

    public Task<RuntimeImage?> FindImageAsync(string reference, CancellationToken cancellation) =>
        _containers.FindImageAsync(reference, cancellation);

    public Task<RuntimeImage> PullImageAsync(ImagePull pull, CancellationToken cancellation) =>
        _containers.PullImageAsync(pull, cancellation);

    public Task<IReadOnlyList<ListedImage>> ListImagesAsync(CancellationToken cancellation) =>
        _containers.ListImagesAsync(cancellation);

    public Task RemoveImageAsync(ListedImage image, CancellationToken cancellation) =>
        _containers.RemoveImageAsync(image, cancellation);

    public Task<RuntimeDisk?> ReadDiskAsync(CancellationToken cancellation) => _containers.ReadDiskAsync(cancellation);

    public Task<string> EnsureInfraImageAsync(CancellationToken cancellation) =>
        _containers.EnsureInfraImageAsync(cancellation);

    public IAsyncEnumerable<RuntimeEvent> WatchAsync(CancellationToken cancellation) =>
        _containers.WatchAsync(cancellation);

    public Task CopyLogsAsync(string id, LogQuery query, Stream output, CancellationToken cancellation) =>
        _containers.CopyLogsAsync(id, query, output, cancellation);

    public Task<ContainerUsage?> ReadUsageAsync(string id, bool withEarlier, CancellationToken cancellation) =>
        _containers.ReadUsageAsync(id, withEarlier, cancellation);

    public Task<IReadOnlyDictionary<string, ContainerSize>> ReadSizesAsync(
        IReadOnlyCollection<string> ids, CancellationToken cancellation) =>
        _containers.ReadSizesAsync(ids, cancellation);

    public Task<IContainerSession> ExecAsync(
        string id, IReadOnlyList<string> command, SessionStreams streams, CancellationToken cancellation) =>
        _containers.ExecAsync(id, command, streams, cancellation);

    public Task<IContainerSession> AttachAsync(
        string id, SessionStreams streams, CancellationToken cancellation) =>
        _containers.AttachAsync(id, streams, cancellation);

    public async ValueTask DisposeAsync()
    {
        await _containers.DisposeAsync();
        await _network.DisposeAsync();
    }
}
