using Orchestrator.ApiServer.Metrics;

namespace Orchestrator.ApiServer.Proxy;

/// <summary>The few metrics of a node's pods that autoscalers live on.</summary>
internal static class ResourceMetrics
{
    public static void Write(MetricText text, NodeReading reading)
    {
        var containers = reading.Pods.SelectMany(
            pod => pod.Usage.Containers.Select(container => (Pod: pod, Container: container))).ToList();
        var at = containers.Count == 0 ? (DateTimeOffset?)null : containers.Min(one => one.Container.Rate.At);
        OfContainers("container_cpu_usage_seconds_total",
            "[STABLE] Cumulative cpu time consumed by the container in core-seconds", "counter",
            rate => rate.CpuTime.TotalSeconds);
        OfContainers("container_memory_working_set_bytes",
            "[STABLE] Current working set of the container in bytes", "gauge", rate => rate.MemoryBytes);
        text.Add("container_start_time_seconds", "[STABLE] Start time of the container since unix epoch in seconds",
            "gauge", containers.Where(one => one.Container.Status.State?.Running?.StartedAt is not null)
                .Select(one => new MetricLine(LabelsOf(one.Pod, one.Container),
                    one.Container.Status.State!.Running!.StartedAt!.Value.ToUnixTimeMilliseconds() / 1000.0)));
        OfNode("node_cpu_usage_seconds_total",
            "[STABLE] Cumulative cpu time consumed by the node in core-seconds", "counter",
            rate => rate.CpuTime.TotalSeconds);
        OfNode("node_memory_working_set_bytes", "[STABLE] Current working set of the node in bytes", "gauge",
            rate => rate.MemoryBytes);
        OfPods("pod_cpu_usage_seconds_total", "[STABLE] Cumulative cpu time consumed by the pod in core-seconds",
            "counter", rate => rate.CpuTime.TotalSeconds);
        OfPods("pod_memory_working_set_bytes", "[STABLE] Current working set of the pod in bytes", "gauge",
            rate => rate.MemoryBytes);
        text.Add("resource_scrape_error",
            "[STABLE] 1 if there was an error while getting container metrics, 0 otherwise", "gauge",
            [new MetricLine("", 0)]);

        void OfContainers(string name, string help, string type, Func<UsageRate, double> value) =>
            text.Add(name, help, type, containers.Select(one => new MetricLine(
                LabelsOf(one.Pod, one.Container), value(one.Container.Rate), one.Container.Rate.At)));

        void OfPods(string name, string help, string type, Func<UsageRate, double> value) =>
            text.Add(name, help, type, reading.Pods.Select(pod => new MetricLine(
                MetricText.Labels(("namespace", pod.Pod.Metadata.Namespace), ("pod", pod.Pod.Metadata.Name)),
                pod.Usage.Containers.Sum(container => value(container.Rate)), pod.Usage.At)));

        void OfNode(string name, string help, string type, Func<UsageRate, double> value) =>
            text.Add(name, help, type, [new MetricLine("", containers.Sum(one => value(one.Container.Rate)), at)]);
    }

    private static string LabelsOf(PodReading pod, NamedRate container) => MetricText.Labels(
        ("container", container.Name), ("namespace", pod.Pod.Metadata.Namespace), ("pod", pod.Pod.Metadata.Name));
}
