using System.Reflection;

namespace Orleans.Local.Engine;

/// <summary>One call of a grain method, from the proxy to the outcome.</summary>
internal abstract class Call : WorkRequest, IInvokable
{
    private CancellationTokenSource? _calleeToken;
    private CancellationTokenRegistration _callerToken;
    private Activation? _activation;

    protected Call(MethodEntry entry, object?[] arguments, GrainReference target, ICallRuntime runtime,
        CallOptions extra = CallOptions.None)
    {
        Entry = entry;
        Arguments = arguments;
        Target = target;
        Runtime = runtime;
        Options = entry.Options | extra;
        Source = RuntimeContext.Current as Activation;
        Context = RequestContext.Current;
    }

    public MethodEntry Entry { get; }

    public object?[] Arguments { get; }

    public GrainReference Target { get; }

    public GrainId TargetId => Target.GrainId;

    public ICallRuntime Runtime { get; }

    public Activation? Source { get; }

    public int ForwardCount { get; set; }

    /// <summary>Where the call sits in the queue of timeouts of its runtime.</summary>
    public LinkedListNode<Call>? TimeoutNode { get; set; }

    public TimeSpan Timeout { get; set; }

    public long Deadline { get; set; }

    public abstract bool IsDone { get; }

    public override bool IsAbandoned => IsDone && !Has(CallOptions.OneWay);

    public void TakeContext() => Context = RequestContext.Current;

    /// <summary>Arms timeout and cancellation, then sends the call on its way.</summary>
    public void Send()
    {
        if (Runtime.ClosedBecause is { } reason)
        {
            Reject(new SiloUnavailableException($"{this} cannot be sent: {reason}."));
            return;
        }

        if (!LinkToken())
        {
            return;
        }

        if (!Has(CallOptions.OneWay))
        {
            Runtime.Timeouts.Add(this);
        }

        Runtime.Cluster.Route(this);
    }

    public override void Reroute()
    {
        if (!IsAbandoned)
        {
            Runtime.Cluster.Route(this);
        }
    }

    public override Task Invoke(Activation activation)
    {
        _activation = activation;
        return activation.FiltersFor() is { Length: > 0 } filters
            ? InvokeFiltered(activation, filters)
            : AsTask(Entry.Invoke(activation.GrainInstance!, Arguments));
    }

    /// <summary>Ends the wait of the caller and asks the callee to stop.</summary>
    public void TimeOut()
    {
        if (TrySetException(new TimeoutException($"Response did not arrive on time in {Timeout} for message: {this}.")))
        {
            CancelCallee();
        }
    }

    public override void Reject(Exception reason)
    {
        if (Has(CallOptions.OneWay))
        {
            Runtime.Cluster.Log.LogWarning(reason, "One-way call {Call} was lost", this);
        }

        TrySetException(reason);
        Settle();
    }

    public int GetArgumentCount() => Arguments.Length;

    public object? GetArgument(int index) => Arguments[index];

    public void SetArgument(int index, object? value) => Arguments[index] = value;

    public string GetMethodName() => Entry.Method.Name;

    public string GetInterfaceName() => Entry.InterfaceName;

    public Type GetInterfaceType() => Entry.Interface;

    public MethodInfo GetMethod() => Entry.Method;

    public override string ToString() => $"{Entry.Interface.Name}.{Entry.Method.Name} of {TargetId}";

    protected abstract bool TrySetException(Exception exception);

    protected abstract bool TrySetCanceled(CancellationToken token);

    protected abstract Task InvokeFiltered(Activation activation, IIncomingGrainCallFilter[] filters);

    protected virtual Task AsTask(object? returned) => returned as Task
        ?? throw new InvalidOperationException($"{this} returned null in place of a task.");

    /// <summary>The outcome is known: nothing is left to time out or cancel.</summary>
    protected void Settle()
    {
        if (TimeoutNode is not null)
        {
            Runtime.Timeouts.Remove(this);
        }

        if (_calleeToken is not null)
        {
            _callerToken.Unregister();
        }
    }

    // The callee gets a token of its own, cancelled in a turn of its own, so that its registrations never run on the
    // caller's thread.
    private bool LinkToken()
    {
        if (Entry.TokenIndex < 0 || Arguments[Entry.TokenIndex] is not CancellationToken { CanBeCanceled: true } token)
        {
            return true;
        }

        if (token.IsCancellationRequested)
        {
            TrySetCanceled(token);
            return false;
        }

        _calleeToken = new CancellationTokenSource();
        Arguments[Entry.TokenIndex] = _calleeToken.Token;
        _callerToken = token.UnsafeRegister(static (state, token) => ((Call)state!).OnCallerCancelled(token), this);
        return true;
    }

    private void OnCallerCancelled(CancellationToken token)
    {
        if (!Runtime.WaitForCancellationAcknowledgement || _activation is null)
        {
            TrySetCanceled(token);
            if (TimeoutNode is not null)
            {
                Runtime.Timeouts.Remove(this);
            }
        }

        CancelCallee();
    }

    private void CancelCallee()
    {
        if (_calleeToken is not { } source)
        {
            return;
        }

        if (_activation is { } activation)
        {
            activation.QueueAction(source.Cancel);
        }
        else
        {
            source.Cancel();
        }
    }
}
