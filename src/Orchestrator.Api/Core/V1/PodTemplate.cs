using Orchestrator.Api.Core.V1.Defaults;
using Orchestrator.Api.Core.V1.Printing;
using Orchestrator.Api.Core.V1.Validation;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1;

/// <summary>What pods are made after, kept by itself.</summary>
public sealed record PodTemplate : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<PodTemplate> Kind { get; } = new("v1", "PodTemplate", "podtemplates")
    {
        HasGeneration = true,
        Columns =
        [
            Cells.Name<PodTemplate>(),
            new("Containers", "string", (template, _) => Cells.ContainerNames(template.Template.Spec)),
            new("Images", "string", (template, _) => Cells.Images(template.Template.Spec)),
            new("Pod Labels", "string", (template, _) => Cells.Labels(template.Template.Metadata.Labels)),
        ],
        Default = static template => template with { Template = PodDefaults.Apply(template.Template) },
        Validate = static (template, _) => Check(template),
        NotActedOn = PodNotActedOn.Below("template.spec."),
    };

    public PodTemplateSpec Template { get; init => field = value ?? new(); } = new();

    private static IReadOnlyList<FieldError> Check(PodTemplate template)
    {
        var errors = new FieldErrors();
        PodTemplateValidation.Check(errors["template"], template.Template);
        return errors.Found;
    }
}
