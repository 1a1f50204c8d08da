using System.IO.Pipelines;

namespace Orchestrator.Nodes.Simulated;

/// <summary>A connection to a simulated pod: it sends back what it gets, and holds no more than a little.</summary>
internal sealed class EchoConnection : IPodConnection
{
    private readonly Pipe _pipe = new();

    /// <inheritdoc/>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation) =>
        await _pipe.Reader.AsStream(leaveOpen: true).ReadAsync(buffer, cancellation);

    /// <inheritdoc/>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation) =>
        await _pipe.Writer.WriteAsync(bytes, cancellation);

    /// <inheritdoc/>
    public void EndWriting() => _pipe.Writer.Complete();

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _pipe.Writer.Complete();
        _pipe.Reader.Complete();
        return ValueTask.CompletedTask;
    }
}
