using Orleans.Contract.Tests.Support;

namespace Orleans.Contract.Tests;

public interface ICancelGrain : IGrainWithStringKey
{
    Task WaitUntilCancelled(CancellationToken token);

    Task Pass(ICancelGrain other, CancellationToken token);

    [ResponseTimeout("00:00:30")]
    Task WaitPatiently(string gate);
}

internal sealed class CancelGrain : Grain, ICancelGrain
{
    public async Task WaitUntilCancelled(CancellationToken token)
    {
        var scheduler = TaskScheduler.Current;
        var key = this.GetPrimaryKeyString();
        Board.Note(key, "waiting");
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        }
        finally
        {
            Board.Note(key, ReferenceEquals(scheduler, TaskScheduler.Current)
                ? "cancelled on its scheduler"
                : "cancelled elsewhere");
        }
    }

    public Task Pass(ICancelGrain other, CancellationToken token) => other.WaitUntilCancelled(token);

    public Task WaitPatiently(string gate) => Board.Wait(gate);
}
