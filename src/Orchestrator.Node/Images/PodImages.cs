using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Docker;
using Orchestrator.Nodes.Pods;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Nodes.Images;

/// <summary>
/// Gets the images of one pod as its policies say, and tells the user in the kubelet's words. Waits of failed pulls are
/// counted here by image, apart from crashes: two containers of one image share them.
/// </summary>
internal sealed class PodImages(NodeEngine engine, Action wake)
{
    private readonly Dictionary<string, PullBackOff> _backOffs = [];
    private readonly Dictionary<string, string> _told = [];
    private readonly Dictionary<string, string> _pulls = [];

    /// <summary>How far the pulls under way are, by container.</summary>
    public IReadOnlyDictionary<string, string> Pulls => _pulls;

    // From a start of its own: the machine's clock may be set, and nobody shall wait longer or shorter for that.
    private DateTimeOffset Now => DateTimeOffset.UnixEpoch + engine.Time.GetElapsedTime(0);

    /// <param name="isRetry">The container failed to start a moment ago: that its image is there is no news.</param>
    /// <exception cref="StartFailedException">The image cannot be had now.</exception>
    public async Task<RuntimeImage> EnsureAsync(
        Pod pod, Container container, bool isRetry, CancellationToken cancellation)
    {
        var reference = container.Image ?? "";
        if (ImageReference.Fault(reference) is { } fault)
        {
            throw Fail(pod, container, "InspectFailed", "InvalidImageName",
                $"Failed to apply default image tag \"{reference}\": {fault}");
        }
        var policy = container.ImagePullPolicy ?? "IfNotPresent";
        if (policy != "Always" && await FindAsync(pod, container, cancellation) is { } present)
        {
            _told.Remove(container.Name);
            if (isRetry) return present;
            Tell(pod, container, "Normal", "Pulled", $"Container image \"{reference}\" already present on machine");
            return present;
        }
        if (policy == "Never")
        {
            throw Fail(pod, container, "ErrImageNeverPull", "ErrImageNeverPull",
                $"Container image \"{reference}\" is not present with pull policy of Never");
        }
        var image = await PullAsync(pod, container, reference, cancellation);
        _told.Remove(container.Name);
        return image;
    }

    private async Task<RuntimeImage?> FindAsync(Pod pod, Container container, CancellationToken cancellation)
    {
        try
        {
            return await engine.Images.FindAsync(container.Image!, cancellation);
        }
        catch (RuntimeRefusedException refused)
        {
            throw Fail(pod, container, "InspectFailed", "ImageInspectError",
                $"Failed to inspect image \"{container.Image}\": {refused.Message}");
        }
    }

    private async Task<RuntimeImage> PullAsync(
        Pod pod, Container container, string reference, CancellationToken cancellation)
    {
        var now = Now;
        if (_backOffs.GetValueOrDefault(reference) is { } known && known.Left(now) is var left && left > TimeSpan.Zero)
        {
            throw StartFailedException.Pull(
                "ImagePullBackOff", $"Back-off pulling image \"{reference}\": {known.Error}", left);
        }
        var secrets = PullSecrets.Of(pod, engine.Inputs);
        if (secrets.Missing.Count > 0)
        {
            engine.Reports.Event(pod, "", "Warning", "FailedToRetrieveImagePullSecret",
                $"Unable to retrieve some image pull secrets ({string.Join(", ", secrets.Missing)}); "
                + "attempting to pull the image may not succeed.");
        }
        Tell(pod, container, "Normal", "Pulling", $"Pulling image \"{reference}\"");
        var began = engine.Time.GetTimestamp();
        var notices = new PullNotices(reference, engine.Options.Images.ProgressPeriod, engine.Time);
        try
        {
            var pulled = await engine.Images.PullAsync(
                reference, secrets.Keys, progress => Notice(pod, container, notices, progress), cancellation);
            Tell(pod, container, "Normal", "Pulled", $"Successfully pulled image \"{reference}\" in "
                + $"{GoDuration.Text(pulled.Took)} ({GoDuration.Text(engine.Time.GetElapsedTime(began))} including "
                + $"waiting). Image size: {pulled.Image.SizeBytes} bytes.");
            return pulled.Image;
        }
        catch (RuntimeRefusedException refused)
        {
            Tell(pod, container, "Warning", "Failed", $"Failed to pull image \"{reference}\": {refused.Message}");
            Tell(pod, container, "Warning", "Failed", "Error: ErrImagePull");
            throw Delayed(reference, refused.Message, now);
        }
        finally
        {
            _pulls.Remove(container.Name);
        }
    }

    private StartFailedException Delayed(string reference, string why, DateTimeOffset began)
    {
        var now = Now;
        var known = _backOffs.GetValueOrDefault(reference);
        // Two containers of one image that shared a pull have failed once.
        var next = known?.Since >= began ? known : PullBackOff.After(known, $"ErrImagePull: {why}", now);
        _backOffs[reference] = next;
        return StartFailedException.Pull("ErrImagePull", why, next.Left(now));
    }

    private void Notice(Pod pod, Container container, PullNotices notices, PullProgress progress)
    {
        if (notices.Of(progress) is not { } news) return;
        _pulls[container.Name] = news.Text;
        if (news.IsEvent) Tell(pod, container, "Normal", "Pulling", news.Text);
        wake();
    }

    // Nothing is asked of a registry, so looking again soon costs nothing: somebody may just be loading the image.
    private StartFailedException Fail(Pod pod, Container container, string eventReason, string reason, string message)
    {
        if (_told.GetValueOrDefault(container.Name) != message)
        {
            _told[container.Name] = message;
            Tell(pod, container, "Warning", eventReason, message);
            Tell(pod, container, "Warning", "Failed", $"Error: {reason}");
        }
        return StartFailedException.Config(reason, message);
    }

    private void Tell(Pod pod, Container container, string type, string reason, string message) =>
        engine.Reports.Event(pod, PodContainers.FieldPath(pod.Spec, container.Name), type, reason, message);
}
