using Microsoft.Extensions.Logging;

namespace Orchestrator.Storage;

/// <summary>What the committer does at a time: writes, waiting reasons, and publishing what others wrote.</summary>
internal sealed record CommitRound(List<PendingWrite> Writes, bool MustFlush, long HeardOf);

/// <summary>
/// Carries out rounds, one at a time: settles what is unknown, takes the writers' turn, publishes what others wrote,
/// plans, and appends.
/// </summary>
internal sealed class StoreCommitter(
    IJournal journal, StoreView view, ReasonQueue reasons, ObjectStoreOptions options, TimeProvider time,
    ILogger logger)
{
    private const int ReasonBatchMax = 1_024;
    private static readonly TimeSpan SettlePauseMin = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan SettlePauseMax = TimeSpan.FromMilliseconds(500);

    private readonly CompactionClock _compaction = new(options);
    private volatile Attempt? _unsettled;

    /// <summary>Whether a transaction failed and nobody knows yet whether it is durable.</summary>
    public bool IsUnsettled => _unsettled is not null;

    public async ValueTask RunAsync(CommitRound round)
    {
        if (await SettleAsync().ConfigureAwait(false) is { } trouble)
        {
            foreach (var write in round.Writes) write.Fail(trouble);
            return;
        }
        if (round.Writes.Count > 0 || (round.MustFlush && reasons.HasWaiting))
        {
            var error = await TakeTurnAsync().ConfigureAwait(false)
                ?? await CommitAsync(round.Writes).ConfigureAwait(false);
            foreach (var write in round.Writes)
            {
                if (error is null) write.Acknowledge();
                else write.Fail(error);
            }
        }
        await FollowAsync(round.HeardOf).ConfigureAwait(false);
    }

    /// <summary>Lets the others write, whatever happened.</summary>
    public async ValueTask EndTurnAsync()
    {
        try
        {
            await journal.EndAsync().ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // The journal has dropped its connection, which ends the turn as well.
            logger.LogWarning(error, "A turn without a write did not end as it should");
        }
    }

    /// <summary>Waits until nobody else writes, and publishes all that others wrote.</summary>
    /// <returns>Null when this store may write.</returns>
    private async ValueTask<StoreUnavailableException?> TakeTurnAsync()
    {
        if (!journal.IsShared) return null;
        try
        {
            while (true)
            {
                var news = await journal.BeginAsync(view.Revision).ConfigureAwait(false);
                view.Adopt(news);
                if (view.Revision == news.Newest) return null;
                // There is more than one look gives: the others need not wait for it.
                await journal.EndAsync().ConfigureAwait(false);
                if (!await FollowAsync(news.Newest).ConfigureAwait(false))
                    return new("the store does not answer; try again");
            }
        }
        catch (Exception error) when (IsTrouble(error))
        {
            logger.LogWarning("A transaction cannot begin: {Why}", error.Message);
            return new($"the store could not commit: {error.Message}; try again", error);
        }
    }

    /// <summary>Publishes what others wrote, up to a revision.</summary>
    /// <returns>Whether that is reached; who listens to the journal will ask again.</returns>
    private async ValueTask<bool> FollowAsync(long upTo)
    {
        try
        {
            while (view.Revision < upTo)
            {
                var before = view.Revision;
                view.Adopt(await journal.ReadNewsAsync(before, CancellationToken.None).ConfigureAwait(false));
                if (view.Revision == before) return false;
            }
            return true;
        }
        catch (Exception error) when (IsTrouble(error))
        {
            logger.LogWarning("The store cannot be followed: {Why}", error.Message);
            return false;
        }
    }

    private async ValueTask<StoreUnavailableException?> CommitAsync(List<PendingWrite> writes)
    {
        var now = time.GetUtcNow();
        var plan = new CommitPlan(view.Current, view.Revision, now);
        foreach (var write in writes) plan.Add(write);
        var waiting = reasons.Peek(ReasonBatchMax);
        if (plan.Changes.Count + plan.Reasons.Count + waiting.Count == 0)
        {
            await EndTurnAsync().ConfigureAwait(false);
            return null;
        }
        var step = _compaction.Step(plan.Revision, view.Position.Oldest, plan.Changes.Count, now);
        var entry = new JournalBatch(plan.ForJournal(), [.. waiting, .. plan.Reasons], step);
        return await AppendAsync(new(plan, waiting.Count), entry).ConfigureAwait(false);
    }

    private async ValueTask<StoreUnavailableException?> AppendAsync(Attempt attempt, JournalBatch entry)
    {
        try
        {
            var position = await journal.AppendAsync(entry).ConfigureAwait(false);
            Conclude(attempt, position);
            return null;
        }
        catch (Exception error)
        {
            logger.LogError(error, "A transaction of {Changes} changes failed", entry.Changes.Count);
            _unsettled = attempt;
            var stillUnknown = await SettleInTimeAsync().ConfigureAwait(false);
            // Whoever settled it published it: then the writers have what they wanted.
            if (attempt.IsCommitted) return null;
            return new($"the store could not commit: {error.Message}; try again", error)
            {
                IsOutcomeUnknown = stillUnknown is not null,
            };
        }
    }

    // A database that restarts or fails over is soon back; a disk that fails stays so.
    private async ValueTask<StoreUnavailableException?> SettleInTimeAsync()
    {
        var trouble = await SettleAsync().ConfigureAwait(false);
        if (!journal.IsShared) return trouble;
        var (since, pause) = (time.GetTimestamp(), SettlePauseMin);
        while (trouble is not null && time.GetElapsedTime(since) < options.SettleTimeout)
        {
            await Task.Delay(pause, time).ConfigureAwait(false);
            pause = pause * 2 < SettlePauseMax ? pause * 2 : SettlePauseMax;
            trouble = await SettleAsync().ConfigureAwait(false);
        }
        return trouble;
    }

    /// <summary>Finds out whether the transaction that failed is in the journal all the same.</summary>
    /// <returns>Null when everything is known.</returns>
    private async ValueTask<StoreUnavailableException?> SettleAsync()
    {
        if (_unsettled is not { } attempt) return null;
        try
        {
            var (isCommitted, found) = await journal.RecoverAsync(view.Revision).ConfigureAwait(false);
            if (found.Revision < view.Revision) throw BrokenStoreException.WentBack(view.Revision, found.Revision);
            var expected = isCommitted ? attempt.Plan.Revision : view.Revision;
            if (found.Revision != expected && (!journal.IsShared || found.Revision < expected))
                throw BrokenStoreException.Unexpected(view.Revision, attempt.Plan.Revision, found.Revision);
            if (isCommitted) Conclude(attempt, found with { Revision = expected });
            _unsettled = null;
            await FollowAsync(found.Revision).ConfigureAwait(false);
            return null;
        }
        catch (Exception error) when (IsTrouble(error))
        {
            logger.LogError("The store does not answer: {Why}", error.Message);
            return new($"the store does not answer: {error.Message}; try again", error);
        }
    }

    private void Conclude(Attempt attempt, JournalPosition position)
    {
        attempt.IsCommitted = true;
        reasons.Remove(attempt.WaitingReasons);
        view.Publish(attempt.Plan.Changes, position);
    }

    private static bool IsTrouble(Exception error) => error is not (BrokenStoreException or StoreOpenException);

    private sealed class Attempt(CommitPlan plan, int waitingReasons)
    {
        public CommitPlan Plan { get; } = plan;

        public int WaitingReasons { get; } = waitingReasons;

        public bool IsCommitted { get; set; }
    }
}
