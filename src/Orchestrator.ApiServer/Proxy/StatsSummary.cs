using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Orchestrator.Api.Core.V1;
using Orchestrator.ApiServer.Metrics;
using Orchestrator.Nodes;

namespace Orchestrator.ApiServer.Proxy;

/// <summary>Writes the summary of what a node's pods use, in the shape that collectors of metrics read.</summary>
internal static class StatsSummary
{
    private const string FirstInterface = "eth0";

    public static void Write(IBufferWriter<byte> output, NodeReading reading, TimeProvider clock)
    {
        using var json = new Utf8JsonWriter(output);
        var node = reading.Node;
        var parts = reading.Pods.SelectMany(pod => pod.Usage.Containers).ToList();
        json.WriteStartObject();
        json.WriteStartObject("node");
        json.WriteString("nodeName", node.Metadata.Name);
        WriteTime(json, "startTime", node.Metadata.CreationTimestamp ?? clock.GetUtcNow());
        var at = parts.Count > 0 ? parts.Min(part => part.Rate.At) : clock.GetUtcNow();
        WriteUsage(json, at, parts, node.Status.Allocatable.GetValueOrDefault("memory").Value);
        json.WriteEndObject();
        json.WriteStartArray("pods");
        foreach (var pod in reading.Pods) WritePod(json, pod);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WritePod(Utf8JsonWriter json, PodReading pod)
    {
        var usage = pod.Usage;
        json.WriteStartObject();
        json.WriteStartObject("podRef");
        json.WriteString("name", usage.Pod.Metadata.Name);
        json.WriteString("namespace", usage.Pod.Metadata.Namespace);
        json.WriteString("uid", usage.Pod.Metadata.Uid);
        json.WriteEndObject();
        if (usage.Pod.Status.StartTime is { } start) WriteTime(json, "startTime", start);
        json.WriteStartArray("containers");
        foreach (var container in usage.Containers) WriteContainer(json, pod, container);
        json.WriteEndArray();
        WriteUsage(json, usage.At, usage.Containers, PodResources.Limits(usage.Pod.Spec)
            .GetValueOrDefault("memory").Value);
        if (pod.Sandbox is { Interfaces.Count: > 0 } sandbox) WriteNetwork(json, sandbox);
        if (usage.Containers.Any(container => pod.SizeOf(container) is not null))
        {
            WriteFiles(json, "ephemeral-storage", usage.At,
                usage.Containers.Sum(container => pod.SizeOf(container)?.Bytes ?? 0));
        }
        json.WriteStartObject("process_stats");
        json.WriteNumber("process_count", usage.Containers.Sum(container => container.Rate.Measured.ProcessCount));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteContainer(Utf8JsonWriter json, PodReading pod, NamedRate container)
    {
        var limit = container.Status.Resources?.Limits.GetValueOrDefault("memory").Value ?? 0;
        json.WriteStartObject();
        json.WriteString("name", container.Name);
        if (container.Status.State?.Running?.StartedAt is { } start) WriteTime(json, "startTime", start);
        WriteUsage(json, container.Rate.At, [container], limit);
        if (pod.SizeOf(container) is { } size)
        {
            WriteFiles(json, "rootfs", container.Rate.At, size.LayerBytes);
            if (size.LogBytes is { } logged) WriteFiles(json, "logs", container.Rate.At, logged);
        }
        json.WriteEndObject();
    }

    private static void WriteUsage(
        Utf8JsonWriter json, DateTimeOffset at, IReadOnlyList<NamedRate> parts, long memoryMax)
    {
        var workingSet = parts.Sum(part => part.Rate.MemoryBytes);
        json.WriteStartObject("cpu");
        WriteTime(json, "time", at);
        json.WriteNumber("usageNanoCores", parts.Sum(part => part.Rate.NanoCores));
        json.WriteNumber("usageCoreNanoSeconds", parts.Sum(part => part.Rate.CpuTime.Ticks * 100));
        json.WriteEndObject();
        json.WriteStartObject("memory");
        WriteTime(json, "time", at);
        if (memoryMax > 0) json.WriteNumber("availableBytes", Math.Max(0, memoryMax - workingSet));
        json.WriteNumber("usageBytes", parts.Sum(part => part.Rate.Measured.MemoryUsageBytes));
        json.WriteNumber("workingSetBytes", workingSet);
        json.WriteNumber("rssBytes", parts.Sum(part => part.Rate.Measured.MemoryRssBytes));
        json.WriteNumber("pageFaults", parts.Sum(part => part.Rate.Measured.PageFaults));
        json.WriteNumber("majorPageFaults", parts.Sum(part => part.Rate.Measured.MajorPageFaults));
        json.WriteEndObject();
    }

    private static void WriteNetwork(Utf8JsonWriter json, ContainerUsage sandbox)
    {
        var first = sandbox.Interfaces.ContainsKey(FirstInterface)
            ? FirstInterface
            : sandbox.Interfaces.Keys.Order(StringComparer.Ordinal).First();
        json.WriteStartObject("network");
        WriteTime(json, "time", sandbox.At);
        WriteInterface(json, first, sandbox.Interfaces[first]);
        json.WriteStartArray("interfaces");
        foreach (var (name, usage) in sandbox.Interfaces.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            json.WriteStartObject();
            WriteInterface(json, name, usage);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteInterface(Utf8JsonWriter json, string name, InterfaceUsage usage)
    {
        json.WriteString("name", name);
        json.WriteNumber("rxBytes", usage.ReceivedBytes);
        json.WriteNumber("rxErrors", usage.ReceiveErrors);
        json.WriteNumber("txBytes", usage.SentBytes);
        json.WriteNumber("txErrors", usage.SendErrors);
    }

    private static void WriteFiles(Utf8JsonWriter json, string name, DateTimeOffset at, long usedBytes)
    {
        json.WriteStartObject(name);
        WriteTime(json, "time", at);
        json.WriteNumber("usedBytes", usedBytes);
        json.WriteEndObject();
    }

    private static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset time) =>
        json.WriteString(name, time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
}
