using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Nodes.Pods;

/// <summary>Gives a running container another share of the machine.</summary>
internal sealed class ContainerResize(NodeEngine engine)
{
    private const string Failure = "ResizeError";

    /// <returns>When the engine says that it is so.</returns>
    /// <exception cref="StartFailedException">It does not; the message is for the pod's condition.</exception>
    public async Task DoAsync(PodAction.ResizeContainer resize, CancellationToken cancellation)
    {
        await RefuseBelowUseAsync(resize, cancellation);
        try
        {
            await engine.Runtime.UpdateAsync(resize.Id, resize.Wanted, cancellation);
        }
        catch (RuntimeRefusedException refused)
        {
            throw StartFailedException.Engine(
                Failure, $"failed to resize container \"{resize.Name}\": {refused.Message}");
        }
        if (await engine.InspectAsync(resize.Id, cancellation) is { Phase: ContainerPhase.Running, Limits: { } given }
            && given != resize.Wanted)
        {
            throw StartFailedException.Engine(Failure,
                $"failed to resize container \"{resize.Name}\": the engine took the change but gives {given}");
        }
    }

    // The kernel would take it, and kill.
    private async Task RefuseBelowUseAsync(PodAction.ResizeContainer resize, CancellationToken cancellation)
    {
        var wanted = resize.Wanted.MemoryBytes;
        var isLess = wanted > 0 && (resize.Given.MemoryBytes == 0 || wanted < resize.Given.MemoryBytes);
        if (!isLess) return;
        if (await engine.Runtime.ReadUsageAsync(resize.Id, false, cancellation) is { } usage
            && usage.MemoryBytes > wanted)
        {
            throw StartFailedException.Engine(Failure, "cannot decrease memory limits: attempting to set container "
                + $"\"{resize.Name}\" memory limit ({wanted}) below current usage ({usage.MemoryBytes})");
        }
    }
}
