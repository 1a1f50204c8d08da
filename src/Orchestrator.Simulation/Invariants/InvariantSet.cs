using System.Globalization;
using System.Security.Cryptography;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Grains;
using Orchestrator.Nodes;
using Orchestrator.Simulations.Faults;
using Orchestrator.Storage;

namespace Orchestrator.Simulations.Invariants;

/// <summary>
/// All invariants of a world. The first violation ends the run; everything seen is a line of the log.
/// </summary>
internal sealed class InvariantSet(SimulatedWorld world, FaultOptions faults)
{
    private readonly IReadOnlyList<Invariant> _all =
    [
        new DenseRevisions(), new BoundOnce(), new NodesHaveRoom(world), new PodsOnlyMoveOn(world),
        new ReplicasAreBounded(world), new OneContainerAtATime(world), new AcknowledgedWritesStay(world),
        new ClaimsKeepTheirVolume(),
        .. faults.Kinds.Count == 0 ? [new AvailableDuringRollouts(world)] : Array.Empty<Invariant>(),
    ];

    public void See(IReadOnlyList<ObjectChange> changes)
    {
        foreach (var change in changes)
        {
            world.Log.Add("store", LineOf(change));
            Count(change);
            Check(invariant => invariant.See(change));
        }
    }

    public void See(string node, RuntimeEvent what)
    {
        var labels = what.Labels;
        world.Counters.Add($"containers: {what.Type}");
        world.Log.Add("engine", $"{node} {what.Type} {labels[ContainerLabels.PodNamespace]}/"
            + $"{labels[ContainerLabels.PodName]} {labels[ContainerLabels.ContainerName]} "
            + $"{labels[ContainerLabels.Attempt]} of {labels[ContainerLabels.PodUid]}");
        Check(invariant => invariant.See(node, what));
    }

    public void SeeAcknowledged(ObjectKey key, WriteResult result) =>
        Check(invariant => invariant.SeeAcknowledged(key, result));

    public void SeeSettled() => Check(invariant => invariant.SeeSettled());

    // Called by the committer and by engines, who must not be made to fail: the run is.
    private void Check(Action<Invariant> look)
    {
        foreach (var invariant in _all)
        {
            try
            {
                look(invariant);
            }
            catch (Exception violation)
            {
                world.Scheduler.Fail(violation);
            }
        }
        world.Counters.Add("invariants checked", _all.Count);
    }

    private void Count(ObjectChange change)
    {
        if (change.Object.Object is not Pod pod) return;
        var before = change.Previous?.Object as Pod;
        if (change.Type == ChangeType.Added) world.Counters.Add("pods created");
        if (change.Type == ChangeType.Deleted) world.Counters.Add("pods removed");
        if (pod.Spec.NodeName is { Length: > 0 } && before is { Spec.NodeName: null or "" })
        {
            world.Counters.Add("pods placed");
            world.Placements.See();
        }
        if (before is null || change.Type != ChangeType.Modified) return;
        var restarts = Restarts(pod) - Restarts(before);
        if (restarts > 0) world.Counters.Add("restarts", restarts);
    }

    private static int Restarts(Pod pod) => pod.Status.ContainerStatuses.Sum(status => status.RestartCount);

    // The digest makes equal logs mean equal histories.
    private static string LineOf(ObjectChange change)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(change.Object.Json.Span, digest);
        var shown = change.Object.Object switch
        {
            Pod pod => $" {pod.Status.Phase} on {pod.Spec.NodeName}{(IsGoing(pod) ? " deleting" : "")}",
            PersistentVolumeClaim claim => $" {claim.Status.Phase} {claim.Spec.VolumeName}",
            PersistentVolume volume => $" {volume.Status.Phase}",
            Event happened => $" {happened.Reason} x{happened.Count} {happened.Message?.ReplaceLineEndings(" ")}",
            Api.Apps.V1.ReplicaSet set => $" {set.Status.ReadyReplicas}/{set.Spec.Replicas}",
            Api.Apps.V1.Deployment deployment => $" {deployment.Status.AvailableReplicas}/{deployment.Spec.Replicas}",
            _ => "",
        };
        return string.Create(CultureInfo.InvariantCulture,
            $"{change.Revision} {change.Type} {change.Object.Key}{shown} {Convert.ToHexStringLower(digest[..6])}");
    }

    private static bool IsGoing(Pod pod) => pod.Metadata.DeletionTimestamp is not null;
}
