namespace Orchestrator.Nodes.Docker;

/// <content>What containers use.</content>
internal sealed partial class DockerClient
{
    private static readonly Version OneShot = new(1, 41);

    /// <summary>What containers with a label have written, running or not.</summary>
    public Task<ListedContainer[]> ListSizesAsync(
        string label, IReadOnlyCollection<string> ids, CancellationToken cancellation)
    {
        var filters = Filters(("label", [label]), ("id", [.. ids]));
        return _connection.CallAsync(
            DockerCall.Get($"containers/json?all=1&size=1&filters={filters}", Options.StartTimeout),
            DockerJson.Default.ListedContainerArray, cancellation);
    }

    /// <summary>What a container uses, or null when there is none.</summary>
    /// <param name="id">The container.</param>
    /// <param name="twice">The engine measures twice, a second apart; else once, if it is new enough to do so.</param>
    public async Task<ContainerStats?> StatsAsync(string id, bool twice, CancellationToken cancellation)
    {
        var isOnce = !twice && await NegotiateAsync(cancellation) >= OneShot;
        try
        {
            return await _connection.CallAsync(
                Get($"containers/{Escape(id)}/stats?stream=false{(isOnce ? "&one-shot=true" : "")}"),
                DockerJson.Default.ContainerStats, cancellation);
        }
        catch (RuntimeRefusedException refused) when (refused.Code == 404)
        {
            return null;
        }
    }
}
