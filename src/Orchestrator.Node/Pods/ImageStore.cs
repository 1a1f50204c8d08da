namespace Orchestrator.Nodes.Pods;

/// <summary>The images of a node. Pods that want the same image at the same time share one pull.</summary>
internal sealed class ImageStore(IContainerRuntime runtime, int pullsMax) : IDisposable
{
    private readonly Dictionary<string, Task<RuntimeImage>> _pulls = [];
    private readonly Gate _gate = new(pullsMax);
    private readonly CancellationTokenSource _ended = new();

    public Task<RuntimeImage?> FindAsync(string reference, CancellationToken cancellation) =>
        runtime.FindImageAsync(reference, cancellation);

    /// <summary>
    /// Joins a pull under way or begins one. Giving up the wait does not end the pull: others may want it.
    /// </summary>
    public Task<RuntimeImage> PullAsync(string reference, CancellationToken cancellation)
    {
        if (!_pulls.TryGetValue(reference, out var pull))
        {
            pull = PullOnceAsync(reference);
            if (!pull.IsCompleted) _pulls[reference] = pull;
        }
        return pull.WaitAsync(cancellation);
    }

    public void Dispose()
    {
        _ended.Cancel();
        _ended.Dispose();
    }

    private async Task<RuntimeImage> PullOnceAsync(string reference)
    {
        var cancellation = _ended.Token;
        await _gate.EnterAsync(cancellation);
        try
        {
            return await runtime.PullImageAsync(reference, cancellation);
        }
        finally
        {
            _gate.Leave();
            _pulls.Remove(reference);
        }
    }
}
