using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1.Printing;

/// <summary>The table of nodes.</summary>
internal static class NodeColumns
{
    private const string RolePrefix = "node-role.kubernetes.io/";

    public static IReadOnlyList<Column<Node>> All { get; } =
    [
        Cells.Name<Node>(),
        new("Status", "string", (node, _) => Status(node)),
        new("Roles", "string", (node, _) => Roles(node)),
        Cells.Age<Node>(),
        new("Version", "string", (node, _) => node.Status.NodeInfo?.KubeletVersion ?? ""),
        new("Internal-IP", "string", (node, _) => Address(node, "InternalIP"), IsWide: true),
        new("External-IP", "string", (node, _) => Address(node, "ExternalIP"), IsWide: true),
        new("OS-Image", "string", (node, _) => Cells.OrUnknown(node.Status.NodeInfo?.OsImage), IsWide: true),
        new("Kernel-Version", "string", (node, _) => Cells.OrUnknown(node.Status.NodeInfo?.KernelVersion),
            IsWide: true),
        new("Container-Runtime", "string",
            (node, _) => Cells.OrUnknown(node.Status.NodeInfo?.ContainerRuntimeVersion), IsWide: true),
    ];

    private static string Status(Node node)
    {
        var ready = node.Status.Conditions.FirstOrDefault(condition => condition.Type == "Ready");
        var text = ready is null ? "Unknown" : ready.Status == "True" ? "Ready" : "NotReady";
        return node.Spec.Unschedulable ? $"{text},SchedulingDisabled" : text;
    }

    private static string Roles(Node node)
    {
        var roles = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (key, value) in node.Metadata.Labels)
        {
            if (key.StartsWith(RolePrefix, StringComparison.Ordinal) && key.Length > RolePrefix.Length)
            {
                roles.Add(key[RolePrefix.Length..]);
            }
            else if (key == "kubernetes.io/role" && value.Length > 0) roles.Add(value);
        }
        return Cells.OrNone(string.Join(",", roles));
    }

    private static string Address(Node node, string type) =>
        Cells.OrNone(node.Status.Addresses.FirstOrDefault(address => address.Type == type)?.Address);
}
