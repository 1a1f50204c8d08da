namespace Orchestrator.Grains;

/// <summary>Settings of the controllers. Times are those of the design unless said otherwise.</summary>
public sealed class GrainOptions
{
    /// <summary>Folder for what nodes keep on this machine: volumes, hosts files.</summary>
    public string DataDirectory { get; set; } = "";

    /// <summary>A folder in memory for volumes of medium Memory; null puts them on disk.</summary>
    public string? MemoryDirectory { get; set; }

    /// <summary>At least this long between two passes of one controller; nudges in between fold into one.</summary>
    public TimeSpan PassSpacing { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>How long events wait for each other before they are written together.</summary>
    public TimeSpan EventDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How often the sweeper wakes everything.</summary>
    public TimeSpan SweepPeriod { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long an event is kept after it last happened.</summary>
    public TimeSpan EventLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Calls to children at once, at most, after the slow start.</summary>
    public int FanOutMax { get; set; } = 512;

    /// <summary>The PEM of the cluster's CA, published in every namespace.</summary>
    public string CertificateAuthority { get; set; } = "";
}
