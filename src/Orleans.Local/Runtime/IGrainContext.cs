namespace Orleans.Runtime;

/// <summary>One activation: identity, services, scheduler and end of life.</summary>
public interface IGrainContext : ITargetHolder, IEquatable<IGrainContext>
{
    GrainReference GrainReference { get; }

    GrainId GrainId { get; }

    object? GrainInstance { get; }

    ActivationId ActivationId { get; }

    GrainAddress Address { get; }

    IServiceProvider ActivationServices { get; }

    IGrainLifecycle ObservableLifecycle { get; }

    IWorkItemScheduler Scheduler { get; }

    Task Deactivated { get; }

    void SetComponent<TComponent>(TComponent? value) where TComponent : class;

    void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default);

    void Migrate(Dictionary<string, object>? requestContext, CancellationToken cancellationToken = default);
}

/// <summary>The activation whose turn is running.</summary>
public interface IGrainContextAccessor
{
    IGrainContext GrainContext { get; }
}

/// <summary>Queues work as turns of an activation.</summary>
public interface IWorkItemScheduler
{
    void QueueAction(Action action);

    void QueueTask(Task task);
}
