using Orchestrator.Api.Core.V1;

namespace Orchestrator.Nodes.Volumes;

/// <summary>The host name a pod's containers see.</summary>
public static class PodHostname
{
    /// <summary>Where containers read it.</summary>
    public const string Target = "/etc/hostname";

    /// <summary>The file that is mounted there: a sandbox may have been made before its pod was known.</summary>
    public const string FileName = "etc-hostname";

    private const int LengthMax = 63;

    /// <summary>spec.hostname, else the pod's name; cut to what a host name may be.</summary>
    public static string Of(Pod pod)
    {
        var name = string.IsNullOrEmpty(pod.Spec.Hostname) ? pod.Metadata.Name ?? "" : pod.Spec.Hostname;
        return name.Length <= LengthMax ? name : name[..LengthMax].TrimEnd('-', '.');
    }

    /// <summary>The text of the file.</summary>
    public static string Text(Pod pod) => $"{Of(pod)}\n";
}
