using Orchestrator.Grains;

namespace Orchestrator.ApiServer.Proxy;

/// <summary>The metric of a node's probes, under the name that dashboards know.</summary>
internal static class ProbeMetrics
{
    public static void Write(MetricText text, IReadOnlyList<ProbeCounter> counters) =>
        text.Add("prober_probe_total",
            "[BETA] Cumulative number of a liveness, readiness or startup probe for a container by result.", "counter",
            counters.Select(one => new MetricLine(LabelsOf(one), one.Count))
                .OrderBy(line => line.Labels, StringComparer.Ordinal));

    private static string LabelsOf(ProbeCounter one) => MetricText.Labels(
        ("container", one.Container), ("namespace", one.Namespace), ("pod", one.Pod), ("pod_uid", one.PodUid),
        ("probe_type", one.ProbeType), ("result", one.Result));
}
