using System.Diagnostics.CodeAnalysis;

namespace Orleans.Local.Engine;

/// <summary>What one silo knows of all.</summary>
internal sealed class SiloStatusOracle(Silo silo) : ISiloStatusOracle
{
    private readonly List<ISiloStatusListener> _listeners = [];

    public SiloStatus CurrentStatus => silo.Status;

    public string SiloName => silo.Name;

    public SiloAddress SiloAddress => silo.SiloAddress;

    public SiloStatus GetApproximateSiloStatus(SiloAddress siloAddress) => silo.Cluster.StatusOf(siloAddress);

    public Dictionary<SiloAddress, SiloStatus> GetApproximateSiloStatuses(bool onlyActive = false) =>
        silo.Cluster.Members
        .Where(member => !onlyActive || member.Value.Status == SiloStatus.Active)
        .OrderBy(member => member.Key)
        .ToDictionary(member => member.Key, member => member.Value.Status);

    public bool TryGetSiloName(SiloAddress siloAddress, [NotNullWhen(true)] out string? siloName)
    {
        siloName = silo.Cluster.Members.TryGetValue(siloAddress, out var member) ? member.Name : null;
        return siloName is not null;
    }

    public bool IsFunctionalDirectory(SiloAddress siloAddress) =>
        GetApproximateSiloStatus(siloAddress) is not (SiloStatus.None or SiloStatus.Stopping or SiloStatus.Dead);

    public bool IsDeadSilo(SiloAddress silo) => GetApproximateSiloStatus(silo) == SiloStatus.Dead;

    public bool SubscribeToSiloStatusEvents(ISiloStatusListener observer)
    {
        lock (_listeners)
        {
            if (_listeners.Contains(observer))
            {
                return false;
            }

            _listeners.Add(observer);
            return true;
        }
    }

    public bool UnSubscribeFromSiloStatusEvents(ISiloStatusListener observer)
    {
        lock (_listeners)
        {
            return _listeners.Remove(observer);
        }
    }

    public void Notify(SiloAddress address, SiloStatus status)
    {
        ISiloStatusListener[] listeners;
        lock (_listeners)
        {
            listeners = [.. _listeners];
        }

        foreach (var listener in listeners)
        {
            try
            {
                listener.SiloStatusChangeNotification(address, status);
            }
            catch (Exception exception)
            {
                silo.Log.LogError(exception, "{Listener} failed on {Silo} becoming {Status}", listener,
                    address, status);
            }
        }
    }
}
