using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Unit.Tests;

/// <summary>Makes objects from one short text each, so that a case of a table is one line.</summary>
internal static class Given
{
    public static DateTimeOffset Now { get; } = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    public static ReplicaSet ReplicaSet(string name, int replicas, int minReadySeconds = 0) => new()
    {
        Metadata = new() { Name = name, Namespace = "default", Uid = $"uid-{name}", Generation = 1 },
        Spec = new()
        {
            Replicas = replicas,
            MinReadySeconds = minReadySeconds,
            Selector = Selector(("app", name)),
            Template = Template(name, "v1"),
        },
    };

    public static Deployment Deployment(
        string name, int replicas, string image = "v1", IntOrString? surge = null,
        IntOrString? unavailable = null) => new()
        {
            Metadata = new() { Name = name, Namespace = "default", Uid = $"uid-{name}", Generation = 1 },
            Spec = new()
            {
                Replicas = replicas,
                Selector = Selector(("app", name)),
                Template = Template(name, image),
                RevisionHistoryLimit = 10,
                ProgressDeadlineSeconds = 600,
                Strategy = new()
                {
                    Type = "RollingUpdate",
                    RollingUpdate = new() { MaxSurge = surge ?? "25%", MaxUnavailable = unavailable ?? "25%" },
                },
            },
        };

    public static PodTemplateSpec Template(string app, string image) => new()
    {
        Metadata = new() { Labels = Map(("app", app)) },
        Spec = new() { Containers = [new() { Name = "main", Image = image }] },
    };

    public static LabelSelector Selector(params (string Key, string Value)[] labels) =>
        new() { MatchLabels = Map(labels) };

    public static Dictionary<string, string> Map(params (string Key, string Value)[] pairs) =>
        pairs.ToDictionary(pair => pair.Key, pair => pair.Value);

    public static OwnerReference Controller(string uid, string kind = "ReplicaSet") => new()
    {
        ApiVersion = "apps/v1",
        Kind = kind,
        Name = uid.Replace("uid-", ""),
        Uid = uid,
        Controller = true,
        BlockOwnerDeletion = true,
    };

    /// <summary>
    /// <c>a:Running:r:node=n1</c> and so on, separated by spaces. Marks: <c>r</c> ready (for an hour), <c>r=5</c> ready
    /// for 5 s, <c>age=9</c>, <c>cost=1</c>, <c>restarts=2</c>, <c>del</c> terminating, <c>owner=uid</c> ("" for none),
    /// <c>app=x</c>, <c>ns=x</c>. Pods are owned by and labelled for "web" unless they say otherwise.
    /// </summary>
    public static IReadOnlyList<Pod> Pods(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Pod)];

    public static Pod Pod(string text)
    {
        var parts = text.Split(':');
        var marks = parts.Skip(2).Select(part => part.Split('=', 2)).ToDictionary(p => p[0],
            p => p.Length > 1 ? p[1] : "");
        var owner = marks.GetValueOrDefault("owner", "uid-web");
        var readyFor = !marks.TryGetValue("r", out var r) ? (int?)null : r.Length == 0 ? 3600 : int.Parse(r);
        return new()
        {
            Metadata = new()
            {
                Name = parts[0],
                Namespace = marks.GetValueOrDefault("ns", "default"),
                Uid = $"uid-{parts[0]}",
                Labels = Map(("app", marks.GetValueOrDefault("app", "web"))),
                Annotations = marks.TryGetValue("cost", out var cost)
                    ? Map(("controller.kubernetes.io/pod-deletion-cost", cost))
                    : Map(),
                OwnerReferences = owner.Length == 0 ? [] : [Controller(owner)],
                CreationTimestamp = Now.AddSeconds(-int.Parse(marks.GetValueOrDefault("age", "7200"))),
                DeletionTimestamp = marks.ContainsKey("del") ? Now.AddSeconds(30) : null,
            },
            Spec = new() { NodeName = marks.GetValueOrDefault("node", "") },
            Status = new()
            {
                Phase = parts.Length > 1 ? parts[1] : "Running",
                Conditions = readyFor is { } seconds
                    ? [new() { Type = "Ready", Status = "True", LastTransitionTime = Now.AddSeconds(-seconds) }]
                    : [],
                ContainerStatuses = [new() { RestartCount = int.Parse(marks.GetValueOrDefault("restarts", "0")) }],
            },
        };
    }
}
