using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1.Validation;

/// <summary>What holds for volumes.</summary>
internal static class PersistentVolumeValidation
{
    private const string FixedClass = "update is forbidden when the VolumeAttributesClass feature gate is disabled";
    private static readonly IReadOnlyList<string> Policies =
        Choices.Of<PersistentVolumeSpec>(nameof(PersistentVolumeSpec.PersistentVolumeReclaimPolicy));

    private static readonly (string Name, Func<PersistentVolumeSpec, object?> Read)[] Sources =
    [
        ("hostPath", s => s.HostPath), ("gcePersistentDisk", s => s.GcePersistentDisk),
        ("awsElasticBlockStore", s => s.AwsElasticBlockStore), ("glusterfs", s => s.Glusterfs),
        ("flocker", s => s.Flocker), ("nfs", s => s.Nfs), ("rbd", s => s.Rbd), ("quobyte", s => s.Quobyte),
        ("cephFS", s => s.Cephfs), ("iscsi", s => s.Iscsi), ("cinder", s => s.Cinder), ("fc", s => s.Fc),
        ("flexVolume", s => s.FlexVolume), ("azureFile", s => s.AzureFile), ("vsphereVolume", s => s.VsphereVolume),
        ("photonPersistentDisk", s => s.PhotonPersistentDisk), ("portworxVolume", s => s.PortworxVolume),
        ("azureDisk", s => s.AzureDisk), ("scaleIO", s => s.ScaleIO), ("local", s => s.Local),
        ("storageos", s => s.Storageos), ("csi", s => s.Csi),
    ];

    /// <summary>What a volume may be made of, by the names of the validation; JSON writes cephfs small.</summary>
    public static IEnumerable<string> SourceNames =>
        Sources.Select(source => source.Name == "cephFS" ? "cephfs" : source.Name);

    public static IReadOnlyList<FieldError> Check(PersistentVolume volume, PersistentVolume? old)
    {
        if (old is not null && ReferenceEquals(volume.Spec, old.Spec)) return [];
        var errors = new FieldErrors();
        var (at, spec) = (errors["spec"], volume.Spec);
        CheckModes(at, spec.AccessModes, "");
        CheckCapacity(at["capacity"], spec.Capacity);
        if (!Policies.Contains(spec.PersistentVolumeReclaimPolicy ?? ""))
            at["persistentVolumeReclaimPolicy"].NotSupported(spec.PersistentVolumeReclaimPolicy, Policies);
        if (spec.NodeAffinity is { } affinity)
        {
            if (affinity.Required is { } required)
                SchedulingValidation.CheckSelector(at["nodeAffinity"]["required"], required);
            else at["nodeAffinity"]["required"].Required("must specify required node constraints");
        }
        CheckSource(at, spec);
        if (spec.StorageClassName is { Length: > 0 } name)
            at["storageClassName"].Invalid(name, NameRules.DnsSubdomain(name));
        var modes = Choices.Of<PersistentVolumeSpec>(nameof(PersistentVolumeSpec.VolumeMode));
        if (spec.VolumeMode is { } mode && !modes.Contains(mode)) at["volumeMode"].NotSupported(mode, modes);
        if (old is not null) CheckUpdate(errors, spec, old.Spec);
        return errors.Found;
    }

    /// <summary>How a volume may be mounted, by one or by many.</summary>
    public static void CheckModes(FieldErrors at, IReadOnlyList<string> modes, string detail)
    {
        string[] known = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];
        if (modes.Count == 0) at["accessModes"].Required(detail);
        foreach (var mode in modes.Where(mode => !known.Contains(mode))) at["accessModes"].NotSupported(mode, known);
        if (modes.Contains("ReadWriteOncePod") && modes.Any(mode => mode != "ReadWriteOncePod" && known.Contains(mode)))
            at["accessModes"].Forbidden("may not use ReadWriteOncePod with other access modes");
    }

    private static void CheckCapacity(FieldErrors at, IReadOnlyDictionary<string, Quantity> capacity)
    {
        if (capacity.Count == 0) at.Required();
        if (!capacity.ContainsKey("storage") || capacity.Count > 1)
            at.NotSupported(capacity.ToDictionary(pair => pair.Key, pair => $"{pair.Value}"), "storage");
        foreach (var (name, amount) in capacity)
        {
            if (amount.IsNegative) at.Key(name).Invalid(amount.Value, "must be a valid resource quantity");
            if (amount <= Quantity.Zero) at.Key(name).Invalid($"{amount}", "must be greater than zero");
        }
    }

    private static void CheckSource(FieldErrors at, PersistentVolumeSpec spec)
    {
        var named = Sources.Where(source => source.Read(spec) is not null).Select(source => source.Name).ToList();
        if (named.Count == 0) at.Required("must specify a volume type");
        foreach (var further in named.Skip(1)) at[further].Forbidden("may not specify more than 1 volume type");
        if (spec.HostPath is { } host)
        {
            VolumeValidation.CheckHostPath(at["hostPath"], host);
            if (host.Path.Length > 0 && host.Path.Trim('/').Length == 0
                && spec.PersistentVolumeReclaimPolicy == "Recycle")
            {
                at["persistentVolumeReclaimPolicy"].Forbidden("may not be 'recycle' for a hostPath mount of '/'");
            }
        }
        if (spec.Nfs is { } nfs) VolumeValidation.CheckNfs(at["nfs"], nfs);
        if (spec.Local is { } local)
        {
            if (local.Path.Length == 0) at["local"]["path"].Required();
            else if (local.Path.Split('/').Contains(".."))
                at["local"]["path"].Invalid(local.Path, "must not contain '..'");
            if (spec.NodeAffinity?.Required is null)
                at["nodeAffinity"].Required("Local volume requires node affinity");
        }
        if (spec.Csi is not { } csi) return;
        if (csi.Driver.Length == 0) at["csi"]["driver"].Required();
        if (csi.VolumeHandle.Length == 0) at["csi"]["volumeHandle"].Required();
    }

    private static void CheckUpdate(FieldErrors errors, PersistentVolumeSpec spec, PersistentVolumeSpec old)
    {
        var now = spec.Csi is { } csi && old.Csi is { ControllerExpandSecretRef: null }
            ? spec with { Csi = csi with { ControllerExpandSecretRef = null } }
            : spec;
        if (Sources.Any(source => !AreSame(source.Read(now), source.Read(old))))
        {
            errors["spec"]["persistentvolumesource"].Forbidden(
                "spec.persistentvolumesource is immutable after creation");
        }
        // The reference names these two without the spec they are in.
        if (spec.VolumeMode != old.VolumeMode) errors["volumeMode"].Invalid(spec.VolumeMode, "field is immutable");
        if (old.NodeAffinity is not null && !ApiJson.AreSame(spec.NodeAffinity, old.NodeAffinity))
        {
            errors["nodeAffinity"].Invalid(
                spec.NodeAffinity, "field is immutable, except for updating from beta label to GA");
        }
        if (spec.VolumeAttributesClassName != old.VolumeAttributesClassName)
            errors["spec"]["volumeAttributesClassName"].Forbidden(FixedClass);
    }

    private static bool AreSame(object? left, object? right) => left is null || right is null
        ? left is null && right is null
        : WrittenForm.AreSame(left, right, ApiJson.TypeInfo(left.GetType()));
}
