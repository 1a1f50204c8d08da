using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Reconcilers.Quotas;

/// <summary>
/// Counts what a namespace uses, change by change, and decides what may be added. Room is promised to a write before it
/// is stored; the promise ends when the write is seen among the changes, so nothing is counted twice and nothing is
/// forgotten. All of it can be made anew from the objects.
/// </summary>
public sealed class QuotaLedger
{
    private readonly Dictionary<ObjectKey, Entry> _entries = [];
    private readonly SortedDictionary<string, QuotaSheet> _sheets = new(StringComparer.Ordinal);
    private readonly Dictionary<ObjectKey, Promised> _promises = [];
    private readonly SortedSet<(DateTimeOffset At, string Key)> _leaving = [];

    /// <summary>The oldest promise that no change has settled, or null.</summary>
    public DateTimeOffset? OldestPromise => _promises.Count == 0 ? null : _promises.Values.Min(item => item.Since);

    /// <summary>An object as a change left it. Changes of one object may be told again, and out of step with a first
    /// look at all of them: the newest wins.</summary>
    public void Record(ObjectKey key, long revision, ApiObject obj)
    {
        if (!QuotaUsage.IsCounted(key)) return;
        if (_entries.TryGetValue(key, out var known) && known.Revision >= revision) return;
        if (known is not null) Drop(key, known);
        Keep(key, new(revision, obj, false));
        Settle(key, revision, obj.Metadata.Uid);
        if (obj is ResourceQuota quota) Open(quota);
    }

    /// <summary>An object that is gone.</summary>
    public void Remove(ObjectKey key, long revision, string? uid)
    {
        if (!_entries.TryGetValue(key, out var known) || known.Revision >= revision) return;
        Drop(key, known);
        _entries.Remove(key);
        Settle(key, revision, uid);
        if (known.Object is ResourceQuota quota) _sheets.Remove(quota.Metadata.Name ?? "");
    }

    /// <summary>Lets time pass: pods that should have ended hold their resources no longer.</summary>
    public void Advance(DateTimeOffset now)
    {
        while (_leaving.Count > 0 && _leaving.Min.At < now)
        {
            var key = ObjectKey.Parse(_leaving.Min.Key);
            var entry = _entries[key];
            Drop(key, entry);
            Keep(key, entry with { IsOverdue = true });
        }
    }

    /// <summary>Ends promises that are older; whoever asks has seen all that was stored.</summary>
    public void Forget(DateTimeOffset before)
    {
        foreach (var (key, promise) in _promises.Where(pair => pair.Value.Since < before).ToList())
            End(key, promise);
    }

    /// <summary>When time alone will change the count, or null.</summary>
    public DateTimeOffset? ChangesAt => _leaving.Count == 0 ? null : _leaving.Min.At;

    /// <summary>What a quota says of itself, or null when there is none of that name.</summary>
    public ResourceQuotaStatus? StatusOf(string quota) => _sheets.GetValueOrDefault(quota)?.Status();

    /// <summary>Promises room for the next state of an object.</summary>
    /// <param name="key">The object's key.</param>
    /// <param name="next">The object as it is about to be stored, its UID set; its resourceVersion is the one it
    /// replaces.</param>
    /// <param name="now">Since when.</param>
    /// <param name="isTrial">Only say whether there is room.</param>
    /// <returns>Why it may not be stored, or null.</returns>
    public string? Promise(ObjectKey key, ApiObject next, DateTimeOffset now, bool isTrial)
    {
        // An earlier try of the same object has ended one way or the other: its grain does one thing at a time.
        if (!isTrial && _promises.TryGetValue(key, out var earlier)) End(key, earlier);
        var stored = _entries.TryGetValue(key, out var entry) && entry.Object.Metadata.Uid == next.Metadata.Uid
            ? entry.Object
            : null;
        var counting = _sheets.Values.Where(sheet => sheet.Counts(next)).ToList();
        var why = stored is null && next is Pod pod ? First(counting, sheet => sheet.Unsaid(pod)) : null;
        if (why is not null) return why;
        var more = More(key, stored, next);
        why = First(counting, sheet => sheet.Exceeded(more));
        if (why is not null || isTrial || more.Count == 0) return why;
        var replaced = long.TryParse(next.Metadata.ResourceVersion, out var version) ? version : 0;
        _promises[key] = new(next, more, replaced, now);
        foreach (var sheet in counting) sheet.Promise(more);
        return null;
    }

    private static string? First(List<QuotaSheet> sheets, Func<QuotaSheet, string?> refusal) =>
        sheets.Select(refusal).FirstOrDefault(why => why is not null);

    private static Dictionary<string, Quantity> More(ObjectKey key, ApiObject? stored, ApiObject next)
    {
        var before = stored is null ? Map<Quantity>.Empty : QuotaUsage.Of(key, stored);
        return QuotaUsage.Of(key, next)
            .Select(pair => (pair.Key, More: pair.Value - before.GetValueOrDefault(pair.Key)))
            .Where(pair => pair.More > Quantity.Zero)
            .ToDictionary(pair => pair.Key, pair => pair.More, StringComparer.Ordinal);
    }

    private void Open(ResourceQuota quota)
    {
        var name = quota.Metadata.Name ?? "";
        if (_sheets.TryGetValue(name, out var standing) && QuotaScopes.AreSame(standing.Quota.Spec, quota.Spec))
        {
            standing.Quota = quota;
            return;
        }
        var sheet = _sheets[name] = new(quota);
        foreach (var (key, entry) in _entries.Where(pair => sheet.Counts(pair.Value.Object)))
            sheet.Add(QuotaUsage.Of(key, entry.Object, entry.IsOverdue));
        foreach (var promise in _promises.Values.Where(promise => sheet.Counts(promise.Object)))
            sheet.Promise(promise.More);
    }

    private void Keep(ObjectKey key, Entry entry)
    {
        _entries[key] = entry;
        Count(key, entry, static (sheet, usage) => sheet.Add(usage));
        if (!entry.IsOverdue && QuotaUsage.OverdueAt(entry.Object) is { } at) _leaving.Add((at, key.ToString()));
    }

    private void Drop(ObjectKey key, Entry entry)
    {
        Count(key, entry, static (sheet, usage) => sheet.Take(usage));
        if (!entry.IsOverdue && QuotaUsage.OverdueAt(entry.Object) is { } at) _leaving.Remove((at, key.ToString()));
    }

    private void Count(ObjectKey key, Entry entry, Action<QuotaSheet, IReadOnlyDictionary<string, Quantity>> act)
    {
        if (_sheets.Count == 0) return;
        var usage = QuotaUsage.Of(key, entry.Object, entry.IsOverdue);
        foreach (var sheet in _sheets.Values)
        {
            if (sheet.Counts(entry.Object)) act(sheet, usage);
        }
    }

    // The write that was promised room is the next one of this very object, for it has one writer.
    private void Settle(ObjectKey key, long revision, string? uid)
    {
        if (_promises.TryGetValue(key, out var promise) && promise.Object.Metadata.Uid == uid
            && revision > promise.Replaced)
        {
            End(key, promise);
        }
    }

    private void End(ObjectKey key, Promised promise)
    {
        _promises.Remove(key);
        foreach (var sheet in _sheets.Values.Where(sheet => sheet.Counts(promise.Object))) sheet.Settle(promise.More);
    }

    private sealed record Entry(long Revision, ApiObject Object, bool IsOverdue);

    private sealed record Promised(
        ApiObject Object, IReadOnlyDictionary<string, Quantity> More, long Replaced, DateTimeOffset Since);
}
