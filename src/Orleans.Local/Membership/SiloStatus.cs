using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

/// <summary>Where a silo is in its life.</summary>
public enum SiloStatus
{
    None = 0,
    Created = 1,
    Joining = 2,
    Active = 3,
    ShuttingDown = 4,
    Stopping = 5,
    Dead = 6,
}

/// <summary>Hears of every change of any silo's status.</summary>
public interface ISiloStatusListener
{
    void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status);
}

/// <summary>Who is up.</summary>
public interface ISiloStatusOracle
{
    SiloStatus CurrentStatus { get; }

    string SiloName { get; }

    SiloAddress SiloAddress { get; }

    SiloStatus GetApproximateSiloStatus(SiloAddress siloAddress);

    Dictionary<SiloAddress, SiloStatus> GetApproximateSiloStatuses(bool onlyActive = false);

    bool TryGetSiloName(SiloAddress siloAddress, [NotNullWhen(true)] out string? siloName);

    bool IsFunctionalDirectory(SiloAddress siloAddress);

    bool IsDeadSilo(SiloAddress silo);

    bool SubscribeToSiloStatusEvents(ISiloStatusListener observer);

    bool UnSubscribeFromSiloStatusEvents(ISiloStatusListener observer);
}

/// <summary>This silo.</summary>
public interface ILocalSiloDetails
{
    string Name { get; }

    string ClusterId { get; }

    string DnsHostName { get; }

    SiloAddress SiloAddress { get; }

    SiloAddress GatewayAddress { get; }
}
