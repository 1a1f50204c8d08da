namespace Orchestrator.Reconcilers.Scheduling;

/// <summary>A port of a node that a pod takes; "" and 0.0.0.0 stand for all addresses.</summary>
public readonly record struct HostPort(int Port, string Protocol, string Ip)
{
    /// <summary>Both cannot be taken on one node.</summary>
    public bool ConflictsWith(HostPort other) =>
        Port == other.Port && Protocol == other.Protocol && (IsWild || other.IsWild || Ip == other.Ip);

    private bool IsWild => Ip is "" or "0.0.0.0";
}
