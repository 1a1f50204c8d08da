using Orleans.Contract.Tests.Support;

namespace Orleans.Contract.Tests;

public interface IKeptGrain : IGrainWithStringKey
{
    Task Touch();
}

[KeepAlive]
internal sealed class KeptGrain : Grain, IKeptGrain
{
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Board.Note(this.GetPrimaryKeyString(), "deactivated");
        return Task.CompletedTask;
    }

    public Task Touch() => Task.CompletedTask;
}

public interface IDelayedGrain : IGrainWithStringKey
{
    Task StayFor(TimeSpan span);
}

internal sealed class DelayedGrain : Grain, IDelayedGrain
{
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Board.Note(this.GetPrimaryKeyString(), "deactivated");
        return Task.CompletedTask;
    }

    public Task StayFor(TimeSpan span)
    {
        DelayDeactivation(span);
        return Task.CompletedTask;
    }
}
