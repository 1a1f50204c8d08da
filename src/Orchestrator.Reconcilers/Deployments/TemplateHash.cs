using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Naming;

namespace Orchestrator.Reconcilers.Deployments;

/// <summary>Compares and hashes pod templates by what they say, not by how it was spelt.</summary>
public static class TemplateHash
{
    /// <summary>The label that tells the sets of one Deployment apart.</summary>
    public const string Label = "pod-template-hash";

    // Templates do not change and are compared at every pass.
    private static readonly ConditionalWeakTable<PodTemplateSpec, byte[]> Known = new();

    /// <summary>The template as bytes, keys sorted, without the hash label; equal templates have equal bytes.</summary>
    public static ReadOnlySpan<byte> Canonical(PodTemplateSpec template) => Known.GetValue(template, Reckon);

    /// <summary>Both say the same.</summary>
    public static bool AreEqual(PodTemplateSpec a, PodTemplateSpec b) =>
        ReferenceEquals(a, b) || Canonical(a).SequenceEqual(Canonical(b));

    /// <summary>The hash of a template; each collision gives another.</summary>
    public static string Of(PodTemplateSpec template, int collisions) =>
        GeneratedNames.HashTemplate(Canonical(template), collisions > 0 ? collisions : null);

    /// <summary>Labels and one more.</summary>
    public static IReadOnlyDictionary<string, string> With(IReadOnlyDictionary<string, string> labels, string hash) =>
        new Dictionary<string, string>(labels) { [Label] = hash };

    private static byte[] Reckon(PodTemplateSpec template)
    {
        var plain = template.Metadata.Labels.ContainsKey(Label)
            ? template with { Metadata = template.Metadata with { Labels = Without(template.Metadata.Labels) } }
            : template;
        var json = JsonSerializer.SerializeToUtf8Bytes(plain, ApiJson.TypeInfo(typeof(PodTemplateSpec)));
        using var document = JsonDocument.Parse(json);
        var buffer = new ArrayBufferWriter<byte>(json.Length);
        using (var writer = new Utf8JsonWriter(buffer)) WriteSorted(writer, document.RootElement);
        return buffer.WrittenSpan.ToArray();
    }

    private static Dictionary<string, string> Without(IReadOnlyDictionary<string, string> labels) =>
        labels.Where(pair => pair.Key != Label).ToDictionary(pair => pair.Key, pair => pair.Value);

    private static void WriteSorted(Utf8JsonWriter writer, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var property in element.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(property.Name);
                    WriteSorted(writer, property.Value);
                }
                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray()) WriteSorted(writer, item);
                writer.WriteEndArray();
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }
}
