using Microsoft.Extensions.Logging;
using Orchestrator.Nodes.Pods;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Nodes.Images;

/// <summary>An image that was pulled, and how long that took without waiting for others.</summary>
internal sealed record PulledImage(RuntimeImage Image, TimeSpan Took);

/// <summary>
/// The images of a node. Pods that want the same image at the same time, and may have it for the same reason, share one
/// pull.
/// </summary>
internal sealed class ImageStore(
    IContainerRuntime runtime, ImageOptions options, int pullsMax, TimeProvider time, ILogger logger) : IDisposable
{
    // Beyond the silence that is ours to judge, the engine itself must be gone.
    private static readonly TimeSpan NetBelow = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, SharedPull> _pulls = [];
    private readonly CredentialsFile _credentials = new(options.CredentialsFile, logger);
    private readonly Gate _gate = new(pullsMax);
    private readonly CancellationTokenSource _ended = new();

    /// <summary>An image was pulled since this was last set to false.</summary>
    public bool HasNew { get; set; }

    public Task<RuntimeImage?> FindAsync(string reference, CancellationToken cancellation) =>
        runtime.FindImageAsync(reference, cancellation);

    /// <summary>
    /// Joins a pull under way or begins one. Giving up the wait does not end the pull: others may want it.
    /// </summary>
    /// <param name="keys">What the pod itself may open, which goes before what the node may.</param>
    /// <exception cref="RuntimeRefusedException">Nobody gave it; the message says why, and holds no secret.</exception>
    public async Task<PulledImage> PullAsync(
        string reference, Keyring keys, Action<PullProgress> onProgress, CancellationToken cancellation)
    {
        var attempts = AttemptsFor(reference, keys);
        // Who opens the door with another key must not come in behind somebody else.
        var key = string.Join('\n', attempts.Select(one => (one.Reference, one.Credential?.Username,
            one.Credential?.Password, one.Credential?.IdentityToken)));
        if (!_pulls.TryGetValue(key, out var pull))
        {
            pull = new SharedPull();
            pull.Task = PullOnceAsync(key, pull, attempts);
            if (!pull.Task.IsCompleted) _pulls[key] = pull;
        }
        pull.Listeners.Add(onProgress);
        try
        {
            return await pull.Task.WaitAsync(cancellation);
        }
        finally
        {
            pull.Listeners.Remove(onProgress);
        }
    }

    public void Dispose()
    {
        _ended.Cancel();
        _ended.Dispose();
    }

    // Mirrors in their order, then the registry itself; each with the credentials that fit it, or with none.
    private List<ImagePull> AttemptsFor(string reference, Keyring keys)
    {
        var (name, own) = (RepositoryName.Of(reference), _credentials.Read());
        var attempts = new List<ImagePull>();
        foreach (var from in options.Mirrors.ReferencesFor(name).Append(reference))
        {
            var asked = RepositoryName.Of(from);
            List<RegistryCredential> fitting = [.. keys.Find(asked), .. own.Find(asked)];
            attempts.AddRange(fitting.Distinct().Cast<RegistryCredential?>().DefaultIfEmpty(null).Select(
                credential => new ImagePull(from)
                {
                    KeepAs = from == reference ? null : reference,
                    Credential = credential,
                }));
        }
        return attempts;
    }

    private async Task<PulledImage> PullOnceAsync(string key, SharedPull pull, List<ImagePull> attempts)
    {
        await _gate.EnterAsync(_ended.Token);
        try
        {
            var began = time.GetTimestamp();
            var image = await TryEachAsync(pull, attempts);
            HasNew = true;
            return new PulledImage(image, time.GetElapsedTime(began));
        }
        finally
        {
            _gate.Leave();
            _pulls.Remove(key);
        }
    }

    private async Task<RuntimeImage> TryEachAsync(SharedPull pull, List<ImagePull> attempts)
    {
        var refusals = new List<(string From, string Why, int Code)>();
        foreach (var attempt in attempts)
        {
            try
            {
                return await PullAsync(attempt, pull);
            }
            catch (RuntimeRefusedException refused)
            {
                var why = attempt.Credential?.Hide(refused.Message) ?? refused.Message;
                logger.LogWarning("The {Pull} failed: {Why}", attempt, why);
                refusals.Add((attempt.Reference, why, refused.Code));
            }
        }
        throw new RuntimeRefusedException(refusals[^1].Code, Sentence(refusals));
    }

    // What the registry itself said comes first, for it is what the user asked for.
    private static string Sentence(List<(string From, string Why, int Code)> refusals)
    {
        var registry = refusals[^1].From;
        var own = refusals.Where(one => one.From == registry).Select(one => one.Why).Distinct();
        var mirrors = refusals.Where(one => one.From != registry)
            .Select(one => $"{RepositoryName.Of(one.From).Host} said: {one.Why}").Distinct();
        return string.Join("; ", own.Concat(mirrors));
    }

    private async Task<RuntimeImage> PullAsync(ImagePull attempt, SharedPull pull)
    {
        var silenceMax = options.PullSilenceMax > TimeSpan.Zero ? options.PullSilenceMax : Timeout.InfiniteTimeSpan;
        using var silence = new CancellationTokenSource(silenceMax, time);
        using var watch = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, _ended.Token);
        PullProgress? last = null;
        try
        {
            return await runtime.PullImageAsync(
                attempt with
                {
                    SilenceMax = silenceMax > TimeSpan.Zero ? silenceMax + NetBelow : silenceMax,
                    OnProgress = progress =>
                    {
                        last = progress;
                        silence.CancelAfter(silenceMax);
                        foreach (var listener in pull.Listeners.ToList()) listener(progress);
                    },
                },
                watch.Token);
        }
        catch (OperationCanceledException) when (!_ended.IsCancellationRequested)
        {
            throw new RuntimeRefusedException(504,
                $"the pull made no progress for {GoDuration.Text(silenceMax)} and was cancelled"
                + (last is { TotalBytes: > 0 } ? $", at {PullNotices.Amount(last)}" : ""));
        }
    }

    private sealed class SharedPull
    {
        public Task<PulledImage> Task { get; set; } = null!;

        public List<Action<PullProgress>> Listeners { get; } = [];
    }
}
