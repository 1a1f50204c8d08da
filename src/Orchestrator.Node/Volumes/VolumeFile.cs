namespace Orchestrator.Nodes.Volumes;

/// <summary>A file inside a volume made from objects of the cluster.</summary>
/// <param name="Path">Relative; may have folders.</param>
/// <param name="Mode">Permission bits.</param>
/// <param name="Owner">User it belongs to; null for the one who writes it.</param>
public sealed record VolumeFile(string Path, byte[] Content, int Mode, long? Owner = null);
