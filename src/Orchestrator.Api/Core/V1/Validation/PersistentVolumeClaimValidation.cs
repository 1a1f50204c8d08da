using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1.Validation;

/// <summary>What holds for claims.</summary>
internal static class PersistentVolumeClaimValidation
{
    private const string Fixed =
        "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims";

    public static IReadOnlyList<FieldError> Check(PersistentVolumeClaim claim, PersistentVolumeClaim? old)
    {
        if (old is not null && ReferenceEquals(claim.Spec, old.Spec)) return [];
        var errors = new FieldErrors();
        CheckSpec(errors["spec"], claim.Spec);
        if (old is not null) CheckUpdate(errors, claim, old);
        return errors.Found;
    }

    /// <summary>The spec of a claim, or of the template of one.</summary>
    public static void CheckSpec(FieldErrors at, PersistentVolumeClaimSpec spec)
    {
        PersistentVolumeValidation.CheckModes(at, spec.AccessModes, "at least 1 access mode is required");
        LabelSelectorRules.Check(at["selector"], spec.Selector);
        var storage = at["resources"].Key("storage");
        if (Requested(spec) is not { } amount) storage.Required();
        else if (amount <= Quantity.Zero) storage.Invalid($"{amount}", "must be greater than zero");
        if (spec.StorageClassName is { Length: > 0 } name)
            at["storageClassName"].Invalid(name, NameRules.DnsSubdomain(name));
        var modes = Choices.Of<PersistentVolumeClaimSpec>(nameof(PersistentVolumeClaimSpec.VolumeMode));
        if (spec.VolumeMode is { } mode && !modes.Contains(mode)) at["volumeMode"].NotSupported(mode, modes);
        if (spec.DataSource is { } source)
            CheckSource(at["dataSource"], source.ApiGroup ?? "", source.Kind ?? "", source.Name ?? "");
        if (spec.DataSourceRef is not { } reference) return;
        CheckSource(at["dataSourceRef"], reference.ApiGroup ?? "", reference.Kind ?? "", reference.Name ?? "");
        if (reference.Namespace is { Length: > 0 } ns)
        {
            at["dataSourceRef"]["namespace"].Invalid(ns, NameRules.DnsLabel(ns));
            if (spec.DataSource is not null)
                at.Invalid($"{at.Path}.dataSource", "may not be specified when dataSourceRef.namespace is specified");
        }
        else if (spec.DataSource is { } older && (older.ApiGroup, older.Kind, older.Name)
            != (reference.ApiGroup, reference.Kind, reference.Name))
        {
            at.Invalid($"{at.Path}.dataSource", "must match dataSourceRef");
        }
    }

    private static void CheckSource(FieldErrors at, string group, string kind, string name)
    {
        if (name.Length == 0) at["name"].Required();
        if (kind.Length == 0) at["kind"].Required();
        if (group.Length > 0) at["apiGroup"].Invalid(group, NameRules.DnsSubdomain(group));
        else if (kind != "PersistentVolumeClaim")
            at.Invalid(kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup");
    }

    private static void CheckUpdate(FieldErrors errors, PersistentVolumeClaim claim, PersistentVolumeClaim old)
    {
        var (at, spec, before) = (errors["spec"], claim.Spec, old.Spec);
        var isBound = claim.Status.Phase == "Bound";
        // A volume and a class may be given to it once.
        var allowed = before with
        {
            VolumeName = string.IsNullOrEmpty(before.VolumeName) ? spec.VolumeName : before.VolumeName,
            StorageClassName = before.StorageClassName ?? spec.StorageClassName,
            Resources = isBound && Requested(spec) is { } size
                ? WithStorage(before.Resources ?? new(), size)
                : before.Resources,
            VolumeAttributesClassName = isBound
                ? spec.VolumeAttributesClassName ?? before.VolumeAttributesClassName
                : before.VolumeAttributesClassName,
        };
        if (!ApiJson.AreSame(spec, allowed)) at.Forbidden(Fixed);
        if (Requested(spec) < Requested(before)
            && Requested(spec) <= old.Status.Capacity.GetValueOrDefault("storage"))
        {
            at["resources"]["requests"]["storage"].Forbidden("field can not be less than status.capacity");
        }
        // The reference names this one without the spec it is in.
        if (spec.VolumeMode != before.VolumeMode) errors["volumeMode"].Invalid(spec.VolumeMode, "field is immutable");
        if (spec.VolumeAttributesClassName != before.VolumeAttributesClassName)
        {
            at["volumeAttributesClassName"].Forbidden(
                "update is forbidden when the VolumeAttributesClass feature gate is disabled");
        }
    }

    private static VolumeResourceRequirements WithStorage(VolumeResourceRequirements resources, Quantity amount) =>
        resources with
        {
            Requests = new Dictionary<string, Quantity>(resources.Requests) { ["storage"] = amount },
        };

    private static Quantity? Requested(PersistentVolumeClaimSpec spec) =>
        spec.Resources?.Requests.TryGetValue("storage", out var amount) == true ? amount : null;
}
