using Orchestrator.Api.Core.V1.Defaults;
using Orchestrator.Api.Core.V1.Printing;
using Orchestrator.Api.Core.V1.Validation;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1;

/// <summary>Containers that share network, IPC and volumes, bound to one node once.</summary>
public sealed record Pod : ApiObject
{
    private const string EphemeralContainers = "ephemeralcontainers";
    private const string Resize = "resize";

    /// <summary>The declaration of the kind.</summary>
    public static Kind<Pod> Kind { get; } = new("v1", "Pod", "pods")
    {
        ShortNames = ["po"],
        Categories = ["all"],
        Subresources =
        [
            Subresource.Status, new("log", ["get"]), new("binding", ["create"], "", "v1", "Binding"),
            new("eviction", ["create"], "policy", "v1", "Eviction"), Subresource.Proxy("Pod"),
            new("exec", ["create", "get"], "", "v1", "PodExecOptions"),
            new("attach", ["create", "get"], "", "v1", "PodAttachOptions"),
            new("portforward", ["create", "get"], "", "v1", "PodPortForwardOptions"),
            new(EphemeralContainers, ["get", "patch", "update"]), new(Resize, ["get", "patch", "update"]),
        ],
        HasGeneration = true,
        Default = PodDefaults.Apply,
        PrepareCreate = PodAdmission.Create,
        PrepareUpdate = PodAdmission.Update,
        PrepareStatusUpdate = static (sent, stored) => stored with
        {
            Status = sent.Status with { QosClass = sent.Status.QosClass ?? stored.Status.QosClass },
        },
        PrepareParts = new Dictionary<string, Func<Pod, Pod, Pod>>
        {
            [EphemeralContainers] = static (sent, stored) => stored with
            {
                Spec = stored.Spec with { EphemeralContainers = sent.Spec.EphemeralContainers },
            },
            [Resize] = PodResizeValidation.Prepare,
        },
        Validate = PodValidation.Check,
        ValidateParts = new Dictionary<string, Func<Pod, Pod, IEnumerable<FieldError>>>
        {
            [EphemeralContainers] = EphemeralContainerValidation.CheckUpdate,
            [Resize] = PodResizeValidation.Check,
        },
        Columns = PodColumns.All,
        Completion = PodColumns.Completion,
        NotActedOn = PodNotActedOn.Below("spec."),
        Fields = new Dictionary<string, Func<Pod, string>>
        {
            ["spec.nodeName"] = pod => pod.Spec.NodeName ?? "",
            ["spec.restartPolicy"] = pod => pod.Spec.RestartPolicy ?? "",
            ["spec.schedulerName"] = pod => pod.Spec.SchedulerName ?? "",
            ["spec.serviceAccountName"] = pod => pod.Spec.ServiceAccountName ?? "",
            ["spec.hostNetwork"] = pod => pod.Spec.HostNetwork ? "true" : "false",
            ["status.phase"] = pod => pod.Status.Phase ?? "",
            ["status.podIP"] = pod => PodColumns.Ip(pod) ?? "",
            ["status.nominatedNodeName"] = pod => pod.Status.NominatedNodeName ?? "",
        },
    };

    public PodSpec Spec { get; init => field = value ?? new(); } = new();
    public PodStatus Status { get; init => field = value ?? new(); } = new();
}
