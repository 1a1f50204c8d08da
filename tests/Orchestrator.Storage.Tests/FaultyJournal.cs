using Orchestrator.Api.Meta;

namespace Orchestrator.Storage.Tests;

/// <summary>A journal that fails, waits and counts as a test says.</summary>
internal sealed class FaultyJournal(IJournal inner) : IJournal
{
    private readonly Queue<Exception?> _before = [];
    private readonly Queue<Exception?> _after = [];

    public bool IsShared => inner.IsShared;

    public int Appends { get; private set; }

    /// <summary>Appends wait for this.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public void FailNextBefore() => _before.Enqueue(new IOException("the disk is gone"));

    public void FailNextAfter() => _after.Enqueue(new IOException("no answer from the disk"));

    /// <summary>Whether the fate of a failed append cannot be found out now.</summary>
    public bool FailsToRecover { get; set; }

    public Task<JournalContents> OpenAsync(CancellationToken cancellation) => inner.OpenAsync(cancellation);

    public async ValueTask<JournalPosition> AppendAsync(JournalBatch batch)
    {
        Appends++;
        await Gate;
        if (_before.TryDequeue(out var before)) throw before!;
        var position = await inner.AppendAsync(batch);
        if (_after.TryDequeue(out var after)) throw after!;
        return position;
    }

    public ValueTask<JournalRecovery> RecoverAsync(long known) =>
        FailsToRecover ? throw new IOException("still no answer") : inner.RecoverAsync(known);

    public ValueTask<JournalNews> BeginAsync(long known) => inner.BeginAsync(known);

    public ValueTask EndAsync() => inner.EndAsync();

    public ValueTask<long> ReadRevisionAsync(CancellationToken cancellation) => inner.ReadRevisionAsync(cancellation);

    public ValueTask<JournalNews> ReadNewsAsync(long known, CancellationToken cancellation) =>
        inner.ReadNewsAsync(known, cancellation);

    public IAsyncDisposable? Follow(Action<long> onRevision) => inner.Follow(onRevision);

    public ValueTask<IReadOnlyList<JournalChange>> ReadChangesAsync(
        long after, int limit, CancellationToken cancellation) => inner.ReadChangesAsync(after, limit, cancellation);

    public ValueTask<IReadOnlyList<ReasonRecord>> ReadReasonsAsync(
        string uidOrSubject, int limit, CancellationToken cancellation) =>
        inner.ReadReasonsAsync(uidOrSubject, limit, cancellation);

    public Task BackupAsync(string path, CancellationToken cancellation) => inner.BackupAsync(path, cancellation);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
