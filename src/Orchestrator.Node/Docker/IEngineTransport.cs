namespace Orchestrator.Nodes.Docker;

/// <summary>Opens byte streams to one engine. Whatever is spoken over them is no business of it.</summary>
internal interface IEngineTransport : IAsyncDisposable
{
    /// <summary>Longest wait for a connection.</summary>
    TimeSpan ConnectTimeout { get; }

    /// <summary>Opens a connection; disposing of the stream ends it.</summary>
    /// <exception cref="RuntimeUnavailableException">
    /// There is none to be had, with a sentence that says what to do.
    /// </exception>
    ValueTask<Stream> ConnectAsync(CancellationToken cancellation);

    /// <summary>What a failure of an open connection means, when this transport knows better than its words.</summary>
    string? Explain(Exception broken);
}
