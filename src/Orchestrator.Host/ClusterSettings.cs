using System.Net;

namespace Orchestrator.Hosting;

/// <summary>The cluster of several processes that one joins.</summary>
/// <param name="ConnectionString">The shared database.</param>
/// <param name="SiloAddress">The address other silos reach this one by.</param>
/// <param name="SiloPort">The port other silos reach this one by; 0 takes the last one that was used here, or a free
/// one.</param>
public sealed record ClusterSettings(string ConnectionString, IPAddress SiloAddress, int SiloPort);
