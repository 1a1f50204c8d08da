using Microsoft.Extensions.Logging;
using Orchestrator.Api.Meta;

namespace Orchestrator.Storage;

/// <summary>
/// Reasons waiting for a transaction. Bounded: when nothing can be committed, further reasons are dropped.
/// </summary>
internal sealed class ReasonQueue(int max, ILogger logger)
{
    private readonly Lock _lock = new();
    private readonly List<ReasonRecord> _waiting = [];
    private long _dropped;

    public bool HasWaiting
    {
        get
        {
            lock (_lock) return _waiting.Count > 0;
        }
    }

    /// <summary>Adds reasons.</summary>
    /// <returns>The queue was empty before.</returns>
    public bool Add(IReadOnlyList<ReasonRecord> reasons)
    {
        lock (_lock)
        {
            var wasEmpty = _waiting.Count == 0;
            var room = Math.Min(reasons.Count, max - _waiting.Count);
            _waiting.AddRange(reasons.Take(room));
            _dropped += reasons.Count - room;
            return wasEmpty && room > 0;
        }
    }

    /// <summary>The first reasons; they stay until <see cref="Remove"/> says that they are stored.</summary>
    public IReadOnlyList<ReasonRecord> Peek(int limit)
    {
        lock (_lock) return _waiting.Count == 0 ? [] : _waiting.GetRange(0, Math.Min(limit, _waiting.Count));
    }

    public void Remove(int count)
    {
        long dropped;
        lock (_lock)
        {
            _waiting.RemoveRange(0, count);
            (dropped, _dropped) = (_dropped, 0);
        }
        if (dropped > 0) logger.LogWarning("{Dropped} reasons were dropped while the store could not commit", dropped);
    }

    public IReadOnlyList<ReasonRecord> Of(string uidOrSubject)
    {
        lock (_lock) return [.. _waiting.Where(r => r.Uid == uidOrSubject || r.Subject == uidOrSubject)];
    }
}
