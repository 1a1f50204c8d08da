namespace Orchestrator.Hosting;

/// <summary>The process cannot start; the message is one sentence that says why and what to do.</summary>
public sealed class StartException(string message, Exception? inner = null) : Exception(message, inner);
