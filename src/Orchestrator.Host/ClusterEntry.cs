using System.Data.Common;
using Orchestrator.Grains.Engine;
using Orchestrator.Storage;
using Orchestrator.Storage.Postgres;

namespace Orchestrator.Hosting;

/// <summary>
/// What a process does before it is a silo of a cluster of several: it learns from the database who the cluster is.
/// </summary>
internal static class ClusterEntry
{
    // A database that does not answer must not hold up the vote on a dead silo.
    private static readonly TimeSpan MembershipTimeout = TimeSpan.FromSeconds(2);
    private const int MembershipPoolMax = 8;

    /// <exception cref="StartException">The database, the data folder or an address is not what it must be.</exception>
    public static async Task<(DataFolder Data, SiloSettings? Silo)> JoinAsync(
        ServeSettings settings, ClusterSettings cluster, CancellationToken cancellation)
    {
        try
        {
            var address = PostgresAddress.Parse(cluster.ConnectionString);
            var identity = new PostgresIdentity(new ObjectStoreOptions { ConnectionString = cluster.ConnectionString });
            var data = await DataFolder.JoinAsync(
                settings.DataDirectory, (name, make) => identity.KeepAsync(name, make, cancellation));
            var silo = new SiloSettings(
                data.ClusterId, MembershipConnection(address, settings.Machine), settings.Machine, cluster.SiloAddress,
                SiloPorts.Choose(cluster, data));
            await OrleansEngine.PrepareClusterAsync(silo, cancellation);
            return (data, silo);
        }
        catch (Exception trouble) when (trouble is StoreUnavailableException or StoreOpenException)
        {
            throw new StartException(trouble.Message, trouble);
        }
        catch (DbException trouble)
        {
            throw new StartException(
                $"the membership tables cannot be made in the cluster's database: {trouble.Message}", trouble);
        }
    }

    private static string MembershipConnection(PostgresAddress address, string machine) =>
        address.ConnectionString($"orc membership of {machine}", MembershipTimeout, MembershipPoolMax);
}
