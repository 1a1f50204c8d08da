using Orchestrator.Nodes.Housekeeping;
using Orchestrator.Nodes.Images;
using Orchestrator.Nodes.Sandboxes;

namespace Orchestrator.Nodes;

/// <summary>Settings of a node. Every wait and every bound has a name here.</summary>
public sealed record NodeAgentOptions
{
    /// <summary>Name of the node.</summary>
    public required string NodeName { get; init; }

    /// <summary>Address of the machine, as pods and other nodes reach it.</summary>
    public string HostIP { get; init; } = "127.0.0.1";

    /// <summary>Where files of pods live; null writes none, as on a simulated node.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>A memory file system of the machine for emptyDirs of medium Memory; null puts them on disk.</summary>
    public string? MemoryDirectory { get; init; }

    /// <summary>Folder of manifests that the node runs by itself; null has none.</summary>
    public string? StaticPodDirectory { get; init; }

    /// <summary>How often that folder is looked at.</summary>
    public TimeSpan StaticPodPeriod { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>What pods may ask for beyond the ordinary.</summary>
    public NodePolicy Policy { get; init; } = new();

    /// <summary>Version the node calls itself.</summary>
    public string KubeletVersion { get; init; } = "v1.32.0";

    /// <summary>Most pods at a time.</summary>
    public int PodsMax { get; init; } = 110;

    /// <summary>Room for files of pods; 0 asks the disk of the data directory.</summary>
    public long EphemeralStorageBytes { get; init; }

    /// <summary>Millicores kept from pods.</summary>
    public long ReservedCpuMilli { get; init; }

    /// <summary>Memory kept from pods.</summary>
    public long ReservedMemoryBytes { get; init; }

    /// <summary>Containers and sandboxes being created or started at a time.</summary>
    public int ConcurrentStartsMax { get; init; } = 4;

    /// <summary>How many sandboxes are kept ready for pods to come.</summary>
    public WarmSetting WarmSandboxes { get; init; } = WarmSetting.Off;

    /// <summary>Dead containers and sandboxes being removed at a time.</summary>
    public int ConcurrentRemovalsMax { get; init; } = 2;

    /// <summary>Stops with a grace up to this are what others make way for.</summary>
    public TimeSpan UrgentStopMax { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a removal makes way for starts and stops, at most.</summary>
    public TimeSpan RemovalDelayMax { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Images being pulled at a time.</summary>
    public int ConcurrentPullsMax { get; init; } = 4;

    /// <summary>Where images come from, and how long they stay.</summary>
    public ImageOptions Images { get; init; } = new();

    /// <summary>What is tidied up, and how often.</summary>
    public HousekeepingOptions Housekeeping { get; init; } = new();

    /// <summary>Containers being looked at at a time.</summary>
    public int ConcurrentInspectionsMax { get; init; } = 16;

    /// <summary>Longest wait for the look at one container.</summary>
    public TimeSpan InspectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often everything is listed, in case an event was lost.</summary>
    public TimeSpan RelistPeriod { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The files of a pod's volumes are brought up to date at most so often.</summary>
    public TimeSpan VolumeRefreshSpacing { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often it is measured what pods with limits take of the disk.</summary>
    public TimeSpan StorageMeasurePeriod { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>First wait before an engine that went away is tried again.</summary>
    public TimeSpan ReconnectDelayMin { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Longest wait before an engine that went away is tried again.</summary>
    public TimeSpan ReconnectDelayMax { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Longest wait between two restarts of a container that crashes, 1 to 300 s; null is the usual 300 s.
    /// </summary>
    public TimeSpan? ContainerRestartPeriodMax { get; init; }

    /// <summary>Containers that crash are waited out for 1 s at first and 60 s at most, not 10 and 300.</summary>
    public bool HasReducedCrashBackOff { get; init; }

    /// <summary>How long steps of a start are held back, so that a quick start is one report.</summary>
    public TimeSpan ProgressDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// First wait before a report that failed is repeated; doubles up to <see cref="ReportDelayMax"/>.
    /// </summary>
    public TimeSpan ReportDelayMin { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Longest wait before a report that failed is repeated.</summary>
    public TimeSpan ReportDelayMax { get; init; } = TimeSpan.FromSeconds(10);
}
