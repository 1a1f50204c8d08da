namespace Orleans.Local.Engine;

/// <summary>Stands for the missing result of a method that returns a plain Task.</summary>
internal readonly struct Nothing;

/// <summary>A call whose caller waits for a <typeparamref name="T"/>.</summary>
internal sealed class Call<T>(
    MethodEntry entry, object?[] arguments, GrainReference target, ICallRuntime runtime,
    CallOptions extra = CallOptions.None)
    : Call(entry, arguments, target, runtime, extra)
{
    private readonly TaskCompletionSource<T> _outcome = new(runtime.Cluster.Scheduler.Outcomes);

    public Task<T> Outcome => _outcome.Task;

    public override bool IsDone => _outcome.Task.IsCompleted;

    public override void Complete(Task outcome, Activation activation)
    {
        if (outcome.IsCompletedSuccessfully)
        {
            _outcome.TrySetResult(outcome is Task<T> typed ? typed.Result : default!);
        }
        else if (outcome.IsCanceled)
        {
            TrySetCanceled(new CancellationToken(true));
        }
        else
        {
            Fail(outcome.Exception!.InnerException!, activation);
        }

        Settle();
    }

    protected override bool TrySetException(Exception exception) => _outcome.TrySetException(exception);

    protected override bool TrySetCanceled(CancellationToken token) => _outcome.TrySetCanceled(token);

    protected override async Task<T> InvokeFiltered(Activation activation, IIncomingGrainCallFilter[] filters)
    {
        var context = new IncomingCallContext<T>(this, activation, filters);
        await context.Invoke();
        return context.TypedResult;
    }

    private void Fail(Exception exception, Activation activation)
    {
        if (exception is InconsistentStateException { IsSourceActivation: true } stale)
        {
            stale.IsSourceActivation = false;
            activation.Deactivate(
                new DeactivationReason(DeactivationReasonCode.ApplicationError, exception, "Its state is stale."));
        }

        if (Has(CallOptions.OneWay))
        {
            activation.Log.LogWarning(exception, "One-way call {Call} failed", this);
        }

        _outcome.TrySetException(exception);
        // The caller may have stopped waiting; its loss is not an unobserved error.
        _ = _outcome.Task.Exception;
    }
}
