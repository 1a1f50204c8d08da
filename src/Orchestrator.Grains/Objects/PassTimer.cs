using Orleans.Runtime;

namespace Orchestrator.Grains.Objects;

/// <summary>
/// Runs the passes of one controller on a grain timer, one at a time. Asking during a pass means one more pass after
/// it; two passes are at least the spacing apart.
/// </summary>
internal sealed class PassTimer
{
    private static readonly TimeSpan Never = Timeout.InfiniteTimeSpan;
    private IGrainTimer? _timer;
    private Func<CancellationToken, Task<TimeSpan?>> _pass = null!;
    private TimeSpan _spacing;
    private bool _isRunning;
    private bool _isAsked;
    private bool _isDue;

    /// <summary>Makes the timer; nothing runs until the first <see cref="Ask"/>.</summary>
    public void Start(Grain grain, Func<CancellationToken, Task<TimeSpan?>> pass, TimeSpan spacing, bool keepAlive = false)
    {
        (_pass, _spacing) = (pass, spacing);
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
        try
        {
            again = await _pass(cancellation);
        }
        finally
        {
            _isRunning = false;
            var next = _isAsked ? _spacing : again ?? Never;
            _isDue = _isAsked;
            _timer?.Change(next, Never);
        }
    }
}
