using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Batch.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1;

/// <summary>Where objects keep the spec of the pods they are or make.</summary>
public static class PodSpecs
{
    /// <summary>The spec and its path in the object, or null for objects that have none.</summary>
    public static (string Path, PodSpec Spec)? Of(ApiObject? obj) => obj switch
    {
        Pod pod => ("spec", pod.Spec),
        PodTemplate template => ("template.spec", template.Template.Spec),
        ReplicationController { Spec.Template: { } template } => (OfTemplate, template.Spec),
        ReplicaSet set => (OfTemplate, set.Spec.Template.Spec),
        Deployment deployment => (OfTemplate, deployment.Spec.Template.Spec),
        StatefulSet set => (OfTemplate, set.Spec.Template.Spec),
        DaemonSet set => (OfTemplate, set.Spec.Template.Spec),
        Job job => (OfTemplate, job.Spec.Template.Spec),
        CronJob cron => ($"spec.jobTemplate.{OfTemplate}", cron.Spec.JobTemplate.Spec.Template.Spec),
        _ => null,
    };

    private const string OfTemplate = "spec.template.spec";
}
