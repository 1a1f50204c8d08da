using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Core.V1.Defaults;
using Orchestrator.Api.Core.V1.Printing;
using Orchestrator.Api.Core.V1.Validation;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Settings.V1Alpha1;

/// <summary>What pods of a namespace get beside what they ask for, when they are created.</summary>
public sealed record PodPreset : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<PodPreset> Kind { get; } = new("settings.k8s.io/v1alpha1", "PodPreset", "podpresets")
    {
        Columns = [Cells.Name<PodPreset>(), Cells.CreatedAt<PodPreset>()],
        Default = static preset => preset with { Spec = Defaulted(preset.Spec) },
        Validate = static (preset, _) => Check(preset.Spec),
    };

    public PodPresetSpec Spec { get; init => field = value ?? new(); } = new();

    private static PodPresetSpec Defaulted(PodPresetSpec spec) => spec with
    {
        Env = ContainerDefaults.Apply(new Container { Env = spec.Env }).Env,
        Volumes = [.. spec.Volumes.Select(VolumeDefaults.Apply)],
    };

    private static IReadOnlyList<FieldError> Check(PodPresetSpec spec)
    {
        var errors = new FieldErrors();
        var at = errors["spec"];
        LabelSelectorRules.Check(at["selector"], spec.Selector);
        if (spec.Env.Count + spec.EnvFrom.Count + spec.Volumes.Count + spec.VolumeMounts.Count == 0)
        {
            at["volumes"]["env"]["envFrom"]["volumeMounts"].Required("must specify at least one");
        }
        var container = new Container { Env = spec.Env, EnvFrom = spec.EnvFrom, VolumeMounts = spec.VolumeMounts };
        VolumeValidation.Check(at["volumes"], spec.Volumes);
        EnvValidation.Check(at, container);
        ContainerValidation.CheckMounts(at["volumeMounts"], container, new PodSpec { Volumes = spec.Volumes });
        return errors.Found;
    }
}

/// <summary>The <c>PodPresetSpec</c> of the Kubernetes settings/v1alpha1 schema.</summary>
public sealed record PodPresetSpec
{
    public LabelSelector Selector { get; init => field = value ?? new(); } = new();
    public IReadOnlyList<EnvVar> Env { get; init => field = value ?? []; } = [];
    public IReadOnlyList<EnvFromSource> EnvFrom { get; init => field = value ?? []; } = [];
    public IReadOnlyList<Volume> Volumes { get; init => field = value ?? []; } = [];
    public IReadOnlyList<VolumeMount> VolumeMounts { get; init => field = value ?? []; } = [];
}
