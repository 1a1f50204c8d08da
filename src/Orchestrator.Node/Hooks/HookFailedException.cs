namespace Orchestrator.Nodes.Hooks;

/// <summary>A hook was run and failed, or could not be run.</summary>
internal sealed class HookFailedException(string message, Exception? inner = null) : Exception(message, inner);
