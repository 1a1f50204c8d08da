using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Pods;
using Orchestrator.Reconcilers.Pods;
using Orchestrator.Reconcilers.Probes;

namespace Orchestrator.Nodes.Probes;

/// <summary>
/// The probes of one pod: one set for each attempt that runs, begun when it is first seen to run and forgotten when it
/// no longer does.
/// </summary>
internal sealed class PodProbes(NodeEngine engine)
{
    private static readonly Dictionary<string, ContainerHealth> None = [];

    private readonly Dictionary<string, ContainerProbes> _byId = [];
    private readonly Dictionary<string, ProbeTally> _tallies = [];
    private Pod _pod = new();

    /// <summary>Something has come to another result.</summary>
    public Action OnChange { get; set; } = () => { };

    /// <summary>What is known of each attempt that has probes.</summary>
    public IReadOnlyDictionary<string, ContainerHealth> Health =>
        _byId.Count == 0 ? None : _byId.ToDictionary(pair => pair.Key, pair => pair.Value.Health);

    /// <summary>How often what came of looking.</summary>
    public IEnumerable<ProbeTotal> Totals =>
        from tally in _tallies
        from counted in tally.Value.Counts
        select new ProbeTotal(_pod.Metadata, tally.Key, counted.Kind, counted.Outcome, counted.Count);

    /// <summary>Brings the probes in line with what runs.</summary>
    /// <param name="pod">With the status that is known of it.</param>
    public void Follow(Pod pod, PodSights sights)
    {
        _pod = pod;
        if (_byId.Count == 0 && !HasProbes(pod.Spec)) return;
        var attempts = sights.Attempts.ToDictionary(attempt => attempt.Id);
        foreach (var id in _byId.Keys.Where(id => !IsAlive(attempts.GetValueOrDefault(id))).ToList())
        {
            _byId[id].Stop();
            _byId.Remove(id);
        }
        foreach (var attempt in attempts.Values.OrderBy(attempt => attempt.Container, StringComparer.Ordinal))
        {
            Begin(attempt, sights.PodIP);
        }
        if (pod.Metadata.DeletionTimestamp is null) return;
        foreach (var probes in _byId.Values) probes.Quiet();
    }

    /// <summary>Ends them all.</summary>
    public void Stop()
    {
        foreach (var probes in _byId.Values) probes.Stop();
        _byId.Clear();
    }

    private void Begin(ContainerAttempt attempt, string? podIP)
    {
        if (attempt is not { Phase: AttemptPhase.Running, StartedAt: { } started }) return;
        if (_byId.ContainsKey(attempt.Id)) return;
        if (PodContainers.Find(_pod.Spec, attempt.Container) is not { } container) return;
        if (!ProbeKinds.HasAny(container) || AddressOf(podIP) is not { } address) return;
        var target = new ProbeTarget(attempt.Id, container, address);
        var age = engine.Time.GetUtcNow() - started;
        var startedAt = engine.Prober.Now - (age > TimeSpan.Zero ? age : TimeSpan.Zero);
        if (!_tallies.TryGetValue(attempt.Container, out var tally))
            _tallies[attempt.Container] = tally = new ProbeTally();
        var probes = new ContainerProbes(
            target, startedAt, Known(attempt), probe => engine.Prober.LookFor(target, probe), Tell, tally);
        _byId[attempt.Id] = probes;
        engine.Prober.Begin(probes);
    }

    private string? AddressOf(string? podIP)
    {
        if (!_pod.Spec.HostNetwork) return string.IsNullOrEmpty(podIP) ? null : podIP;
        return engine.Options.HostIP is { Length: > 0 } host ? host : "127.0.0.1";
    }

    private ContainerStatus? Known(ContainerAttempt attempt) => PodContainers.All(_pod.Status).FirstOrDefault(
        status => status.State?.Running is not null
            && status.ContainerID?.EndsWith($"://{attempt.Id}", StringComparison.Ordinal) == true);

    private void Tell(ProbeNews news)
    {
        if (news.Reason.Length > 0)
        {
            var path = PodContainers.FieldPath(_pod.Spec, news.Container);
            engine.Reports.Event(_pod, path, "Warning", news.Reason, news.Text);
        }
        if (news.IsChange) OnChange();
    }

    // While the engine cannot say, those that were seen to run go on.
    private static bool IsAlive(ContainerAttempt? attempt) =>
        attempt is { Phase: AttemptPhase.Running or AttemptPhase.Unknown };

    private static bool HasProbes(PodSpec spec) =>
        spec.Containers.Any(ProbeKinds.HasAny) || spec.InitContainers.Any(ProbeKinds.HasAny);
}
