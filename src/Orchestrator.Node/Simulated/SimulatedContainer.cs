using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Nodes.Simulated;

/// <summary>One container of a simulated engine. Everything is read and changed under the engine's lock.</summary>
internal sealed class SimulatedContainer(
    string id, ContainerSpec spec, SimulatedBehaviour behaviour, IReadOnlyDictionary<string, string> labels,
    DateTimeOffset createdAt)
{
    private TaskCompletionSource? _changed;

    public string Id { get; } = id;

    public ContainerSpec Spec { get; private set; } = spec;

    public ContainerLimits Limits { get; set; } = new(spec.CpuShares, spec.CpuQuotaMicros, spec.MemoryBytes);

    public SimulatedBehaviour Behaviour { get; } = behaviour;

    public IReadOnlyDictionary<string, string> Labels { get; private set; } = labels;

    public ContainerPhase Phase { get; set; } = ContainerPhase.Created;

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? FinishedAt { get; set; }

    public int ExitCode { get; set; }

    public bool IsOomKilled { get; set; }

    public string? IpAddress { get; set; }

    public string? Error { get; set; }

    /// <summary>Ends it by itself; null when nothing is due.</summary>
    public ITimer? Ending { get; set; }

    /// <summary>Which start this is: a timer of an earlier one must not end a later one.</summary>
    public int Starts { get; set; }

    public List<(DateTimeOffset Time, string Text)> Lines { get; } = [];

    /// <summary>Those that joined its PID namespace, and end with it.</summary>
    public List<SimulatedContainer> Followers { get; } = [];

    public bool IsStuck { get; set; }

    /// <summary>What its probes find, whatever its behaviour says; null leaves it to that.</summary>
    public bool? IsWell { get; set; }

    /// <summary>How it answers probes.</summary>
    public IReadOnlyList<SimulatedHealth> Health { get; } =
        [.. SimulatedHealth.Of(spec.Env), .. behaviour.Health];

    public bool IsRemoved { get; set; }

    /// <summary>
    /// Completes at the next change: a line, an end, a removal. One who stops waiting may complete it too.
    /// </summary>
    public TaskCompletionSource Changed => _changed is { Task.IsCompleted: false } pending
        ? pending
        : _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What its name says of it changes with the name.</summary>
    public void Rename(string name, IReadOnlyDictionary<string, string> labels)
    {
        Spec = Spec with { Name = name };
        Labels = labels;
    }

    /// <summary>Tells whoever waits; allocates nothing when nobody does.</summary>
    public void Change()
    {
        _changed?.TrySetResult();
        _changed = null;
    }

    public ContainerSnapshot Snapshot(string imageId) =>
        new(Id, Spec.Name, Phase, Labels, Spec.Image, imageId, createdAt)
        {
            StartedAt = StartedAt,
            FinishedAt = FinishedAt,
            ExitCode = ExitCode,
            IsOomKilled = IsOomKilled,
            IpAddress = IpAddress,
            Limits = Limits,
            Error = Error,
        };

    // A real list tells no more than this.
    public ContainerSnapshot Listed(string imageId) =>
        new(Id, Spec.Name, Phase, Labels, Spec.Image, imageId, createdAt);
}
