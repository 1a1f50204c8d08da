using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1.Validation;

/// <summary>What holds for environment variables and for references to fields of the pod.</summary>
internal static class EnvValidation
{
    private static readonly string[] FieldsOfEnv =
    [
        "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName",
        "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs",
    ];

    private static readonly string[] FieldsOfVolume =
        ["metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"];

    private static readonly string[] Resources =
    [
        "limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu", "requests.ephemeral-storage",
        "requests.memory",
    ];

    private static readonly string[] ByteDivisors =
        ["1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"];

    public static void Check(FieldErrors at, Container container)
    {
        for (var i = 0; i < container.Env.Count; i++)
        {
            var variable = container.Env[i];
            if (variable.Name.Length == 0) at["env"][i]["name"].Required();
            else at["env"][i]["name"].Invalid(variable.Name, NameRules.EnvVarName(variable.Name));
            if (variable.ValueFrom is { } source) CheckSource(at["env"][i]["valueFrom"], source, variable.Value);
        }
        for (var i = 0; i < container.EnvFrom.Count; i++) CheckFrom(at["envFrom"], i, container.EnvFrom[i]);
    }

    /// <summary>The field of the pod that a variable, or a file when <paramref name="isVolume"/>, is made of.</summary>
    public static void CheckField(FieldErrors at, ObjectFieldSelector field, bool isVolume)
    {
        if (string.IsNullOrEmpty(field.ApiVersion)) at["apiVersion"].Required();
        if (field.FieldPath.Length == 0)
        {
            at["fieldPath"].Required();
            return;
        }
        var allowed = isVolume ? FieldsOfVolume : FieldsOfEnv;
        var bracket = field.FieldPath.IndexOf("['", StringComparison.Ordinal);
        if (bracket < 0 || !field.FieldPath.EndsWith("']", StringComparison.Ordinal))
        {
            if (!allowed.Contains(field.FieldPath)) at["fieldPath"].NotSupported(field.FieldPath, allowed);
            return;
        }
        var (path, key) = (field.FieldPath[..bracket], field.FieldPath[(bracket + 2)..^2]);
        if (path == "metadata.annotations") at.Invalid(key, NameRules.QualifiedName(key.ToLowerInvariant()));
        else if (path == "metadata.labels") at.Invalid(key, NameRules.QualifiedName(key));
        else at.Invalid(path, "does not support subscript");
    }

    /// <summary>The resource of a container that a variable or a file is made of.</summary>
    public static void CheckResource(FieldErrors at, ResourceFieldSelector field, bool isVolume)
    {
        var resource = field.Resource;
        if (isVolume && string.IsNullOrEmpty(field.ContainerName)) at["containerName"].Required();
        else if (resource.Length == 0) at["resource"].Required();
        else if (!Resources.Contains(resource) && !resource.Contains("s.hugepages-"))
        {
            at["resource"].NotSupported(resource, Resources);
        }
        if (field.Divisor is not { } divisor || divisor == Quantity.Zero) return;
        if (resource.EndsWith(".cpu", StringComparison.Ordinal))
        {
            if (divisor.ToString() is not ("1" or "1m"))
            {
                at["divisor"].Invalid(resource, "only divisor's values 1m and 1 are supported with the cpu resource");
            }
        }
        else if (!ByteDivisors.Contains(divisor.ToString()))
        {
            var what = resource.EndsWith(".memory", StringComparison.Ordinal) ? "memory" : "local ephemeral storage";
            at["divisor"].Invalid(resource,
                $"only divisor's values {string.Join(", ", ByteDivisors)} are supported with the {what} resource");
        }
    }

    private static void CheckSource(FieldErrors at, EnvVarSource source, string? value)
    {
        var count = 0;
        if (source.FieldRef is { } field)
        {
            count++;
            CheckField(at["fieldRef"], field, isVolume: false);
        }
        if (source.ResourceFieldRef is { } resource)
        {
            count++;
            CheckResource(at["resourceFieldRef"], resource, isVolume: false);
        }
        if (source.ConfigMapKeyRef is { } config)
        {
            count++;
            CheckKey(at["configMapKeyRef"], config.Name, config.Key);
        }
        if (source.SecretKeyRef is { } secret)
        {
            count++;
            CheckKey(at["secretKeyRef"], secret.Name, secret.Key);
        }
        if (count == 0)
        {
            at.Invalid("", "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`");
        }
        else if (!string.IsNullOrEmpty(value)) at.Invalid("", "may not be specified when `value` is not empty");
        else if (count > 1) at.Invalid("", "may not have more than one field specified at a time");
    }

    private static void CheckKey(FieldErrors at, string? name, string key)
    {
        at["name"].Invalid(name ?? "", NameRules.DnsSubdomain(name ?? ""));
        if (key.Length == 0) at["key"].Required();
        else at["key"].Invalid(key, NameRules.ConfigKey(key));
    }

    private static void CheckFrom(FieldErrors at, int i, EnvFromSource source)
    {
        if (source.Prefix is { Length: > 0 } prefix) at[i]["prefix"].Invalid(prefix, NameRules.EnvVarName(prefix));
        if (source.ConfigMapRef is { } config) CheckName(at[i]["configMapRef"]["name"], config.Name);
        if (source.SecretRef is { } secret) CheckName(at[i]["secretRef"]["name"], secret.Name);
        if (source is { ConfigMapRef: null, SecretRef: null })
        {
            at.Invalid("", "must specify one of: `configMapRef` or `secretRef`");
        }
        else if (source is { ConfigMapRef: not null, SecretRef: not null })
        {
            at.Invalid("", "may not have more than one field specified at a time");
        }
    }

    private static void CheckName(FieldErrors at, string? name)
    {
        if (string.IsNullOrEmpty(name)) at.Required();
        else at.Invalid(name, NameRules.DnsSubdomain(name));
    }
}
