using Orchestrator.Api.Meta;
using Orchestrator.ApiServer.Metrics;
using Orchestrator.Nodes;
using Orchestrator.Nodes.Pods;

namespace Orchestrator.ApiServer.Proxy;

/// <summary>The metrics of containers under the names that dashboards know.</summary>
internal static class CadvisorMetrics
{
    public static void Write(MetricText text, NodeReading reading)
    {
        var all = reading.Pods.SelectMany(
            pod => pod.Usage.Containers.Select(container => (Pod: pod, Container: container))).ToList();
        Each("container_cpu_usage_seconds_total", "Cumulative cpu time consumed in seconds.", "counter",
            one => one.Rate.CpuTime.TotalSeconds, ("cpu", "total"));
        Each("container_memory_usage_bytes",
            "Current memory usage in bytes, including all memory regardless of when it was accessed", "gauge",
            one => one.Rate.Measured.MemoryUsageBytes);
        Each("container_memory_working_set_bytes", "Current working set in bytes.", "gauge",
            one => one.Rate.MemoryBytes);
        Each("container_memory_rss", "Size of RSS in bytes.", "gauge", one => one.Rate.Measured.MemoryRssBytes);
        Each("container_processes", "Number of processes running inside the container.", "gauge",
            one => one.Rate.Measured.ProcessCount);
        Each("container_start_time_seconds", "Start time of the container since unix epoch in seconds.", "gauge",
            one => one.Status.State?.Running?.StartedAt?.ToUnixTimeMilliseconds() / 1000.0 ?? 0);
        Each("container_spec_memory_limit_bytes", "Memory limit for the container.", "gauge",
            one => Limit(one, "memory").Value);
        text.Add("container_spec_cpu_quota", "CPU quota of the container.", "gauge",
            all.Where(one => Limit(one.Container, "cpu") > Quantity.Zero).Select(one => new MetricLine(
                LabelsOf(one.Pod, one.Container), Limit(one.Container, "cpu").MilliValue * 100,
                one.Container.Rate.At)));
        text.Add("container_fs_usage_bytes", "Number of bytes that are consumed by the container on this filesystem.",
            "gauge", all.Where(one => one.Pod.SizeOf(one.Container) is not null).Select(one => new MetricLine(
                LabelsOf(one.Pod, one.Container), one.Pod.SizeOf(one.Container)!.LayerBytes, one.Container.Rate.At)));
        WriteNetwork(text, reading);
        WriteMachine(text, reading);

        void Each(string name, string help, string type, Func<NamedRate, double> value,
            params (string, string?)[] more) =>
            text.Add(name, help, type, all.Select(one => new MetricLine(
                LabelsOf(one.Pod, one.Container, more), value(one.Container), one.Container.Rate.At)));
    }

    private static void WriteNetwork(MetricText text, NodeReading reading)
    {
        var all = reading.Pods.Where(pod => pod.Sandbox is not null).SelectMany(pod => pod.Sandbox!.Interfaces
            .OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => (Pod: pod, pair.Key, pair.Value))).ToList();
        Each("container_network_receive_bytes_total", "Cumulative count of bytes received", one => one.ReceivedBytes);
        Each("container_network_receive_errors_total", "Cumulative count of errors encountered while receiving",
            one => one.ReceiveErrors);
        Each("container_network_transmit_bytes_total", "Cumulative count of bytes transmitted", one => one.SentBytes);
        Each("container_network_transmit_errors_total", "Cumulative count of errors encountered while transmitting",
            one => one.SendErrors);

        void Each(string name, string help, Func<InterfaceUsage, double> value) =>
            text.Add(name, help, "counter", all.Select(one => new MetricLine(
                MetricText.Labels(
                    ("container", ""), ("interface", one.Key), ("namespace", one.Pod.Pod.Metadata.Namespace),
                    ("pod", one.Pod.Pod.Metadata.Name)),
                value(one.Value), one.Pod.Sandbox!.At)));
    }

    private static void WriteMachine(MetricText text, NodeReading reading)
    {
        var capacity = reading.Node.Status.Capacity;
        text.Add("machine_cpu_cores", "Number of logical CPU cores.", "gauge",
            [new MetricLine("", capacity.GetValueOrDefault("cpu").MilliValue / 1000.0)]);
        text.Add("machine_memory_bytes", "Amount of memory installed on the machine.", "gauge",
            [new MetricLine("", capacity.GetValueOrDefault("memory").Value)]);
    }

    private static Quantity Limit(NamedRate container, string resource) =>
        container.Status.Resources is { } given ? given.Limits.GetValueOrDefault(resource) : Quantity.Zero;

    private static string LabelsOf(PodReading pod, NamedRate container, params (string, string?)[] more) =>
        MetricText.Labels([("container", container.Name), .. more,
            ("id", $"/docker/{UsageReader.Bare(container.Status.ContainerID ?? "")}"),
            ("image", container.Status.Image),
            ("name", PodLabels.ContainerName(pod.Pod, container.Name, container.Status.RestartCount)),
            ("namespace", pod.Pod.Metadata.Namespace), ("pod", pod.Pod.Metadata.Name)]);
}
