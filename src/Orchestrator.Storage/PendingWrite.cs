using Orchestrator.Api.Meta;

namespace Orchestrator.Storage;

/// <summary>A write on its way: checked and serialised by its writer, waiting for its transaction.</summary>
internal sealed class PendingWrite
{
    private readonly TaskCompletionSource<StoredObject> _done;
    private Exception? _refusal;
    private StoredObject? _outcome;

    public PendingWrite(ObjectWrite write, TaskCreationOptions outcomes, CancellationToken cancellation)
    {
        (Write, Cancellation, _done) = (write, cancellation, new(outcomes));
        if (write.Object is not { } obj) return;
        if (KindRegistry.KeyOf(obj) != write.Key)
        {
            throw new ArgumentException($"{KindRegistry.KeyOf(obj)} cannot be stored under {write.Key}", nameof(write));
        }
        var bare = obj.Metadata.ResourceVersion is null
            ? obj
            : obj with { Metadata = obj.Metadata with { ResourceVersion = null } };
        Json = ApiJson.Write(bare);
    }

    public ObjectWrite Write { get; }

    public CancellationToken Cancellation { get; }

    public ReadOnlyMemory<byte> Json { get; }

    public Task<StoredObject> Done => _done.Task;

    /// <summary>What the writer will hear when the transaction is durable.</summary>
    public void Settle(StoredObject outcome) => _outcome = outcome;

    /// <inheritdoc cref="Settle"/>
    public void Refuse(Exception refusal) => _refusal = refusal;

    public void Acknowledge()
    {
        if (_refusal is not null) _done.SetException(_refusal);
        else _done.SetResult(_outcome!);
    }

    public void Fail(StoreUnavailableException error) => _done.SetException(error);

    public void Cancel() => _done.SetCanceled(Cancellation);
}
