namespace Orchestrator.Nodes;

/// <summary>
/// A token that the processes of a pod act with. It does not change; a new one takes its place in time.
/// </summary>
/// <param name="IssuedAt">When it was signed.</param>
/// <param name="Expires">When nobody takes it any more.</param>
public sealed record PodToken(string Token, DateTimeOffset IssuedAt, DateTimeOffset Expires)
{
    private const double LifeShare = 0.8;
    private static readonly TimeSpan AgeMax = TimeSpan.FromHours(24);

    /// <summary>When a new one is due: after four fifths of its life, and after a day at the latest.</summary>
    public DateTimeOffset RenewAt
    {
        get
        {
            var share = (Expires - IssuedAt) * LifeShare;
            return IssuedAt + (share < AgeMax ? share : AgeMax);
        }
    }
}
