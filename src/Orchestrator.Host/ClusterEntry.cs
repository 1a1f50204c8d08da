using System.Data.Common;
using Orchestrator.Grains.Engine;
using Orchestrator.Storage;

namespace Orchestrator.Hosting;

/// <summary>What a process does before it is a silo of a cluster of several: it learns from the database who the cluster is.</summary>
internal static class ClusterEntry
{
    /// <exception cref="StartException">The database, the data folder or an address is not what it must be.</exception>
    public static async Task<(DataFolder Data, SiloSettings? Silo)> JoinAsync(
        ServeSettings settings, ClusterSettings cluster, CancellationToken cancellation)
    {
        try
        {
            var identity = await SharedIdentity.OpenAsync(cluster.ConnectionString, cancellation);
            var data = await DataFolder.JoinAsync(settings.DataDirectory, identity.KeepAsync);
            var silo = new SiloSettings(
                data.ClusterId, cluster.ConnectionString, settings.Machine, cluster.SiloAddress, SiloPorts.Choose(cluster, data));
            await OrleansEngine.PrepareClusterAsync(silo, cancellation);
            return (data, silo);
        }
        catch (Exception trouble) when (trouble is StoreUnavailableException or StoreOpenException)
        {
            throw new StartException(trouble.Message, trouble);
        }
        catch (DbException trouble)
        {
            throw new StartException($"the membership tables cannot be made in the cluster's database: {trouble.Message}", trouble);
        }
    }
}
