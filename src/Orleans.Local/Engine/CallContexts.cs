using System.Reflection;

namespace Orleans.Local.Engine;

/// <summary>What filters of both sides see of a call.</summary>
internal abstract class CallContext<T>(Call<T> call) : IGrainCallContext
{
    private int _next;

    public IInvokable Request => call;

    public abstract object Grain { get; }

    public GrainId? SourceId => call.Source?.GrainId;

    public GrainId TargetId => call.TargetId;

    public GrainInterfaceType InterfaceType => call.Target.InterfaceType;

    public string InterfaceName => call.Entry.InterfaceName;

    public string MethodName => call.Entry.Method.Name;

    public MethodInfo InterfaceMethod => call.Entry.Method;

    public T TypedResult { get; private set; } = default!;

    public object? Result
    {
        get => typeof(T) == typeof(Nothing) ? null : TypedResult;
        set => TypedResult = typeof(T) == typeof(Nothing) ? default! : (T)value!;
    }

    protected Call<T> Call => call;

    protected abstract int FilterCount { get; }

    public async Task Invoke()
    {
        var index = _next++;
        if (index < FilterCount)
        {
            await InvokeFilter(index);
            return;
        }

        TypedResult = await InvokeTarget();
    }

    protected abstract Task InvokeFilter(int index);

    protected abstract Task<T> InvokeTarget();
}

/// <summary>A call on the callee's side.</summary>
internal sealed class IncomingCallContext<T>(Call<T> call, Activation activation, IIncomingGrainCallFilter[] filters)
    : CallContext<T>(call), IIncomingGrainCallContext
{
    public IGrainContext TargetContext => activation;

    public override object Grain => activation.GrainInstance!;

    public MethodInfo ImplementationMethod => Call.Entry.ImplementationOn(Grain.GetType());

    protected override int FilterCount => filters.Length;

    protected override Task InvokeFilter(int index) => filters[index].Invoke(this);

    protected override async Task<T> InvokeTarget()
    {
        var returned = Call.Entry.Invoke(Grain, Call.Arguments);
        if (returned is Task<T> typed)
        {
            return await typed;
        }

        await (Task)returned!;
        return default!;
    }
}

/// <summary>A call on the caller's side.</summary>
internal sealed class OutgoingCallContext<T>(
    Call<T> call, IOutgoingGrainCallFilter[] filters) : CallContext<T>(call), IOutgoingGrainCallContext
{
    public IGrainContext? SourceContext => Call.Source;

    public override object Grain => Call.Target;

    protected override int FilterCount => filters.Length;

    protected override Task InvokeFilter(int index) => filters[index].Invoke(this);

    protected override Task<T> InvokeTarget()
    {
        // Filters may have set request context values, so the call takes them as they are now.
        Call.TakeContext();
        Call.Send();
        return Call.Has(CallOptions.OneWay) ? Task.FromResult<T>(default!) : Call.Outcome;
    }
}
