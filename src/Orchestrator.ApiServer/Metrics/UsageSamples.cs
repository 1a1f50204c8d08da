using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Orchestrator.Nodes;

namespace Orchestrator.ApiServer.Metrics;

/// <summary>
/// The latest measurement of each container that somebody asked about. An engine is asked only when somebody asks here,
/// and about one container at most once in <see cref="ApiServerOptions.UsagePeriod"/>, whatever it answered.
/// </summary>
internal sealed class UsageSamples(IOptions<ApiServerOptions> options, TimeProvider clock) : IDisposable
{
    // How many calls wait at a time; the engine measures all containers in the same second.
    private const int CallsMax = 64;

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, Sample> _samples = new();
    private readonly SemaphoreSlim _calls = new(CallsMax);
    private DateTimeOffset _nextCleaning;

    /// <summary>How many containers are remembered.</summary>
    public int Count => _samples.Count;

    /// <summary>What a container uses, or null when that is not known (yet).</summary>
    /// <exception cref="RuntimeUnavailableException">The engine does not answer.</exception>
    public async Task<UsageRate?> ReadAsync(
        IContainerRuntime runtime, string id, DateTimeOffset? startedAt, CancellationToken cancellation)
    {
        Clean();
        var sample = _samples.GetOrAdd(id, static _ => new Sample());
        await sample.Gate.WaitAsync(cancellation);
        try
        {
            var now = clock.GetUtcNow();
            if (now < sample.AskedAt + options.Value.UsagePeriod)
                return sample.Trouble is { } known ? throw new RuntimeUnavailableException(known) : sample.Rate;
            sample.AskedAt = now;
            await MeasureAsync(sample, runtime, id, startedAt, cancellation);
            return sample.Rate;
        }
        finally
        {
            sample.Gate.Release();
        }
    }

    public void Dispose() => _calls.Dispose();

    private async Task MeasureAsync(
        Sample sample, IContainerRuntime runtime, string id, DateTimeOffset? startedAt, CancellationToken cancellation)
    {
        (sample.Rate, sample.Trouble) = (null, null);
        var isDouble = UsageRate.NeedsEarlier(sample.Last, startedAt, sample.AskedAt);
        await _calls.WaitAsync(cancellation);
        try
        {
            var usage = await runtime.ReadUsageAsync(id, isDouble, cancellation);
            sample.Rate = usage is null ? null : UsageRate.Between(sample.Last, usage, startedAt);
            sample.Last = usage;
        }
        catch (RuntimeUnavailableException trouble)
        {
            sample.Trouble = trouble.Message;
            throw;
        }
        catch (OperationCanceledException)
        {
            // Who asked has gone; that says nothing about the container, and the next one may ask at once.
            sample.AskedAt = default;
            throw;
        }
        finally
        {
            _calls.Release();
        }
    }

    // Containers come and go; those nobody asks about are forgotten.
    private void Clean()
    {
        var now = clock.GetUtcNow();
        if (now < _nextCleaning) return;
        _nextCleaning = now + Lifetime;
        foreach (var (id, sample) in _samples)
        {
            if (sample.AskedAt + Lifetime < now) _samples.TryRemove(id, out _);
        }
    }

    private sealed class Sample
    {
        public SemaphoreSlim Gate { get; } = new(1);

        public DateTimeOffset AskedAt { get; set; }

        public ContainerUsage? Last { get; set; }

        public UsageRate? Rate { get; set; }

        public string? Trouble { get; set; }
    }
}
