using System.Globalization;
using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Pods;

namespace Orchestrator.Nodes.Sandboxes;

/// <summary>
/// An infra container that was started before its pod was known. An engine changes neither labels nor the host name of
/// a container, but its name: whoever renames it first has it, and from then on the name says whose it is.
/// </summary>
public static class WarmSandbox
{
    /// <summary>The label of all that were started so, given away or not.</summary>
    public const string Label = "io.orchestrator.warm";

    private const string WaitingPrefix = "k8s_WARM_";
    private const int NameParts = 6;
    private static readonly IReadOnlyDictionary<string, string> NoWords = new Dictionary<string, string>();
    private static readonly IReadOnlyDictionary<string, long> NoSizes = new Dictionary<string, long>();
    private static readonly IReadOnlyDictionary<string, IReadOnlyList<string>> NoDevices =
        new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>One that waits for a pod.</summary>
    /// <param name="node">The node; with <paramref name="series"/> and <paramref name="number"/> it makes the name its
    /// own among all clusters that use one engine.</param>
    public static ContainerSpec SpecOf(string image, string node, string series, int number) =>
        Common(image) with
        {
            Name = string.Create(CultureInfo.InvariantCulture, $"{WaitingPrefix}{node}_{series}_{number}"),
            Labels = new Dictionary<string, string>
            {
                [Label] = "1",
                [ContainerLabels.Role] = PodLabels.InfraRole,
                [ContainerLabels.ContainerName] = ContainerLabels.InfraContainer,
            },
        };

    /// <summary>It waits for a pod.</summary>
    public static bool IsWaiting(string name, IReadOnlyDictionary<string, string> labels) =>
        labels.ContainsKey(Label) && name.StartsWith(WaitingPrefix, StringComparison.Ordinal);

    /// <summary>It was started before its pod was known, so its host name is not the pod's.</summary>
    public static bool WasWarm(ContainerSnapshot seen) => seen.Labels.ContainsKey(Label);

    /// <summary>
    /// A pod whose sandbox is to be so can have a warm one: nothing but names tells it from those that wait.
    /// </summary>
    public static bool IsFitting(ContainerSpec wanted, string image) =>
        Nameless(wanted) == Common(image);

    /// <summary>The labels of a container with those that only its name tells.</summary>
    public static IReadOnlyDictionary<string, string> Identify(
        string name, IReadOnlyDictionary<string, string> labels)
    {
        // k8s_POD_<pod>_<namespace>_<uid>_<attempt>, and none of these holds an underscore.
        if (!labels.ContainsKey(Label) || name.Split('_') is not { Length: NameParts } parts
            || parts[1] != ContainerLabels.InfraContainer)
        {
            return labels;
        }
        return new Dictionary<string, string>(labels)
        {
            [ContainerLabels.PodName] = parts[2],
            [ContainerLabels.PodNamespace] = parts[3],
            [ContainerLabels.PodUid] = parts[4],
            [ContainerLabels.Attempt] = parts[5],
        };
    }

    // What a pod that asks for nothing has.
    private static ContainerSpec Common(string image) => Nameless(ContainerSpecs.Sandbox(new Pod(), image, 0));

    // Lists and maps are compared by reference: empty ones are made the same, others tell the pod from all others.
    private static ContainerSpec Nameless(ContainerSpec spec) => spec with
    {
        Name = "",
        Labels = NoWords,
        Hostname = null,
        Sysctls = spec.Sysctls.Count == 0 ? NoWords : spec.Sysctls,
        Tmpfs = spec.Tmpfs.Count == 0 ? NoSizes : spec.Tmpfs,
        Accelerators = spec.Accelerators.Count == 0 ? NoDevices : spec.Accelerators,
    };
}
