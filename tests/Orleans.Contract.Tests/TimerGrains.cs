using Orleans.Contract.Tests.Support;

namespace Orleans.Contract.Tests;

public interface ITimerGrain : IGrainWithStringKey
{
    Task Start(string overload, int periodMilliseconds);

    Task StartFarAway();

    Task StartThatChangesItself();

    Task StartAndHold(string gate, bool interleave);

    Task StartSlow(string gate);

    Task StartFailing();

    Task Change(int dueMilliseconds);

    Task Stop();
}

internal sealed class TimerGrain : Grain, ITimerGrain
{
    private IGrainTimer? _timer;

    private string Key => this.GetPrimaryKeyString();

    public Task Start(string overload, int periodMilliseconds)
    {
        var (due, period) = (TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(periodMilliseconds));
        _timer = overload switch
        {
            "plain" => this.RegisterGrainTimer(() => Tick(), due, period),
            "token" => this.RegisterGrainTimer(ct => Tick(), due, period),
            "state" => this.RegisterGrainTimer(state => Tick(), "state", due, period),
            "state-token" => this.RegisterGrainTimer((state, ct) => Tick(), 17, due, period),
            "options" => this.RegisterGrainTimer(
                () => Tick(), new GrainTimerCreationOptions { DueTime = due, Period = period, KeepAlive = true }),
            _ => throw new ArgumentException(overload),
        };
        return Task.CompletedTask;
    }

    public Task StartFarAway()
    {
        _timer = this.RegisterGrainTimer(() => Tick(), TimeSpan.FromHours(1), TimeSpan.FromHours(1));
        return Task.CompletedTask;
    }

    public Task StartThatChangesItself()
    {
        _timer = this.RegisterGrainTimer(
            () =>
            {
                _timer!.Change(TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1));
                return Tick();
            },
            TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1));
        return Task.CompletedTask;
    }

    public Task StartAndHold(string gate, bool interleave)
    {
        _timer = this.RegisterGrainTimer(
            () => Tick(),
            new GrainTimerCreationOptions(TimeSpan.Zero, TimeSpan.FromMilliseconds(5)) { Interleave = interleave });
        return Board.Wait(gate);
    }

    public Task StartSlow(string gate)
    {
        _timer = this.RegisterGrainTimer(
            async () =>
            {
                Board.Note(Key, "in");
                await Board.Wait(gate);
                Board.Note(Key, "out");
            },
            new GrainTimerCreationOptions(TimeSpan.Zero, TimeSpan.FromMilliseconds(1)) { Interleave = true });
        return Task.CompletedTask;
    }

    public Task StartFailing()
    {
        _timer = this.RegisterGrainTimer(
            async () =>
            {
                await Tick();
                throw new InvalidOperationException("a failing tick");
            },
            TimeSpan.Zero, TimeSpan.FromMilliseconds(5));
        return Task.CompletedTask;
    }

    public Task Change(int dueMilliseconds)
    {
        _timer!.Change(TimeSpan.FromMilliseconds(dueMilliseconds), TimeSpan.FromHours(1));
        return Task.CompletedTask;
    }

    public Task Stop()
    {
        _timer!.Dispose();
        return Task.CompletedTask;
    }

    private Task Tick()
    {
        Board.Note(Key, "tick");
        return Task.CompletedTask;
    }
}
