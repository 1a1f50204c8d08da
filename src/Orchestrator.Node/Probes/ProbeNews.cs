namespace Orchestrator.Nodes.Probes;

/// <summary>Something a node has to hear of a look.</summary>
/// <param name="Reason">Of the event; empty for none.</param>
/// <param name="IsChange">What the probe has come to is different now.</param>
internal readonly record struct ProbeNews(string Container, string Reason, string Text, bool IsChange);
