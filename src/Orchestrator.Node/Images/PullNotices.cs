using System.Globalization;

namespace Orchestrator.Nodes.Images;

/// <summary>
/// Says how far a long pull is: to the pod's status at each period at most, and as an event ever more seldom, for one
/// object gets only so many events.
/// </summary>
internal sealed class PullNotices(string reference, TimeSpan period, TimeProvider time)
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB"];

    private readonly DateTimeOffset _began = time.GetUtcNow();
    private DateTimeOffset? _toldAt;
    private DateTimeOffset? _eventAt;
    private TimeSpan _eventPause;
    private string _said = "";

    /// <summary>What to say now, and whether as an event too; null when it is too soon or nothing new.</summary>
    public (string Text, bool IsEvent)? Of(PullProgress progress)
    {
        var now = time.GetUtcNow();
        if (progress.TotalBytes <= 0 || now - (_toldAt ?? _began) < period) return null;
        var text = $"Pulling image \"{reference}\": {Amount(progress)}";
        if (text == _said) return null;
        (_toldAt, _said) = (now, text);
        if (now < _eventAt) return (text, false);
        _eventPause = _eventPause == TimeSpan.Zero ? period * 2 : _eventPause * 2;
        _eventAt = now + _eventPause;
        return (text, true);
    }

    /// <summary><c>12.3MB of 30MB, 2 of 5 layers done</c>.</summary>
    public static string Amount(PullProgress progress) =>
        $"{Size(progress.DoneBytes)} of {Size(progress.TotalBytes)}, "
        + $"{progress.DoneLayers} of {progress.Layers} layers done";

    private static string Size(long bytes)
    {
        var (value, unit) = ((double)bytes, 0);
        for (; value >= 1000 && unit < Units.Length - 1; unit++) value /= 1000;
        return value.ToString(value < 100 ? "0.#" : "0", CultureInfo.InvariantCulture) + Units[unit];
    }
}
