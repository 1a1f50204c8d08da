namespace Orleans.Local.Engine;

/// <summary>Base of the generated proxies: turns a method call into a <see cref="Call{T}"/>.</summary>
internal abstract class ProxyBase(GrainReferenceShared shared, IdSpan key) : GrainReference(shared, key)
{
    private protected Task InvokeTask(MethodEntry entry, object?[] arguments) => Start<Nothing>(entry, arguments);

    private protected Task<T> InvokeTaskOf<T>(MethodEntry entry, object?[] arguments) => Start<T>(entry, arguments);

    private protected ValueTask InvokeValueTask(MethodEntry entry, object?[] arguments) =>
        new(Start<Nothing>(entry, arguments));

    private protected ValueTask<T> InvokeValueTaskOf<T>(MethodEntry entry, object?[] arguments) =>
        new(Start<T>(entry, arguments));

    private protected void InvokeVoid(MethodEntry entry, object?[] arguments) => Start<Nothing>(entry, arguments);

    private protected IAsyncEnumerable<T> InvokeStream<T>(MethodEntry entry, object?[] arguments) =>
        new GrainStream<T>(entry, arguments, this, CallerRuntime());

    // A reference may have been handed on by another silo; the call is made by the silo the calling turn runs on.
    private ICallRuntime CallerRuntime() =>
        RuntimeContext.Current is Activation { Silo: { } silo } && ReferenceEquals(silo.Cluster, Shared.Runtime.Cluster)
            ? silo
            : Shared.Runtime;

    private Task<T> Start<T>(MethodEntry entry, object?[] arguments)
    {
        var runtime = CallerRuntime();
        var call = new Call<T>(entry, arguments, this, runtime);
        if (runtime.OutgoingFilters is { Length: > 0 } filters)
        {
            return StartFiltered(call, filters);
        }

        call.Send();
        return call.Has(CallOptions.OneWay) ? Task.FromResult<T>(default!) : call.Outcome;
    }

    private static async Task<T> StartFiltered<T>(Call<T> call, IOutgoingGrainCallFilter[] filters)
    {
        var context = new OutgoingCallContext<T>(call, filters);
        await context.Invoke();
        return context.TypedResult;
    }
}
