namespace Orleans.Runtime;

/// <summary>The lifecycle of a silo.</summary>
public interface ISiloLifecycle : ILifecycleObservable
{
    int HighestCompletedStage { get; }

    int LowestStoppedStage { get; }
}

/// <summary>The lifecycle of an activation.</summary>
public interface IGrainLifecycle : ILifecycleObservable;

/// <summary>
/// Stages of an activation. State is read at <see cref="SetupState"/>, before <c>OnActivateAsync</c>.
/// </summary>
public static class GrainLifecycleStage
{
    public const int First = int.MinValue;
    public const int SetupState = 1000;
    public const int Activate = 2000;
    public const int Last = int.MaxValue;
}

/// <summary>Runs once when a silo has started.</summary>
public interface IStartupTask
{
    Task Execute(CancellationToken cancellationToken);
}
