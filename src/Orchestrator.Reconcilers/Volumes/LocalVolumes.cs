using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Storage.V1;

namespace Orchestrator.Reconcilers.Volumes;

/// <summary>Decides what the cluster's own provisioner makes, and where.</summary>
public static class LocalVolumes
{
    private const string HostnameLabel = "kubernetes.io/hostname";

    /// <summary>The name of the volume that is made for a claim.</summary>
    public static string NameFor(PersistentVolumeClaim claim) => $"pvc-{claim.Metadata.Uid}";

    /// <summary>The volume for a claim, on a node.</summary>
    public static PersistentVolume For(PersistentVolumeClaim claim, StorageClass storage, Node node)
    {
        var name = NameFor(claim);
        return new()
        {
            Metadata = new()
            {
                Name = name,
                Annotations = new Dictionary<string, string>
                {
                    [VolumeAnnotations.ProvisionedBy] = LocalStorage.Provisioner,
                },
            },
            Spec = new()
            {
                Capacity = new Dictionary<string, Quantity> { ["storage"] = ClaimGrowth.Requested(claim) },
                AccessModes = claim.Spec.AccessModes,
                VolumeMode = "Filesystem",
                PersistentVolumeReclaimPolicy = storage.ReclaimPolicy ?? "Delete",
                StorageClassName = storage.Metadata.Name,
                ClaimRef = ReferenceTo(claim),
                Csi = new()
                {
                    Driver = LocalStorage.Provisioner,
                    VolumeHandle = name,
                    VolumeAttributes = new Dictionary<string, string>
                    {
                        [LocalStorage.NodeAttribute] = node.Metadata.Name ?? "",
                    },
                },
                NodeAffinity = new() { Required = new() { NodeSelectorTerms = [Only(node)] } },
            },
        };
    }

    /// <summary>Why no volume of a class of ours can be made for the claim, or null.</summary>
    public static string? Refusal(PersistentVolumeClaim claim, StorageClass storage)
    {
        if (storage.Provisioner != LocalStorage.Provisioner) return null;
        if (claim.Spec.VolumeMode == "Block")
            return "volumes of this class are directories: volumeMode Block cannot be had, use Filesystem";
        return claim.Spec.DataSource is null && claim.Spec.DataSourceRef is null
            ? null
            : "volumes of this class begin empty: leave dataSource and dataSourceRef out";
    }

    /// <summary>The class lets its volumes be on the node.</summary>
    public static bool Allows(StorageClass storage, Node node) =>
        storage.AllowedTopologies.Count == 0
        || storage.AllowedTopologies.Any(term => term.MatchLabelExpressions.All(expression =>
            node.Metadata.Labels.TryGetValue(expression.Key, out var value) && expression.Values.Contains(value)));

    /// <summary>
    /// Where a volume is made that nobody waits for: on a node that takes pods, of these the one with the fewest.
    /// </summary>
    public static Node? Choose(StorageClass storage, ClaimContext context)
    {
        var counts = context.Volumes.Select(LocalStorage.NodeOf).CountBy(node => node).ToDictionary();
        return context.Nodes
            .Where(node => Allows(storage, node) && !node.Spec.Unschedulable
                && Scheduling.NodeTraits.Taints(node).All(taint => taint.Effect == "PreferNoSchedule"))
            .OrderBy(node => counts.GetValueOrDefault(node.Metadata.Name ?? ""))
            .ThenBy(node => node.Metadata.Name, StringComparer.Ordinal)
            .FirstOrDefault();
    }

    /// <summary>How a volume names its claim.</summary>
    public static ObjectReference ReferenceTo(PersistentVolumeClaim claim) => new()
    {
        Kind = PersistentVolumeClaim.Kind.Name,
        ApiVersion = PersistentVolumeClaim.Kind.ApiVersion,
        Namespace = claim.Metadata.Namespace,
        Name = claim.Metadata.Name,
        Uid = claim.Metadata.Uid,
        ResourceVersion = claim.Metadata.ResourceVersion,
    };

    private static NodeSelectorTerm Only(Node node) =>
        node.Metadata.Labels.TryGetValue(HostnameLabel, out var hostname)
            ? new() { MatchExpressions = [new() { Key = HostnameLabel, Operator = "In", Values = [hostname] }] }
            : new()
            {
                MatchFields = [new() { Key = "metadata.name", Operator = "In", Values = [node.Metadata.Name ?? ""] }],
            };
}
