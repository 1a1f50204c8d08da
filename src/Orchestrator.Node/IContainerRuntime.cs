using Orchestrator.Nodes.Probes;
using Orchestrator.Nodes.Volumes;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Nodes;

/// <summary>
/// The seam between pods and whatever runs containers. Nothing above it knows Docker. Every call takes a cancellation
/// token and has its own deadline; a call that cannot be answered throws <see cref="RuntimeUnavailableException"/>, one
/// that was answered with a refusal throws <see cref="RuntimeRefusedException"/> with the engine's own words.
/// </summary>
public interface IContainerRuntime : IAsyncDisposable
{
    /// <summary>
    /// Where files of pods are kept when directories of this machine are not to be seen by the engine; else null.
    /// </summary>
    IVolumeStore? Volumes => null;

    /// <summary>Who answers probes where containers have neither ports nor processes; else null.</summary>
    IProbeAnswers? ProbeAnswers => null;

    /// <summary>
    /// What holds pods together on the engine's machine; null where it is out of reach, or nothing was asked of the
    /// engine yet.
    /// </summary>
    IPodCgroups? Cgroups { get; }

    /// <summary>What the engine and its machine are.</summary>
    Task<RuntimeDescription> DescribeAsync(CancellationToken cancellation);

    /// <summary>
    /// Every container that carries our labels for this node, running or not, as far as a list tells.
    /// </summary>
    Task<IReadOnlyList<ContainerSnapshot>> ListAsync(CancellationToken cancellation);

    /// <summary>One container in full, or null when there is none.</summary>
    Task<ContainerSnapshot?> InspectAsync(string idOrName, CancellationToken cancellation);

    /// <summary>
    /// Creates a container and returns its id. When the name is taken by our own, returns that one's id.
    /// </summary>
    Task<string> CreateAsync(ContainerSpec spec, CancellationToken cancellation);

    /// <summary>
    /// Gives the container that has one name another. Refused with 404 when none has it (any more), with 409 when the
    /// other name is taken: of many who try, one succeeds. A warm sandbox is that of the pod its name says then.
    /// </summary>
    Task RenameAsync(string name, string to, CancellationToken cancellation);

    /// <summary>Starts a container; no error when it runs already.</summary>
    Task StartAsync(string id, CancellationToken cancellation);

    /// <summary>
    /// Sends a signal, the container's own when none is given, waits out the grace, then kills. Returns when it has
    /// exited; no error when it is not running or gone.
    /// </summary>
    Task StopAsync(string id, TimeSpan grace, string? signal, CancellationToken cancellation);

    /// <summary>Gives a container another share of the machine, at once when it runs.</summary>
    Task UpdateAsync(string id, ContainerLimits limits, CancellationToken cancellation);

    /// <summary>Removes a container, killing it if need be; no error when it is gone.</summary>
    Task RemoveAsync(string id, CancellationToken cancellation);

    /// <summary>The image by reference or id, or null when the engine has not got it.</summary>
    Task<RuntimeImage?> FindImageAsync(string reference, CancellationToken cancellation);

    /// <summary>
    /// Pulls an image as it is asked to, perhaps from elsewhere, and keeps it under the name that is wanted. A refusal
    /// by the registry is a <see cref="RuntimeRefusedException"/>.
    /// </summary>
    Task<RuntimeImage> PullImageAsync(ImagePull pull, CancellationToken cancellation);

    /// <summary>All images of the engine, be they ours or not.</summary>
    Task<IReadOnlyList<ListedImage>> ListImagesAsync(CancellationToken cancellation);

    /// <summary>Removes an image with all its names; no error when it is gone, a refusal while it is used.</summary>
    Task RemoveImageAsync(ListedImage image, CancellationToken cancellation);

    /// <summary>The disk that images are on; null when it cannot be seen from here.</summary>
    Task<RuntimeDisk?> ReadDiskAsync(CancellationToken cancellation);

    /// <summary>Makes sure the infra image is there, building it if not, and returns its reference.</summary>
    Task<string> EnsureInfraImageAsync(CancellationToken cancellation);

    /// <summary>
    /// Events of our containers from now on, as they happen. Ends with <see cref="RuntimeUnavailableException"/> when
    /// the engine goes away.
    /// </summary>
    IAsyncEnumerable<RuntimeEvent> WatchAsync(CancellationToken cancellation);

    /// <summary>Copies the container's output; with Follow, until it exits. Each write is flushed.</summary>
    Task CopyLogsAsync(string id, LogQuery query, Stream output, CancellationToken cancellation);

    /// <summary>What a container uses, by one call to the engine; null when it does not run.</summary>
    /// <param name="id">The container.</param>
    /// <param name="withEarlier">
    /// Measure twice, about a second apart, so that one answer tells the rate; the call takes as long.
    /// </param>
    Task<ContainerUsage?> ReadUsageAsync(string id, bool withEarlier, CancellationToken cancellation);

    /// <summary>
    /// What containers have written, by id; those that are gone are left out. One call to the engine for all of them,
    /// and an expensive one: it counts files.
    /// </summary>
    Task<IReadOnlyDictionary<string, ContainerSize>> ReadSizesAsync(
        IReadOnlyCollection<string> ids, CancellationToken cancellation);

    /// <summary>Runs a command in a running container. It begins before this returns.</summary>
    Task<IContainerSession> ExecAsync(
        string id, IReadOnlyList<string> command, SessionStreams streams, CancellationToken cancellation);

    /// <summary>
    /// Joins the streams of the container's own process, from now on. Whether there is a terminal is the container's.
    /// </summary>
    Task<IContainerSession> AttachAsync(string id, SessionStreams streams, CancellationToken cancellation);

    /// <summary>Opens a connection to a port of a pod.</summary>
    /// <param name="address">The pod's address.</param>
    /// <exception cref="RuntimeRefusedException">Nobody listens there, or it cannot be reached from here.</exception>
    Task<IPodConnection> DialAsync(string address, int port, CancellationToken cancellation);

    /// <summary>The same for a few bytes and a short time, as cheap as it can be had.</summary>
    /// <exception cref="RuntimeRefusedException">Nobody listens there, or it cannot be reached from here.</exception>
    ValueTask<IPodConnection> DialBrieflyAsync(string address, int port, CancellationToken cancellation);
}

/// <summary>The engine cannot be reached, or did not answer in time. The world's trouble: try again later.</summary>
public sealed class RuntimeUnavailableException(string why, Exception? inner = null) : Exception(why, inner);

/// <summary>The engine answered with a refusal; the message is its own.</summary>
public sealed class RuntimeRefusedException(int code, string message) : Exception(message)
{
    /// <summary>HTTP status of the engine's answer: 404, 409, 500 …</summary>
    public int Code { get; } = code;

    /// <summary>Why there was no connection, in the few words of a log; null where there was to be none.</summary>
    public string? Cause { get; init; }
}
