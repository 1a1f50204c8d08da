namespace Orleans.Local.Engine;

/// <summary>
/// An asynchronous sequence produced by a grain; every step is a turn of the activation that began it.
/// </summary>
internal sealed class GrainStream<T>(
    MethodEntry entry, object?[] arguments, GrainReference target, ICallRuntime runtime) : IAsyncEnumerable<T>
{
    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        new Enumerator(entry, arguments, target, runtime, cancellationToken);

    private sealed class Enumerator(
        MethodEntry entry, object?[] arguments, GrainReference target, ICallRuntime runtime, CancellationToken token)
            : IAsyncEnumerator<T>
    {
        private IAsyncEnumerator<T>? _inner;
        private Activation? _activation;

        public T Current { get; private set; } = default!;

        public ValueTask<bool> MoveNextAsync() => new(Step(async activation =>
        {
            _activation ??= activation;
            if (!ReferenceEquals(_activation, activation))
            {
                throw new EnumerationAbortedException($"{target.GrainId} was deactivated during the enumeration.");
            }

            _inner ??= ((IAsyncEnumerable<T>)entry.Invoke(activation.GrainInstance!, arguments)!)
                .GetAsyncEnumerator(token);
            var moved = await _inner.MoveNextAsync();
            Current = moved ? _inner.Current : default!;
            return moved;
        }));

        public ValueTask DisposeAsync() => _inner is null ? default : new(Step(async activation =>
        {
            if (ReferenceEquals(_activation, activation))
            {
                await _inner.DisposeAsync();
            }

            return true;
        }));

        private Task<bool> Step(Func<Activation, Task<bool>> step)
        {
            var call = new StepCall(step, entry, target, runtime);
            call.Send();
            return call.Outcome.WaitAsync(token);
        }
    }

    private sealed class StepCall(
        Func<Activation, Task<bool>> step, MethodEntry entry, GrainReference target, ICallRuntime runtime)
        : Call(entry, new object?[entry.Method.GetParameters().Length], target, runtime, CallOptions.AlwaysInterleave)
    {
        private readonly TaskCompletionSource<bool> _outcome = new(runtime.Cluster.Scheduler.Outcomes);

        public Task<bool> Outcome => _outcome.Task;

        public override bool IsDone => Outcome.IsCompleted;

        public override Task Invoke(Activation activation) => step(activation);

        public override void Complete(Task outcome, Activation activation)
        {
            if (outcome.IsCompletedSuccessfully)
            {
                _outcome.TrySetResult(((Task<bool>)outcome).Result);
            }
            else
            {
                TrySetException(outcome.Exception?.InnerException ?? new TaskCanceledException(outcome));
            }

            Settle();
        }

        protected override bool TrySetException(Exception exception) => _outcome.TrySetException(exception);

        protected override bool TrySetCanceled(CancellationToken token) => _outcome.TrySetCanceled(token);

        protected override Task InvokeFiltered(Activation activation, IIncomingGrainCallFilter[] filters) =>
            step(activation);
    }
}
