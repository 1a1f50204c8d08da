using Orleans.Contract.Tests.Support;
using Orleans.Serialization.Invocation;

namespace Orleans.Contract.Tests;

public interface ITurnGrain : IGrainWithStringKey
{
    Task Add(int yields);

    Task<(int Count, int MostAtOnce)> CountAndMostAtOnce();

    Task WaitFor(string gate);

    [AlwaysInterleave]
    Task Open(string gate);

    Task<string> Schedulers();

    Task<int> MostAtOnceInBackground(int tasks);

    [ReadOnly]
    Task ReadAndWait(string gate);

    [ReadOnly]
    Task ReadAndOpen(string gate);

    Task Write();
}

internal sealed class TurnGrain : Grain, ITurnGrain
{
    private int _count;
    private int _atOnce;
    private int _mostAtOnce;

    public async Task Add(int yields)
    {
        _mostAtOnce = Math.Max(_mostAtOnce, ++_atOnce);
        var before = _count;
        for (var index = 0; index < yields; index++)
        {
            await Task.Yield();
        }

        _count = before + 1;
        _atOnce--;
    }

    public Task<(int Count, int MostAtOnce)> CountAndMostAtOnce() => Task.FromResult((_count, _mostAtOnce));

    public Task WaitFor(string gate) => Board.Wait(gate);

    public Task Open(string gate)
    {
        Board.Open(gate);
        return Task.CompletedTask;
    }

    public async Task<string> Schedulers()
    {
        var own = TaskScheduler.Current;
        await Task.Yield();
        var afterYield = TaskScheduler.Current;
        var inBackground = await Task.Factory.StartNew(
            () => TaskScheduler.Current, CancellationToken.None, TaskCreationOptions.None, TaskScheduler.Current);
        var other = GrainFactory.GetGrain<IEchoGrain>(this.GetPrimaryKeyString());
        await other.Number(1);
        var afterCall = TaskScheduler.Current;
        return string.Join(' ', new[] { afterYield, inBackground, afterCall }
            .Select(one => ReferenceEquals(one, own) ? "same" : "other"));
    }

    public async Task<int> MostAtOnceInBackground(int tasks)
    {
        async Task Work()
        {
            await Task.Yield();
            var most = Interlocked.Increment(ref _atOnce);
            _mostAtOnce = Math.Max(_mostAtOnce, most);
            for (var index = 0; index < 1000; index++)
            {
                Math.Sqrt(index);
            }

            Interlocked.Decrement(ref _atOnce);
        }

        await Task.WhenAll(Enumerable.Range(0, tasks).Select(_ => Work()));
        return _mostAtOnce;
    }

    public async Task ReadAndWait(string gate)
    {
        Board.Note(this.GetPrimaryKeyString(), "reading");
        await Board.Wait(gate);
        Board.Note(this.GetPrimaryKeyString(), "read");
    }

    public Task ReadAndOpen(string gate) => Open(gate);

    public Task Write()
    {
        Board.Note(this.GetPrimaryKeyString(), "written");
        return Task.CompletedTask;
    }
}

public interface IReentrantGrain : IGrainWithStringKey
{
    Task WaitFor(string gate);

    Task Open(string gate);
}

[Reentrant]
internal sealed class ReentrantGrain : Grain, IReentrantGrain
{
    public Task WaitFor(string gate) => Board.Wait(gate);

    public Task Open(string gate)
    {
        Board.Open(gate);
        return Task.CompletedTask;
    }
}

public interface IPredicateGrain : IGrainWithStringKey
{
    Task WaitFor(string gate);

    Task Open(string gate);
}

[MayInterleave(nameof(MayEnter))]
internal sealed class PredicateGrain : Grain, IPredicateGrain
{
    public static bool MayEnter(IInvokable request) => request.GetMethodName() == nameof(Open);

    public Task WaitFor(string gate) => Board.Wait(gate);

    public Task Open(string gate)
    {
        Board.Open(gate);
        return Task.CompletedTask;
    }
}

public interface ICycleGrain : IGrainWithStringKey
{
    Task<string> GoRound(ICycleGrain other, bool allow);

    Task<string> CallBack(ICycleGrain first);

    Task<string> Answer();
}

internal sealed class CycleGrain : Grain, ICycleGrain
{
    public async Task<string> GoRound(ICycleGrain other, bool allow)
    {
        var self = this.AsReference<ICycleGrain>();
        if (!allow)
        {
            return await other.CallBack(self);
        }

        using var section = RequestContext.AllowCallChainReentrancy();
        return await other.CallBack(self);
    }

    public Task<string> CallBack(ICycleGrain first) => first.Answer();

    public Task<string> Answer() => Task.FromResult("came back");
}

public interface IOneWayGrain : IGrainWithStringKey
{
    [OneWay]
    Task NoteAfter(string gate);

    [OneWay]
    Task Fail();

    Task<bool> IsAlive();
}

internal sealed class OneWayGrain : Grain, IOneWayGrain
{
    public async Task NoteAfter(string gate)
    {
        await Board.Wait(gate);
        Board.Note(this.GetPrimaryKeyString(), "noted");
    }

    public Task Fail() => throw new InvalidOperationException("nobody hears this");

    public Task<bool> IsAlive() => Task.FromResult(true);
}
