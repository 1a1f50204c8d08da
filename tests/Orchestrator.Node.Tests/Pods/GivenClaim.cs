using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Storage.V1;
using Orchestrator.Reconcilers.Lifecycle;

namespace Orchestrator.Nodes.Tests.Pods;

/// <summary>Claims that are bound, and pods that use them.</summary>
internal static class GivenClaim
{
    /// <summary>Bound to a volume of the cluster's own provisioner; returns the volume's handle.</summary>
    public static string Ours(TestCluster cluster, string claim, Pod? owner = null)
    {
        var handle = $"pvc-{claim}-{System.Environment.ProcessId}-{System.Environment.TickCount64}";
        Bind(cluster, claim, handle,
            new() { Csi = new() { Driver = LocalStorage.Provisioner, VolumeHandle = handle } }, owner);
        return handle;
    }

    /// <summary>Bound to a volume that a user made.</summary>
    public static void Bind(
        TestCluster cluster, string claim, string volume, PersistentVolumeSpec spec, Pod? owner = null)
    {
        cluster.Volumes[volume] = new()
        {
            Metadata = new() { Name = volume },
            Spec = spec with { ClaimRef = new() { Namespace = "default", Name = claim, Uid = $"uid-{claim}" } },
        };
        cluster.Claims[claim] = new()
        {
            Metadata = new()
            {
                Name = claim,
                Namespace = "default",
                Uid = $"uid-{claim}",
                OwnerReferences = owner is null ? [] : [Owners.ControllerReference(owner)],
            },
            Spec = new() { AccessModes = ["ReadWriteOnce"], VolumeName = volume },
            Status = new() { Phase = "Bound", Capacity = Map<Quantity>.Empty },
        };
    }

    /// <summary>A pod that brings the claim that is mounted at <c>/kept</c>.</summary>
    public static Pod Bringing(string name, string script) => Using(name, "", script).With(spec => spec with
    {
        Volumes = [new() { Name = "kept", Ephemeral = new() { VolumeClaimTemplate = new() { Spec = new() } } }],
    });

    /// <summary>A pod with the claim mounted at <c>/kept</c>.</summary>
    public static Pod Using(
        string name, string claim, string script, bool isReadOnly = false, string? subPath = null) =>
        GivenPod.Of(name, GivenPod.Shell("c", script) with
        {
            VolumeMounts = [new() { Name = "kept", MountPath = "/kept", SubPath = subPath }],
        }).With(spec => spec with
        {
            RestartPolicy = "Never",
            TerminationGracePeriodSeconds = 1,
            Volumes =
            [
                new()
                {
                    Name = "kept",
                    PersistentVolumeClaim = new() { ClaimName = claim, ReadOnly = isReadOnly },
                },
            ],
        });
}
