using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Storage.V1;

namespace Orchestrator.Reconcilers.Volumes;

/// <summary>What a claim must know of its surroundings.</summary>
public sealed record ClaimContext
{
    /// <summary>All volumes, in the order of their names.</summary>
    public IEnumerable<PersistentVolume> Volumes { get; init; } = [];

    /// <summary>A volume by its name.</summary>
    public Func<string, PersistentVolume?> FindVolume { get; init; } = static _ => null;

    /// <summary>All classes.</summary>
    public IEnumerable<StorageClass> Classes { get; init; } = [];

    /// <summary>A class by its name.</summary>
    public Func<string, StorageClass?> FindClass { get; init; } = static _ => null;

    /// <summary>The nodes that can hold volumes.</summary>
    public IEnumerable<Node> Nodes { get; init; } = [];

    /// <summary>The pods of the claim's namespace.</summary>
    public IEnumerable<Pod> Pods { get; init; } = [];
}

/// <summary>What is done to a volume for a claim, before the claim is written.</summary>
public abstract record ClaimAction
{
    private ClaimAction()
    {
    }

    /// <summary>Write down in the volume whose it is; the version read is the precondition.</summary>
    public sealed record Take(PersistentVolume Volume) : ClaimAction;

    /// <summary>Make the volume; one of that name that is the claim's already is as good.</summary>
    public sealed record Make(PersistentVolume Volume) : ClaimAction;

    /// <summary>The volume is larger now; the version read is the precondition.</summary>
    public sealed record Grow(PersistentVolume Volume) : ClaimAction;
}

/// <summary>What one look at a claim came to.</summary>
/// <param name="Next">The claim as it is to be stored after the action; the same instance when nothing changes.</param>
/// <param name="Action">To be done first.</param>
/// <param name="News">To be told after.</param>
/// <param name="IsUnused">It is being deleted and no pod holds it: the protection is to go.</param>
/// <param name="LookAgainAfter">When to look again though nothing changes.</param>
/// <param name="Reasons">Why.</param>
public sealed record ClaimPlan(
    PersistentVolumeClaim Next, ClaimAction? Action = null, IReadOnlyList<VolumeNews>? News = null,
    bool IsUnused = false, TimeSpan? LookAgainAfter = null, IReadOnlyList<ReasonRecord>? Reasons = null);
