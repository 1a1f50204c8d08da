using System.Data.Common;
using System.Net.Sockets;
using Orchestrator.Grains;
using Orchestrator.Grains.Engine;
using Orchestrator.Grains.Nodes;
using Orchestrator.Nodes;
using Orchestrator.Nodes.StaticPods;

namespace Orchestrator.Hosting;

/// <summary>
/// Joins a cluster whose database may be away. No grain exists without it, for it says which silos there are; but the
/// static pods of this machine run meanwhile, if the machine was part of the cluster before: else nobody knows by which
/// mark the cluster finds its containers again.
/// </summary>
internal static class LoneStart
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(2);

    /// <exception cref="StartException">
    /// The database, the data folder or an address is not what it must be; or the database is away and there is nothing
    /// to be done without it.
    /// </exception>
    public static async Task<(DataFolder Data, SiloSettings? Silo)> JoinAsync(
        ServeSettings settings, ClusterSettings cluster, CancellationToken cancellation)
    {
        try
        {
            return await ClusterEntry.JoinAsync(settings, cluster, cancellation);
        }
        catch (StartException away) when (settings.StaticPods is not null && IsAway(away)
            && DataFolder.ClusterOf(settings.DataDirectory) is not null)
        {
            return await JoinLaterAsync(settings, cluster, away, cancellation);
        }
    }

    private static async Task<(DataFolder Data, SiloSettings? Silo)> JoinLaterAsync(
        ServeSettings settings, ClusterSettings cluster, StartException away, CancellationToken cancellation)
    {
        using var logs = LoggerFactory.Create(ClusterHost.AddLog);
        logs.CreateLogger(typeof(LoneStart)).LogWarning(
            "{Why}; the static pods of {Folder} run meanwhile", away.Message, settings.StaticPods);
        var id = DataFolder.ClusterOf(settings.DataDirectory)!;
        await using var runtimes = new ContainerRuntimes(
            ClusterHost.RuntimeOptions(settings, id), TimeProvider.System, logs);
        var options = new GrainOptions();
        ClusterHost.Configure(options, settings, settings.DataDirectory, id);
        await using var node = new LoneNode(
            runtimes.For(settings.NodeName, settings.Docker),
            NodeOptions.Of(options, settings.NodeName, settings.Docker, MachineAddress.Find(), settings.StaticPods),
            TimeProvider.System, logs.CreateLogger<NodeAgent>());
        await node.StartAsync();
        while (true)
        {
            try
            {
                await Task.Delay(RetryDelay, cancellation);
                return await ClusterEntry.JoinAsync(settings, cluster, cancellation);
            }
            catch (StartException still) when (IsAway(still))
            {
                logs.CreateLogger(typeof(LoneStart)).LogDebug("{Why}", still.Message);
            }
            catch (OperationCanceledException ended) when (cancellation.IsCancellationRequested)
            {
                throw new StartException("it was ended before the database of its cluster answered", ended);
            }
        }
    }

    // A wrong password or an unknown database does not come right by waiting.
    private static bool IsAway(Exception trouble)
    {
        for (var inner = trouble; inner is not null; inner = inner.InnerException)
        {
            if (inner is DbException { IsTransient: true } or SocketException or TimeoutException) return true;
        }
        return false;
    }
}
