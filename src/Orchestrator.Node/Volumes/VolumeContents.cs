using System.Text;
using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Environments;

namespace Orchestrator.Nodes.Volumes;

/// <summary>What files a volume made from objects of the cluster holds now. Reads only what is handed in.</summary>
public static class VolumeContents
{
    private const int DefaultMode = 0b110_100_100;

    /// <summary>The files, or null when the volume is not of that sort.</summary>
    /// <exception cref="VolumeException">Something that is not optional is missing.</exception>
    public static IReadOnlyList<VolumeFile>? Of(PodOnNode facts, Volume volume, INodeInputs inputs)
    {
        if (volume.ConfigMap is { } map)
        {
            return ConfigMap(facts, volume.Name, inputs, map.Name, map.Items, map.Optional,
                map.DefaultMode ?? DefaultMode);
        }
        if (volume.Secret is { } secret)
        {
            return Secret(
                facts, volume.Name, inputs, secret.SecretName, secret.Items, secret.Optional,
                secret.DefaultMode ?? DefaultMode);
        }
        if (volume.DownwardAPI is { } downward)
        {
            return Downward(facts, volume.Name, downward.Items, downward.DefaultMode ?? DefaultMode);
        }
        return volume.Projected is { } projected
            ? [.. projected.Sources.SelectMany(
                source => Source(facts, volume.Name, source, inputs, projected.DefaultMode ?? DefaultMode))]
            : null;
    }

    /// <summary>
    /// Whether all that the volume holds can never change, so that nobody need look again. An object that takes the
    /// name of an immutable one is another, which this pod does not show.
    /// </summary>
    public static bool IsFinal(Pod pod, Volume volume, INodeInputs inputs)
    {
        var ns = pod.Metadata.Namespace ?? "";
        return volume switch
        {
            { ConfigMap: { } map } => IsFixed(map.Name, null),
            { Secret: { } secret } => IsFixed(null, secret.SecretName),
            { Projected.Sources: { Count: > 0 } sources } => sources.All(
                source => IsFixed(source.ConfigMap?.Name, source.Secret?.Name)),
            _ => false,
        };

        bool IsFixed(string? map, string? secret) =>
            (map is not null && inputs.FindConfigMap(ns, map)?.Immutable == true)
            || (secret is not null && inputs.FindSecret(ns, secret)?.Immutable == true);
    }

    private static IReadOnlyList<VolumeFile> Source(
        PodOnNode facts, string volume, VolumeProjection source, INodeInputs inputs, int mode)
    {
        if (source.ConfigMap is { } map)
            return ConfigMap(facts, volume, inputs, map.Name, map.Items, map.Optional, mode);
        if (source.Secret is { } secret)
            return Secret(facts, volume, inputs, secret.Name, secret.Items, secret.Optional, mode);
        if (source.DownwardAPI is { } downward) return Downward(facts, volume, downward.Items, mode);
        return source.ServiceAccountToken is { } token ? TokenFiles.Of(facts, volume, token, inputs, mode) : [];
    }

    private static IReadOnlyList<VolumeFile> ConfigMap(
        PodOnNode facts, string volume, INodeInputs inputs, string? name, IReadOnlyList<KeyToPath> items,
        bool? optional, int mode)
    {
        var found = inputs.FindConfigMap(facts.Pod.Metadata.Namespace ?? "", name ?? "");
        if (found is null)
        {
            return optional == true ? [] : throw new VolumeException(volume, $"configmap \"{name}\" not found");
        }
        var payload = found.Data.Select(pair => (pair.Key, Value: Encoding.UTF8.GetBytes(pair.Value)))
            .Concat(found.BinaryData.Select(pair => (pair.Key, pair.Value)));
        return Pick(volume, payload, items, optional, mode, "config");
    }

    private static IReadOnlyList<VolumeFile> Secret(
        PodOnNode facts, string volume, INodeInputs inputs, string? name, IReadOnlyList<KeyToPath> items,
        bool? optional, int mode)
    {
        var found = inputs.FindSecret(facts.Pod.Metadata.Namespace ?? "", name ?? "");
        if (found is null)
        {
            return optional == true ? [] : throw new VolumeException(volume, $"secret \"{name}\" not found");
        }
        return Pick(volume, found.Data.Select(pair => (pair.Key, pair.Value)), items, optional, mode, "secret");
    }

    private static IReadOnlyList<VolumeFile> Pick(
        string volume, IEnumerable<(string Key, byte[] Value)> payload, IReadOnlyList<KeyToPath> items,
        bool? optional, int mode,
        string sort)
    {
        if (items.Count == 0) return [.. payload.Select(pair => new VolumeFile(pair.Key, pair.Value, mode))];
        var byKey = payload.ToDictionary(pair => pair.Key, pair => pair.Value);
        var missing = items.FirstOrDefault(item => !byKey.ContainsKey(item.Key));
        if (missing is not null && optional != true)
        {
            throw new VolumeException(volume, $"references non-existent {sort} key: {missing.Key}");
        }
        return [.. items.Where(item => byKey.ContainsKey(item.Key))
            .Select(item => new VolumeFile(item.Path, byKey[item.Key], item.Mode ?? mode))];
    }

    private static List<VolumeFile> Downward(
        PodOnNode facts, string volume, IReadOnlyList<DownwardAPIVolumeFile> items, int mode)
    {
        try
        {
            return [.. items.Select(
                item => new VolumeFile(item.Path ?? "", Encoding.UTF8.GetBytes(Text(facts, item)), item.Mode ?? mode))];
        }
        catch (ContainerConfigException refused)
        {
            throw new VolumeException(volume, refused.Message);
        }
    }

    private static string Text(PodOnNode facts, DownwardAPIVolumeFile item)
    {
        if (item.FieldRef is { } field) return FieldReferences.Field(facts, field.FieldPath);
        return item.ResourceFieldRef is { } resource ? FieldReferences.Resource(facts, new Container(), resource) : "";
    }
}
