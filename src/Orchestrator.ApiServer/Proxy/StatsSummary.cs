using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Orchestrator.Api.Core.V1;
using Orchestrator.ApiServer.Metrics;

namespace Orchestrator.ApiServer.Proxy;

/// <summary>Writes the summary of what a node's pods use, in the shape that collectors of metrics read.</summary>
internal static class StatsSummary
{
    public static void Write(
        IBufferWriter<byte> output, Node node, IReadOnlyList<PodUsage> pods, TimeProvider clock)
    {
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteStartObject("node");
        json.WriteString("nodeName", node.Metadata.Name);
        WriteTime(json, "startTime", node.Metadata.CreationTimestamp ?? clock.GetUtcNow());
        var at = pods.Count > 0 ? pods.Min(pod => pod.At) : clock.GetUtcNow();
        WriteUsage(json, at, pods.Sum(pod => pod.NanoCores), pods.Sum(pod => pod.MemoryBytes),
            pods.SelectMany(pod => pod.Containers));
        json.WriteEndObject();
        json.WriteStartArray("pods");
        foreach (var pod in pods) WritePod(json, pod);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WritePod(Utf8JsonWriter json, PodUsage usage)
    {
        json.WriteStartObject();
        json.WriteStartObject("podRef");
        json.WriteString("name", usage.Pod.Metadata.Name);
        json.WriteString("namespace", usage.Pod.Metadata.Namespace);
        json.WriteString("uid", usage.Pod.Metadata.Uid);
        json.WriteEndObject();
        if (usage.Pod.Status.StartTime is { } start) WriteTime(json, "startTime", start);
        json.WriteStartArray("containers");
        foreach (var container in usage.Containers)
        {
            json.WriteStartObject();
            json.WriteString("name", container.Name);
            WriteUsage(json, container.Rate.At, container.Rate.NanoCores, container.Rate.MemoryBytes, [container]);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        WriteUsage(json, usage.At, usage.NanoCores, usage.MemoryBytes, usage.Containers);
        json.WriteEndObject();
    }

    private static void WriteUsage(
        Utf8JsonWriter json, DateTimeOffset at, long nanoCores, long memoryBytes, IEnumerable<NamedRate> parts)
    {
        json.WriteStartObject("cpu");
        WriteTime(json, "time", at);
        json.WriteNumber("usageNanoCores", nanoCores);
        json.WriteNumber("usageCoreNanoSeconds", parts.Sum(part => part.Rate.CpuTime.Ticks * 100));
        json.WriteEndObject();
        json.WriteStartObject("memory");
        WriteTime(json, "time", at);
        json.WriteNumber("workingSetBytes", memoryBytes);
        json.WriteEndObject();
    }

    private static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset time) =>
        json.WriteString(name, time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
}
