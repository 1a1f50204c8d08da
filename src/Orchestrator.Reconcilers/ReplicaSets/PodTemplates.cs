using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Reconcilers.Lifecycle;

namespace Orchestrator.Reconcilers.ReplicaSets;

/// <summary>Makes pods from templates.</summary>
public static class PodTemplates
{
    /// <summary>The pod a controller asks for: the template under a name, owned by the controller.</summary>
    public static Pod CreatePod(ApiObject owner, PodTemplateSpec template, string name) => new()
    {
        Metadata = new()
        {
            Name = name,
            GenerateName = PodNames.Base(owner.Metadata.Name ?? ""),
            Namespace = owner.Metadata.Namespace,
            Labels = template.Metadata.Labels,
            Annotations = template.Metadata.Annotations,
            Finalizers = template.Metadata.Finalizers,
            OwnerReferences = [Owners.ControllerReference(owner)],
        },
        Spec = template.Spec,
    };
}
