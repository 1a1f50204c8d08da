using System.Net;
using Orchestrator.Api.Core.V1;

namespace Orchestrator.Nodes.Volumes;

/// <summary>The text of a pod's /etc/resolv.conf, where it differs from what an engine gives its containers.</summary>
public static class ResolvConf
{
    private const int NameserversMax = 3;
    private const int SearchesMax = 32;

    /// <summary>
    /// The text, or null when the machine's own is the right one: with no DNS of the cluster, ClusterFirst falls back
    /// to it.
    /// </summary>
    /// <param name="spec">The pod.</param>
    /// <param name="machine">What the machine's own says.</param>
    public static string? Text(PodSpec spec, string machine)
    {
        var isOwn = spec.DnsPolicy == "None";
        if (!isOwn && spec.DnsConfig is null) return null;
        var wanted = spec.DnsConfig ?? new PodDNSConfig();
        var lines = isOwn ? [] : machine.Split('\n').Select(line => line.Trim()).ToList();
        var nameservers = Values(lines, "nameserver").Where(IsReachable).Concat(wanted.Nameservers).Distinct();
        var searches = (Values(lines, "search").LastOrDefault() ?? "").Split(' ', '\t')
            .Where(word => word.Length > 0).Concat(wanted.Searches).Distinct();
        string[] parts =
        [
            Line("search", searches.Take(SearchesMax)),
            .. nameservers.Take(NameserversMax).Select(address => $"nameserver {address}\n"),
            Line("options", Options(lines, wanted.Options)),
        ];
        return string.Concat(parts);
    }

    // Of two of one name the pod's own counts.
    private static IEnumerable<string> Options(List<string> lines, IReadOnlyList<PodDNSConfigOption> wanted)
    {
        var options = new OrderedDictionary<string, string?>();
        foreach (var option in Values(lines, "options").SelectMany(line => line.Split(' ', '\t')))
        {
            var parts = option.Split(':', 2);
            if (option.Length > 0) options[parts[0]] = parts.ElementAtOrDefault(1);
        }
        foreach (var option in wanted)
        {
            if (option.Name is { Length: > 0 } name) options[name] = option.Value;
        }
        return options.Select(option =>
            string.IsNullOrEmpty(option.Value) ? option.Key : $"{option.Key}:{option.Value}");
    }

    private static IEnumerable<string> Values(IEnumerable<string> lines, string word) => lines
        .Where(line => line.StartsWith(word, StringComparison.Ordinal) && line.Length > word.Length
            && char.IsWhiteSpace(line[word.Length]))
        .Select(line => line[word.Length..].Trim());

    // A server that only the machine itself can reach is none for a pod.
    private static bool IsReachable(string nameserver) =>
        !IPAddress.TryParse(nameserver.Split('%')[0], out var address) || !IPAddress.IsLoopback(address);

    private static string Line(string word, IEnumerable<string> values)
    {
        var text = string.Join(' ', values);
        return text.Length == 0 ? "" : $"{word} {text}\n";
    }
}
