using Orleans.Contract.Tests.Support;

namespace Orleans.Contract.Tests;

public interface ILifeGrain : IGrainWithStringKey
{
    Task Touch();

    Task EndAfterThis();

    Task EndAfter(string gate);

    Task<string> Describe();
}

internal sealed class LifeGrain(IGrainContextAccessor accessor) : Grain, ILifeGrain
{
    private string Key => this.GetPrimaryKeyString();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Board.Note(Key, "activated");
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Board.Note(Key, $"deactivated {reason.ReasonCode}");
        return Task.CompletedTask;
    }

    public Task Touch()
    {
        Board.Note(Key, "touched");
        return Task.CompletedTask;
    }

    public async Task EndAfterThis()
    {
        DeactivateOnIdle();
        await Task.Yield();
        Board.Note(Key, "ended");
    }

    public async Task EndAfter(string gate)
    {
        DeactivateOnIdle();
        Board.Note(Key, "ending");
        await Board.Wait(gate);
    }

    public Task<string> Describe() => Task.FromResult(
        $"{IdentityString} {accessor.GrainContext.GrainId} {ReferenceEquals(GrainContext.GrainInstance, this)}");
}

public interface IFragileGrain : IGrainWithStringKey
{
    Task<string> Touch();
}

internal sealed class FragileGrain : Grain, IFragileGrain
{
    public override Task OnActivateAsync(CancellationToken cancellationToken) =>
        Board.Wait(this.GetPrimaryKeyString()).IsCompleted
        ? Task.CompletedTask
        : throw new InvalidOperationException("not yet");

    public Task<string> Touch() => Task.FromResult("fine");
}

public interface IUnconstructibleGrain : IGrainWithStringKey
{
    Task Touch();
}

internal sealed class UnconstructibleGrain : Grain, IUnconstructibleGrain
{
    public UnconstructibleGrain() => throw new NotSupportedException("no instance of this");

    public Task Touch() => Task.CompletedTask;
}

public interface IDisposableGrain : IGrainWithStringKey
{
    Task Touch();
}

internal sealed class DisposableGrain : Grain, IDisposableGrain, IDisposable
{
    public Task Touch() => Task.CompletedTask;

    public void Dispose() => Board.Note(this.GetPrimaryKeyString(), "disposed");
}

public interface ILifecycleGrain : IGrainWithStringKey
{
    Task Touch();
}

internal sealed class LifecycleGrain : Grain, ILifecycleGrain, ILifecycleParticipant<IGrainLifecycle>
{
    private string Key => this.GetPrimaryKeyString();

    public void Participate(IGrainLifecycle lifecycle)
    {
        lifecycle.Subscribe("late", GrainLifecycleStage.Activate, _ => Note("start late"), _ => Note("stop late"));
        lifecycle.Subscribe("early", GrainLifecycleStage.SetupState, _ => Note("start early"), _ => Note("stop early"));
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken) => Note(nameof(OnActivateAsync));

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        Note(nameof(OnDeactivateAsync));

    public Task Touch() => Task.CompletedTask;

    private Task Note(string text)
    {
        Board.Note(Key, text);
        return Task.CompletedTask;
    }
}

public interface IPocoGrain : IGrainWithStringKey
{
    Task<string> Identity();
}

internal sealed class PocoGrain(IGrainContext context) : IGrainBase, IPocoGrain
{
    public IGrainContext GrainContext => context;

    public Task<string> Identity() => Task.FromResult(context.GrainId.ToString());
}
