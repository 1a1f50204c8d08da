namespace Orchestrator.Nodes;

/// <summary>A connection to a port of a pod: bytes in both directions, each of which ends on its own.</summary>
public interface IPodConnection : IAsyncDisposable
{
    /// <summary>Reads what there is; 0 at the end.</summary>
    /// <exception cref="IOException">The pod broke off.</exception>
    ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation);

    /// <summary>Writes.</summary>
    /// <exception cref="IOException">The pod broke off.</exception>
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation);

    /// <summary>Ends our direction; no error when the other side is gone.</summary>
    void EndWriting();
}
