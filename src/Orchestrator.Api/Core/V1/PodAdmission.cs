namespace Orchestrator.Api.Core.V1;

/// <summary>
/// What the server adds to a pod at creation, beyond defaults: account, priority, tolerations, first status.
/// </summary>
internal static class PodAdmission
{
    private const long TolerateTroubleSeconds = 300;
    private static readonly string[] Troubles = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];

    public static Pod Create(Pod pod)
    {
        // A mirror shows what runs already, and that has no account.
        var account = !string.IsNullOrEmpty(pod.Spec.ServiceAccountName) || MirrorPods.IsMirror(pod)
            ? pod.Spec.ServiceAccountName
            : "default";
        var spec = pod.Spec with
        {
            ServiceAccountName = account,
            ServiceAccount = account,
            Priority = PriorityOf(pod.Spec.PriorityClassName),
            PreemptionPolicy = pod.Spec.PreemptionPolicy ?? "PreemptLowerPriority",
            Tolerations = WithTroubles(pod.Spec.Tolerations),
        };
        return pod with { Spec = spec, Status = FirstStatus(spec) };
    }

    public static Pod Update(Pod sent, Pod stored) => sent with
    {
        Spec = sent.Spec with
        {
            Priority = sent.Spec.Priority ?? stored.Spec.Priority,
            PreemptionPolicy = sent.Spec.PreemptionPolicy ?? stored.Spec.PreemptionPolicy,
            Tolerations = WithTroubles(sent.Spec.Tolerations),
        },
        Status = stored.Status,
    };

    private static PodStatus FirstStatus(PodSpec spec) => new()
    {
        Phase = "Pending",
        QosClass = V1.QosClass.Of(spec),
        Conditions = spec.SchedulingGates.Count == 0
            ? []
            :
            [
                new()
                {
                    Type = "PodScheduled", Status = "False", Reason = "SchedulingGated",
                    Message = "Scheduling is blocked due to non-empty scheduling gates",
                },
            ],
    };

    // The two classes every cluster has; classes of the user's own come with the kind PriorityClass.
    private static int PriorityOf(string? priorityClass) => priorityClass switch
    {
        "system-node-critical" => 2000001000,
        "system-cluster-critical" => 2000000000,
        _ => 0,
    };

    private static IReadOnlyList<Toleration> WithTroubles(IReadOnlyList<Toleration> tolerations)
    {
        var missing = Troubles.Where(key => !tolerations.Any(t =>
            (t.Key == key || string.IsNullOrEmpty(t.Key))
                && (t.Effect == "NoExecute" || string.IsNullOrEmpty(t.Effect))));
        return
        [
            .. tolerations,
            .. missing.Select(key => new Toleration
            {
                Key = key, Operator = "Exists", Effect = "NoExecute", TolerationSeconds = TolerateTroubleSeconds,
            }),
        ];
    }
}
