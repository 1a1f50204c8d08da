using Orchestrator.Api.Meta;
using Orchestrator.Api.Storage.V1;

namespace Orchestrator.Nodes.Pods;

/// <summary>
/// Removes volumes that nobody claims any more. Who asks again while one is being removed waits with it.
/// </summary>
internal sealed class VolumeErasures(NodeEngine engine)
{
    private readonly Dictionary<string, Task> _running = new(StringComparer.Ordinal);

    public async Task EraseAsync(string handle, CancellationToken cancellation)
    {
        if (LocalStorage.FaultOf(handle) is { } fault)
            throw ApiException.Unavailable($"volumeHandle \"{handle}\" cannot be the name of a directory: {fault}");
        if (!_running.TryGetValue(handle, out var erasure))
            _running[handle] = erasure = EraseNowAsync(handle, cancellation);
        await erasure;
    }

    private async Task EraseNowAsync(string handle, CancellationToken cancellation)
    {
        await Task.Yield();
        try
        {
            if (!await engine.Reports.MayActAsync(isDestructive: true))
                throw ApiException.Unavailable($"node {engine.Options.NodeName} is run by another now");
            await engine.Volumes.EraseAsync(handle, cancellation);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException
            or RuntimeRefusedException or RuntimeUnavailableException)
        {
            throw ApiException.Unavailable(refused.Message);
        }
        finally
        {
            _running.Remove(handle);
        }
    }
}
