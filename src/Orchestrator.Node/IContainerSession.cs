namespace Orchestrator.Nodes;

/// <summary>
/// A process of a container with its standard streams at hand. Output is pulled, one reader at a time, so that nothing
/// is held for a reader who is slow; input is written by one writer at a time. Disposing lets go of the process, which
/// may go on without us.
/// </summary>
public interface IContainerSession : IAsyncDisposable
{
    /// <summary>Reads what the process wrote next; a count of 0 is the end of all its output.</summary>
    ValueTask<OutputPiece> ReadAsync(Memory<byte> buffer, CancellationToken cancellation);

    /// <summary>Writes to its standard input.</summary>
    /// <exception cref="IOException">Nobody reads it any more.</exception>
    ValueTask WriteAsync(ReadOnlyMemory<byte> input, CancellationToken cancellation);

    /// <summary>Ends its standard input; the output goes on.</summary>
    ValueTask EndInputAsync(CancellationToken cancellation);

    /// <summary>Sets the size of its terminal; no error when it has none or is gone.</summary>
    Task ResizeAsync(int columns, int rows, CancellationToken cancellation);

    /// <summary>
    /// How the process ended, asked after the end of its output; null where that is not this session's to tell.
    /// </summary>
    Task<int?> ExitCodeAsync(CancellationToken cancellation);

    /// <summary>
    /// Ends a command at once, with what it has begun. No error when it has ended, nor when it cannot be reached from
    /// here, as on another machine.
    /// </summary>
    Task KillAsync(CancellationToken cancellation);
}

/// <summary>A piece of output: how many bytes, and whether they were written to standard error.</summary>
public readonly record struct OutputPiece(int Count, bool IsError);

/// <summary>Which streams of a process are wanted.</summary>
/// <param name="Terminal">A terminal is between us and the process; its two outputs are one.</param>
public sealed record SessionStreams(bool Input, bool Output, bool Error, bool Terminal = false);
