namespace Orchestrator.Storage;

/// <summary>
/// One question for all who wait: who comes while it is under way waits for the next, since the answer may be older
/// than the caller.
/// </summary>
internal sealed class RevisionQuestion(Func<ValueTask<long>> ask, TaskCreationOptions outcomes)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource<long>? _next;
    private bool _isAsking;

    public Task<long> AskAsync()
    {
        TaskCompletionSource<long> asked;
        lock (_lock)
        {
            asked = _next ??= new(outcomes);
            if (_isAsking) return asked.Task;
            _isAsking = true;
        }
        if (ExecutionContext.IsFlowSuppressed()) _ = AskUntilIdleAsync();
        else using (ExecutionContext.SuppressFlow()) _ = AskUntilIdleAsync();
        return asked.Task;
    }

    private async Task AskUntilIdleAsync()
    {
        while (Take() is { } asked)
        {
            try
            {
                asked.SetResult(await ask().ConfigureAwait(false));
            }
            catch (Exception error)
            {
                asked.SetException(error);
            }
        }
    }

    private TaskCompletionSource<long>? Take()
    {
        lock (_lock)
        {
            var next = _next;
            _next = null;
            _isAsking = next is not null;
            return next;
        }
    }
}
