namespace Orchestrator.ApiServer.Streams;

/// <summary>
/// The client's end of one command or attachment, whatever it speaks. Output is written by one writer at a time, also
/// while input is carried.
/// </summary>
internal interface ICommandClient : IAsyncDisposable
{
    /// <summary>Carries what the client sends to the process until the client is gone. Never throws for that.</summary>
    Task CarryInputAsync(CommandInput process, CancellationToken cancellation);

    /// <summary>Sends a piece of output.</summary>
    /// <exception cref="IOException">The client is gone.</exception>
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, bool isError, CancellationToken cancellation);

    /// <summary>Tells how it ended, and that nothing comes any more.</summary>
    /// <exception cref="IOException">The client is gone.</exception>
    ValueTask FinishAsync(CommandEnd end, CancellationToken cancellation);
}
