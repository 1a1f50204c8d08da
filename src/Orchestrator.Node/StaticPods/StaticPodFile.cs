using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Decoding;
using Orchestrator.Api.Meta;

namespace Orchestrator.Nodes.StaticPods;

/// <summary>
/// One manifest of a node's folder as the pod that the node runs. Nobody admits it, so it must stand by itself: it may
/// name nothing that only the API knows.
/// </summary>
internal static class StaticPodFile
{
    private const int HashBytes = 16;

    /// <summary>The pod, named after the node and known by what its file says.</summary>
    /// <param name="file">Name of the file; two files of one text are two pods.</param>
    /// <param name="text">What it holds, YAML or JSON.</param>
    /// <param name="nodeName">The node.</param>
    /// <param name="now">When it was first seen as it is.</param>
    /// <exception cref="ApiException">It is no pod, or none that can run so; says why.</exception>
    public static Pod Read(string file, ReadOnlySpan<byte> text, string nodeName, DateTimeOffset now)
    {
        if (JsonTrees.Parse(Yaml.ToJson(text)) is not JsonObject tree)
            throw ApiException.BadRequest("it holds no object");
        if (!IsText(tree["apiVersion"], "v1") || !IsText(tree["kind"], "Pod"))
            throw ApiException.BadRequest("it is no object of apiVersion v1 and kind Pod");
        var sent = (Pod)ObjectDecoder.Decode(Pod.Kind, JsonTrees.ToBytes(tree), FieldValidation.Strict).Object;
        if (sent.Metadata.Name is not { Length: > 0 } name) throw ApiException.BadRequest("metadata.name is missing");
        if (Foreign(sent) is { } foreign)
            throw ApiException.BadRequest($"static pods may not reference {foreign}");
        var hash = HashOf(sent, nodeName, file);
        var pod = new Pod
        {
            Metadata = new ObjectMeta
            {
                Name = $"{name}-{nodeName}",
                Namespace = sent.Metadata.Namespace is { Length: > 0 } ns ? ns : "default",
                Uid = hash,
                Labels = sent.Metadata.Labels,
                Annotations = Marked(sent.Metadata.Annotations, hash, now),
            },
            Spec = sent.Spec with
            {
                NodeName = nodeName,
                Tolerations =
                    [.. sent.Spec.Tolerations, new Toleration { Operator = "Exists", Effect = "NoExecute" }],
            },
        };
        pod = (Pod)Pod.Kind.Defaulted(pod);
        return Pod.Kind.Check(pod, null) is { Count: > 0 } errors
            ? throw ApiException.Invalid(Pod.Kind, name, errors)
            : pod;
    }

    private static bool IsText(JsonNode? node, string text) =>
        node is JsonValue value && value.TryGetValue<string>(out var said) && said == text;

    // Not the pod with its defaults: a release that has other ones would restart everything.
    private static string HashOf(Pod sent, string nodeName, string file)
    {
        var said = Encoding.UTF8.GetBytes($"\nhost:{nodeName}\nfile:{file}");
        return Convert.ToHexStringLower(SHA256.HashData([.. ApiJson.Write(sent), .. said])[..HashBytes]);
    }

    private static Dictionary<string, string> Marked(
        IReadOnlyDictionary<string, string> annotations, string hash, DateTimeOffset now)
    {
        var marked = new Dictionary<string, string>(annotations)
        {
            [MirrorPods.SourceAnnotation] = MirrorPods.FileSource,
            [MirrorPods.HashAnnotation] = hash,
            [MirrorPods.SeenAnnotation] = now.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture),
        };
        marked.Remove(MirrorPods.MirrorAnnotation);
        return marked;
    }

    // What the pod would wait for in vain when the API is away, or may not have for want of an account.
    private static string? Foreign(Pod pod)
    {
        var spec = pod.Spec;
        if (!string.IsNullOrEmpty(spec.ServiceAccountName) || !string.IsNullOrEmpty(spec.ServiceAccount))
            return "serviceaccounts";
        if (spec.ImagePullSecrets.Count > 0) return "secrets";
        if (spec.ResourceClaims.Count > 0) return "resourceclaims";
        var containers = spec.InitContainers.Concat(spec.Containers).ToList();
        if (containers.Any(UsesSecret) || spec.Volumes.Any(UsesSecret)) return "secrets";
        if (containers.Any(UsesConfigMap) || spec.Volumes.Any(UsesConfigMap)) return "configmaps";
        if (spec.Volumes.Any(volume => volume.PersistentVolumeClaim is not null || volume.Ephemeral is not null))
            return "persistentvolumeclaims";
        return spec.Volumes.Any(volume => Sources(volume).Any(source => source.ServiceAccountToken is not null))
            ? "serviceaccounts"
            : null;
    }

    private static bool UsesSecret(Container container) =>
        container.Env.Any(variable => variable.ValueFrom?.SecretKeyRef is not null)
        || container.EnvFrom.Any(source => source.SecretRef is not null);

    private static bool UsesSecret(Volume volume) =>
        volume.Secret is not null || Sources(volume).Any(source => source.Secret is not null);

    private static bool UsesConfigMap(Container container) =>
        container.Env.Any(variable => variable.ValueFrom?.ConfigMapKeyRef is not null)
        || container.EnvFrom.Any(source => source.ConfigMapRef is not null);

    private static bool UsesConfigMap(Volume volume) =>
        volume.ConfigMap is not null || Sources(volume).Any(source => source.ConfigMap is not null);

    private static IReadOnlyList<VolumeProjection> Sources(Volume volume) => volume.Projected?.Sources ?? [];
}
