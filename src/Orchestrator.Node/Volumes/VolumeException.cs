namespace Orchestrator.Nodes.Volumes;

/// <summary>
/// A volume cannot be made ready. Shown as a FailedMount event and tried again, for what is missing may come.
/// </summary>
public sealed class VolumeException(string volume, string why)
    : Exception($"MountVolume.SetUp failed for volume \"{volume}\" : {why}")
{
    /// <summary>The volume's name.</summary>
    public string Volume { get; } = volume;
}
