using System.Text;
using Orchestrator.Nodes.Environments;

namespace Orchestrator.Nodes.Volumes;

/// <summary>The text of a pod's /etc/hosts.</summary>
public static class HostsFile
{
    private const string OwnHeader = "# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n"
        + "::1\tlocalhost ip6-localhost ip6-loopback\nfe00::0\tip6-localnet\nfe00::0\tip6-mcastprefix\n"
        + "fe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n";

    /// <param name="machine">The machine's own file, for pods on its network.</param>
    public static string Text(PodOnNode facts, string machine)
    {
        var spec = facts.Pod.Spec;
        var text = new StringBuilder();
        if (spec.HostNetwork)
        {
            text.Append("# Kubernetes-managed hosts file (host network).\n").Append(machine);
        }
        else
        {
            text.Append(OwnHeader);
            if (facts.PodIP is { } address)
            {
                var name = PodHostname.Of(facts.Pod);
                var full = PodHostname.FullOf(facts.Pod) is { } whole ? $"{whole}\t" : "";
                text.Append($"{address}\t{full}{name}\n");
            }
        }
        if (spec.HostAliases.Count > 0) text.Append("\n# Entries added by HostAliases.\n");
        foreach (var alias in spec.HostAliases) text.Append($"{alias.Ip}\t{string.Join('\t', alias.Hostnames)}\n");
        return text.ToString();
    }
}
