using System.Text;
using Orchestrator.Api.Core.V1;

namespace Orchestrator.Nodes.Environments;

/// <summary>The environment variables of one container, frozen when it starts.</summary>
/// <param name="Variables">In the order they were defined; a later definition of a name replaces the earlier
/// value.</param>
/// <param name="Skipped">Sentences about keys that are no names of variables.</param>
public sealed record ContainerEnvironment(
    IReadOnlyDictionary<string, string> Variables, IReadOnlyList<string> Skipped)
{
    /// <summary>As an engine wants them.</summary>
    public IReadOnlyList<string> Lines => [.. Variables.Select(pair => $"{pair.Key}={pair.Value}")];

    /// <summary>
    /// Services, envFrom in order, then env: a value may refer to variables defined before it.
    /// </summary>
    /// <exception cref="ContainerConfigException">Something that is not optional is missing.</exception>
    public static ContainerEnvironment Build(PodOnNode facts, Container container, INodeInputs inputs)
    {
        var variables = new OrderedDictionary<string, string>();
        var skipped = new List<string>();
        foreach (var (name, value) in ServiceVariables.Of(
            facts.Pod, inputs.FindServices(facts.Pod.Metadata.Namespace ?? "")))
        {
            variables[name] = value;
        }
        foreach (var source in container.EnvFrom)
        {
            var (what, pairs) = Read(facts, source, inputs);
            var named = pairs.Select(pair => (Name: source.Prefix + pair.Key, pair.Value)).ToList();
            foreach (var (name, value) in named.Where(pair => IsName(pair.Name))) variables[name] = value;
            var bad = named.Where(pair => !IsName(pair.Name)).Select(pair => pair.Name).ToList();
            if (bad.Count > 0)
            {
                skipped.Add($"Keys [{string.Join(", ", bad)}] from the EnvFrom {what} were skipped since they are "
                    + "considered invalid environment variable names.");
            }
        }
        foreach (var variable in container.Env)
        {
            if (Value(facts, container, variable, variables, inputs) is { } value) variables[variable.Name] = value;
        }
        return new ContainerEnvironment(variables, skipped);
    }

    private static (string What, IEnumerable<(string Key, string Value)> Pairs) Read(
        PodOnNode facts, EnvFromSource source, INodeInputs inputs)
    {
        var ns = facts.Pod.Metadata.Namespace ?? "";
        if (source.ConfigMapRef is { } map)
        {
            var found = inputs.FindConfigMap(ns, map.Name ?? "");
            if (found is null && map.Optional != true)
                throw new ContainerConfigException($"configmap \"{map.Name}\" not found");
            return ($"configMap {ns}/{map.Name}", Sorted(found?.Data.Select(pair => (pair.Key, pair.Value))));
        }
        if (source.SecretRef is { } secret)
        {
            var found = inputs.FindSecret(ns, secret.Name ?? "");
            if (found is null && secret.Optional != true)
                throw new ContainerConfigException($"secret \"{secret.Name}\" not found");
            return ($"secret {ns}/{secret.Name}", Sorted(found?.Data.Select(pair => (pair.Key, Text(pair.Value)))));
        }
        return ("", []);
    }

    private static string? Value(
        PodOnNode facts, Container container, EnvVar variable, OrderedDictionary<string, string> before,
        INodeInputs inputs)
    {
        if (variable.ValueFrom is not { } from) return Expansion.Expand(variable.Value ?? "", before);
        if (from.FieldRef is { } field) return FieldReferences.Field(facts, field.FieldPath);
        if (from.ResourceFieldRef is { } resource) return FieldReferences.Resource(facts, container, resource);
        var ns = facts.Pod.Metadata.Namespace ?? "";
        if (from.ConfigMapKeyRef is { } map)
        {
            var found = inputs.FindConfigMap(ns, map.Name ?? "");
            return Key(found?.Data.GetValueOrDefault(map.Key), found is not null, map.Optional,
                $"configmap \"{map.Name}\" not found", $"couldn't find key {map.Key} in ConfigMap {ns}/{map.Name}");
        }
        if (from.SecretKeyRef is { } secret)
        {
            var found = inputs.FindSecret(ns, secret.Name ?? "");
            var bytes = found?.Data.GetValueOrDefault(secret.Key);
            return Key(bytes is null ? null : Text(bytes), found is not null, secret.Optional,
                $"secret \"{secret.Name}\" not found", $"couldn't find key {secret.Key} in Secret {ns}/{secret.Name}");
        }
        return "";
    }

    private static string? Key(string? value, bool isFound, bool? optional, string noObject, string noKey)
    {
        if (value is not null || optional == true) return value;
        throw new ContainerConfigException(isFound ? noKey : noObject);
    }

    private static IEnumerable<(string Key, string Value)> Sorted(IEnumerable<(string Key, string Value)>? pairs) =>
        (pairs ?? []).OrderBy(pair => pair.Key, StringComparer.Ordinal);

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    private static bool IsName(string name) => name.Length > 0 && !char.IsAsciiDigit(name[0])
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_') && name is not ("." or "..");
}
