using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace Orchestrator.Nodes.Simulated;

/// <summary>
/// A process that exists only by its streams: it writes a first piece, then what its pipe brings, which is its input
/// unless somebody else hears that.
/// </summary>
internal sealed class SimulatedSession(
    Pipe output, Func<int?> exitCode, Action<string>? hear = null, byte[]? first = null, bool isError = false)
    : IContainerSession
{
    private ReadOnlyMemory<byte> _first = first;

    /// <summary>Cancelled when nobody reads any more.</summary>
    public CancellationTokenSource? Ends { get; init; }

    /// <inheritdoc/>
    public async ValueTask<OutputPiece> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        if (_first.Length > 0)
        {
            var piece = _first[..Math.Min(_first.Length, buffer.Length)];
            piece.CopyTo(buffer);
            _first = _first[piece.Length..];
            return new OutputPiece(piece.Length, isError);
        }
        var read = await output.Reader.ReadAsync(cancellation);
        var next = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, buffer.Length));
        next.CopyTo(buffer.Span);
        var count = (int)next.Length;
        output.Reader.AdvanceTo(next.End);
        return new OutputPiece(count, isError);
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> input, CancellationToken cancellation)
    {
        if (hear is not null)
        {
            hear(Encoding.UTF8.GetString(input.Span));
            return;
        }
        try
        {
            await output.Writer.WriteAsync(input, cancellation);
        }
        catch (InvalidOperationException ended)
        {
            throw new IOException("the process reads no more input", ended);
        }
    }

    /// <inheritdoc/>
    public ValueTask EndInputAsync(CancellationToken cancellation) =>
        hear is null ? output.Writer.CompleteAsync() : ValueTask.CompletedTask;

    /// <inheritdoc/>
    public Task ResizeAsync(int columns, int rows, CancellationToken cancellation) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task<int?> ExitCodeAsync(CancellationToken cancellation) => Task.FromResult(exitCode());

    /// <inheritdoc/>
    public Task KillAsync(CancellationToken cancellation) => Task.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Ends is { } ends)
        {
            await ends.CancelAsync();
            ends.Dispose();
        }
        await output.Reader.CompleteAsync();
    }
}
