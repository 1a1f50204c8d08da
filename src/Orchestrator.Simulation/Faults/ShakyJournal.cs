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

    public Task<JournalContents> OpenAsync(CancellationToken cancellation) => inner.OpenAsync(cancellation);

    public async ValueTask<JournalPosition> AppendAsync(JournalBatch batch)
    {
        // Whoever goes on after the clock's own thread of control must not be moved to another thread.
        if (TimeMax > TimeSpan.Zero) await Task.Delay(chance.Between(default, TimeMax), clock).ConfigureAwait(false);
        if (chance.Hits(Refusals)) throw Trouble("the simulated disk takes no writes");
        var position = await inner.AppendAsync(batch).ConfigureAwait(false);
        counters.Add("commits");
        foreach (var reason in batch.Reasons) log.Add("reason", $"{reason.Subject} {reason.Decision}: {reason.Why}");
        if (chance.Hits(LostAnswers)) throw Trouble("the simulated disk gave no answer to a write");
        return position;
    }

    public ValueTask<JournalRecovery> RecoverAsync(long known) =>
        chance.Hits(LostAnswers) || chance.Hits(Refusals)
            ? throw Trouble("the simulated disk does not answer")
            : inner.RecoverAsync(known);

    public ValueTask<IReadOnlyList<JournalChange>> ReadChangesAsync(
        long after, int limit, CancellationToken cancellation) => inner.ReadChangesAsync(after, limit, cancellation);

    public ValueTask<IReadOnlyList<ReasonRecord>> ReadReasonsAsync(
        string uidOrSubject, int limit, CancellationToken cancellation) =>
        inner.ReadReasonsAsync(uidOrSubject, limit, cancellation);

    public Task BackupAsync(string path, CancellationToken cancellation) => inner.BackupAsync(path, cancellation);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private IOException Trouble(string what)
    {
        counters.Add($"fault: {what}");
        log.Add("fault", what);
        return new IOException(what);
    }
}
