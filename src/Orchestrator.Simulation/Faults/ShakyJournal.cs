using Orchestrator.Api.Meta;
using Orchestrator.Storage;

namespace Orchestrator.Simulations.Faults;

/// <summary>A journal in memory that refuses, forgets to answer, or takes long, as often as it is told.</summary>
internal sealed class ShakyJournal(
    IJournal inner, TimeProvider clock, Chance chance, Counters counters, EventLog log) : IJournal
{
    /// <summary>The part of transactions that are refused before anything is written.</summary>
    public double Refusals { get; set; }

    /// <summary>
    /// The part of transactions that are written but not answered; then the question after them may fail too.
    /// </summary>
    public double LostAnswers { get; set; }

    /// <summary>A transaction takes up to so long.</summary>
    public TimeSpan TimeMax { get; set; }

    /// <summary>Its process is gone: what is under way may still be written, and nothing after it.</summary>
    public bool IsCut { get; private set; }

    public bool IsShared => inner.IsShared;

    public void Cut() => IsCut = true;

    public ValueTask<JournalNews> BeginAsync(long known)
    {
        ThrowIfCut();
        return chance.Hits(Refusals)
            ? throw Trouble("the simulated database gives no turn")
            : inner.BeginAsync(known);
    }

    public ValueTask EndAsync() => inner.EndAsync();

    public ValueTask<long> ReadRevisionAsync(CancellationToken cancellation)
    {
        ThrowIfCut();
        return chance.Hits(Refusals)
            ? throw Trouble("the simulated database tells no revision")
            : inner.ReadRevisionAsync(cancellation);
    }

    public ValueTask<JournalNews> ReadNewsAsync(long known, CancellationToken cancellation)
    {
        ThrowIfCut();
        return inner.ReadNewsAsync(known, cancellation);
    }

    public IAsyncDisposable? Follow(Action<long> onRevision) => inner.Follow(onRevision);

    public Task<JournalContents> OpenAsync(CancellationToken cancellation) => inner.OpenAsync(cancellation);

    public async ValueTask<JournalPosition> AppendAsync(JournalBatch batch)
    {
        // Whoever goes on after the clock's own thread of control must not be moved to another thread.
        if (TimeMax > TimeSpan.Zero) await Task.Delay(chance.Between(default, TimeMax), clock).ConfigureAwait(false);
        if (chance.Hits(Refusals) || (IsCut && chance.Hits(0.5)))
        {
            // Whoever cannot write has lost its turn as well.
            await inner.EndAsync().ConfigureAwait(false);
            throw Trouble("the simulated disk takes no writes");
        }
        var position = await inner.AppendAsync(batch).ConfigureAwait(false);
        counters.Add("commits");
        foreach (var reason in batch.Reasons) log.Add("reason", $"{reason.Subject} {reason.Decision}: {reason.Why}");
        if (chance.Hits(LostAnswers)) throw Trouble("the simulated disk gave no answer to a write");
        return position;
    }

    public ValueTask<JournalRecovery> RecoverAsync(long known)
    {
        ThrowIfCut();
        return chance.Hits(LostAnswers) || chance.Hits(Refusals)
            ? throw Trouble("the simulated disk does not answer")
            : inner.RecoverAsync(known);
    }

    public ValueTask<IReadOnlyList<JournalChange>> ReadChangesAsync(
        long after, int limit, CancellationToken cancellation) => inner.ReadChangesAsync(after, limit, cancellation);

    public ValueTask<IReadOnlyList<ReasonRecord>> ReadReasonsAsync(
        string uidOrSubject, int limit, CancellationToken cancellation) =>
        inner.ReadReasonsAsync(uidOrSubject, limit, cancellation);

    public Task BackupAsync(string path, CancellationToken cancellation) => inner.BackupAsync(path, cancellation);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private void ThrowIfCut()
    {
        if (IsCut) throw new IOException("the simulated process is gone");
    }

    private IOException Trouble(string what)
    {
        counters.Add($"fault: {what}");
        log.Add("fault", what);
        return new IOException(what);
    }
}
