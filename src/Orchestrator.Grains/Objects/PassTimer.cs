using Orleans.Runtime;

namespace Orchestrator.Grains.Objects;

/// <summary>
/// Runs the passes of one controller on a grain timer, one at a time. Asking during a pass means one more pass after
/// it; passes are at least the spacing apart, and a controller that is asked all the time takes at most a share of it.
/// </summary>
internal sealed class PassTimer
{
    private const int RestPerPass = 4;
    private static readonly TimeSpan Never = Timeout.InfiniteTimeSpan;
    private static readonly TimeSpan RestMax = TimeSpan.FromMilliseconds(100);
    private IGrainTimer? _timer;
    private Func<CancellationToken, Task<TimeSpan?>> _pass = null!;
    private TimeProvider _time = null!;
    private TimeSpan _spacing;
    private bool _isRunning;
    private bool _isAsked;
    private bool _isDue;

    /// <summary>Makes the timer; nothing runs until the first <see cref="Ask"/>.</summary>
    public void Start(
        Grain grain, Func<CancellationToken, Task<TimeSpan?>> pass, TimeSpan spacing, TimeProvider time,
        bool keepAlive = false)
    {
        (_pass, _spacing, _time) = (pass, spacing, time);
        _timer = grain.RegisterGrainTimer(Run, new() { DueTime = Never, Period = Never, KeepAlive = keepAlive });
    }

    /// <summary>Asks for a pass soon.</summary>
    public void Ask()
    {
        _isAsked = true;
        if (_isRunning || _isDue) return;
        _isDue = true;
        _timer?.Change(TimeSpan.Zero, Never);
    }

    private async Task Run(CancellationToken cancellation)
    {
        (_isRunning, _isAsked, _isDue) = (true, false, false);
        TimeSpan? again = null;
        var begun = _time.GetTimestamp();
        try
        {
            again = await _pass(cancellation);
        }
        finally
        {
            _isRunning = false;
            var rest = _time.GetElapsedTime(begun) * RestPerPass;
            if (rest < _spacing) rest = _spacing;
            if (rest > RestMax) rest = RestMax;
            var next = _isAsked ? rest : again ?? Never;
            _isDue = _isAsked;
            _timer?.Change(next, Never);
        }
    }
}
