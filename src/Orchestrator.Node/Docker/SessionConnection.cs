namespace Orchestrator.Nodes.Docker;

/// <summary>A connection to a pod that a program in it holds for us; its standard streams carry the bytes.</summary>
internal sealed class SessionConnection(IContainerSession session) : IPodConnection
{
    /// <inheritdoc/>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        try
        {
            return (await session.ReadAsync(buffer, cancellation)).Count;
        }
        catch (RuntimeUnavailableException broken)
        {
            throw new IOException(broken.Message, broken);
        }
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation) =>
        session.WriteAsync(bytes, cancellation);

    /// <inheritdoc/>
    public void EndWriting() => _ = EndAsync();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => session.DisposeAsync();

    private async Task EndAsync()
    {
        try
        {
            await session.EndInputAsync(CancellationToken.None);
        }
        catch (IOException)
        {
            // The program was quicker: then there is nothing left to end.
            return;
        }
    }
}
