using Microsoft.Extensions.Logging;
using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Pods;

namespace Orchestrator.Nodes.StaticPods;

/// <summary>
/// The pods that a node runs from a folder of its own, whether the API answers or not. Without a folder there are none,
/// and mirrors left from an earlier one are removed.
/// </summary>
internal sealed class StaticPodSource(NodeEngine engine, Action onChange, Func<Pod, bool> isRunning)
{
    private readonly StaticPodFolder? _folder = engine.Options.StaticPodDirectory is { Length: > 0 } path
        ? new(path, engine.Options.NodeName)
        : null;
    private readonly WakeSignal _wake = new(engine.Time);
    private IReadOnlyList<Pod> _bound = [];
    private string? _trouble;
    private bool _isWaiting;

    /// <summary>The pods of the files.</summary>
    public IReadOnlyList<Pod> Pods { get; private set; } = [];

    /// <summary>
    /// The folder was read, so a container of none of its pods, nor of the API's, is of nobody.
    /// </summary>
    public bool AreKnown { get; private set; }

    /// <summary>The list from the API with the pods of the files in place of their mirrors.</summary>
    public IReadOnlyList<Pod> Over(IReadOnlyList<Pod> bound)
    {
        var isNews = !ReferenceEquals(bound, _bound);
        _bound = bound;
        _isWaiting = false;
        if (Pods.Count == 0 && !bound.Any(MirrorPods.IsMirror)) return bound;
        if (isNews) _wake.Set();
        return [.. bound.Where(pod => !MirrorPods.IsMirror(pod)), .. Startable()];
    }

    /// <summary>
    /// Those of the files that may run now: an earlier version under the same name goes first. Each with what its
    /// mirror remembers of it.
    /// </summary>
    public IEnumerable<Pod> Startable()
    {
        foreach (var pod in Pods)
        {
            if (isRunning(pod)) _isWaiting = true;
            else yield return engine.Mirrors.Of(pod) is { } mirror ? pod with { Status = Remembered(mirror) } : pod;
        }
    }

    /// <summary>Reads what has changed in the folder.</summary>
    /// <returns>Whether there are other pods than before.</returns>
    public bool Read()
    {
        if (_folder is null) return !AreKnown && (AreKnown = true);
        try
        {
            var look = _folder.Look(engine.Time.GetUtcNow());
            foreach (var fault in look.Faults) Tell($"static pod file {fault}");
            var isChanged = !AreKnown || !look.Pods.Select(UidOf).SequenceEqual(Pods.Select(UidOf));
            (Pods, AreKnown, _trouble) = (look.Pods, true, null);
            return isChanged;
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            if (_trouble != trouble.Message)
                Tell($"static pods cannot be read, so those known stay: {trouble.Message}");
            _trouble = trouble.Message;
            return false;
        }
    }

    /// <summary>Follows the folder and keeps the mirrors, until it is told to end; faults never.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await Task.Yield();
        try
        {
            while (true)
            {
                if (Read() || _isWaiting) onChange();
                var retry = AreKnown
                    ? await engine.Mirrors.KeepAsync(Pods, _bound, isRunning, cancellation)
                    : null;
                TimeSpan? period = _folder is null ? null : engine.Options.StaticPodPeriod;
                await _wake.WaitAsync(retry is null || period < retry ? period ?? retry : retry, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            engine.Logger.LogDebug("Node {Name} reads no more static pods", engine.Options.NodeName);
        }
    }

    // A mirror may have been written to by anybody: that it has ended is for its containers to say.
    private static PodStatus Remembered(Pod mirror) =>
        mirror.Status.Phase is "Succeeded" or "Failed" ? mirror.Status with { Phase = "Pending" } : mirror.Status;

    private static string UidOf(Pod pod) => pod.Metadata.Uid!;

    private void Tell(string message)
    {
        engine.Logger.LogWarning("Node {Name}: {Message}", engine.Options.NodeName, message);
        // As kubectl describe node looks for them: the node's name in place of its UID.
        var node = new Node { Metadata = new() { Name = engine.Options.NodeName, Uid = engine.Options.NodeName } };
        engine.Reports.Event(node, "", "Warning", "FailedStaticPod", message);
    }
}
