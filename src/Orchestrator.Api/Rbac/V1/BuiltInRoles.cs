using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Rbac.V1;

/// <summary>The cluster roles that users of every cluster count on, and who has the highest of them.</summary>
public static class BuiltInRoles
{
    private const string Bootstrapping = "kubernetes.io/bootstrapping";

    private static readonly string[] Reading = ["get", "list", "watch"];
    private static readonly string[] Writing =
        ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

    private static readonly (string Group, string[] Resources)[] Open =
    [
        ("", ["configmaps", "endpoints", "persistentvolumeclaims", "persistentvolumeclaims/status", "pods",
            "replicationcontrollers", "replicationcontrollers/scale", "serviceaccounts", "services",
            "services/status"]),
        ("apps", ["controllerrevisions", "daemonsets", "daemonsets/status", "deployments", "deployments/scale",
            "deployments/status", "replicasets", "replicasets/scale", "replicasets/status", "statefulsets",
            "statefulsets/scale", "statefulsets/status"]),
        ("autoscaling", ["horizontalpodautoscalers", "horizontalpodautoscalers/status"]),
        ("batch", ["cronjobs", "cronjobs/status", "jobs", "jobs/status"]),
        ("networking.k8s.io", ["ingresses", "ingresses/status", "networkpolicies"]),
        ("policy", ["poddisruptionbudgets", "poddisruptionbudgets/status"]),
        ("discovery.k8s.io", ["endpointslices"]),
    ];

    /// <summary>The roles: <c>cluster-admin</c>, <c>admin</c>, <c>edit</c>, <c>view</c>.</summary>
    public static IReadOnlyList<ClusterRole> Roles { get; } =
    [
        Named("cluster-admin",
        [
            new() { Verbs = ["*"], ApiGroups = ["*"], Resources = ["*"] },
            new() { Verbs = ["*"], NonResourceURLs = ["*"] },
        ]),
        Named("admin",
        [
            .. Editing(),
            Rule("authorization.k8s.io", ["create"], "localsubjectaccessreviews"),
            Rule("rbac.authorization.k8s.io", Writing, "rolebindings", "roles"),
        ]),
        Named("edit", Editing()),
        Named("view", Viewing()),
    ];

    /// <summary>Gives the group <c>system:masters</c> the role <c>cluster-admin</c>.</summary>
    public static ClusterRoleBinding Masters { get; } = new()
    {
        Metadata = MetaOf("cluster-admin"),
        RoleRef = new() { ApiGroup = "rbac.authorization.k8s.io", Kind = "ClusterRole", Name = "cluster-admin" },
        Subjects = [new() { ApiGroup = "rbac.authorization.k8s.io", Kind = "Group", Name = "system:masters" }],
    };

    private static PolicyRule[] Viewing() =>
    [
        .. Open.Select(group => Rule(group.Group, Reading, group.Resources)),
        Rule("", Reading, "bindings", "events", "limitranges", "namespaces", "namespaces/status", "pods/log",
            "pods/status", "replicationcontrollers/status", "resourcequotas", "resourcequotas/status"),
    ];

    private static PolicyRule[] Editing() =>
    [
        .. Viewing(),
        .. Open.Select(group => Rule(group.Group, Writing,
            [.. group.Resources.Where(resource => !resource.EndsWith("/status", StringComparison.Ordinal))])),
        Rule("", Writing, "secrets", "pods/attach", "pods/exec", "pods/portforward", "pods/proxy", "services/proxy"),
        Rule("", ["create"], "pods/eviction", "serviceaccounts/token"),
        Rule("", ["impersonate"], "serviceaccounts"),
        Rule("coordination.k8s.io", Writing, "leases"),
    ];

    private static PolicyRule Rule(string group, IReadOnlyList<string> verbs, params IReadOnlyList<string> resources) =>
        new() { ApiGroups = [group], Resources = resources, Verbs = verbs };

    private static ClusterRole Named(string name, IReadOnlyList<PolicyRule> rules) =>
        new() { Metadata = MetaOf(name), Rules = rules };

    private static ObjectMeta MetaOf(string name) => new()
    {
        Name = name,
        Labels = new Dictionary<string, string> { [Bootstrapping] = "rbac-defaults" },
        Annotations = new Dictionary<string, string> { ["rbac.authorization.kubernetes.io/autoupdate"] = "true" },
    };
}
