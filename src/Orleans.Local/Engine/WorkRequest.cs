namespace Orleans.Local.Engine;

/// <summary>Something that waits for its turn in an activation: a call or a timer tick.</summary>
internal abstract class WorkRequest
{
    public CallOptions Options { get; protected init; }

    public Dictionary<string, object>? Context { get; protected set; }

    /// <summary>Whether nobody waits for the outcome any more, so that it need not start.</summary>
    public virtual bool IsAbandoned => false;

    public bool Has(CallOptions option) => (Options & option) != 0;

    /// <summary>Runs on the activation; may throw.</summary>
    public abstract Task Invoke(Activation activation);

    /// <summary>Takes the outcome, on the activation.</summary>
    public abstract void Complete(Task outcome, Activation activation);

    /// <summary>The request will never run.</summary>
    public abstract void Reject(Exception reason);

    /// <summary>
    /// The activation went away before the request began; try the next one, if there is a point in it.
    /// </summary>
    public abstract void Reroute();
}
