using Orchestrator.Api.Meta;

namespace Orchestrator.Storage.Tests;

/// <summary>A journal that fails, waits and counts as a test says.</summary>
internal sealed class FaultyJournal(IJournal inner) : IJournal
{
    private readonly Queue<Exception?> _before = [];
    private readonly Queue<Exception?> _after = [];
    private readonly Queue<Exception?> _recover = [];

    public int Appends { get; private set; }

    /// <summary>Appends wait for this.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public void FailNextBefore() => _before.Enqueue(new IOException("the disk is gone"));

    public void FailNextAfter() => _after.Enqueue(new IOException("no answer from the disk"));

    public void FailNextRecovery() => _recover.Enqueue(new IOException("still no answer"));

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

    public ValueTask<JournalPosition> RecoverAsync() =>
        _recover.TryDequeue(out var error) ? throw error! : inner.RecoverAsync();

    public ValueTask<IReadOnlyList<JournalChange>> ReadChangesAsync(
        long after, int limit, CancellationToken cancellation) => inner.ReadChangesAsync(after, limit, cancellation);

    public ValueTask<IReadOnlyList<ReasonRecord>> ReadReasonsAsync(
        string uidOrSubject, int limit, CancellationToken cancellation) =>
        inner.ReadReasonsAsync(uidOrSubject, limit, cancellation);

    public Task BackupAsync(string path, CancellationToken cancellation) => inner.BackupAsync(path, cancellation);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
