using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1.Validation;

/// <summary>What holds for volumes.</summary>
internal static class VolumeValidation
{
    private const int ModeMax = 511;

    private static readonly IReadOnlyList<string> HostPathTypes =
        Choices.Of<HostPathVolumeSource>(nameof(HostPathVolumeSource.Type));

    public static void Check(FieldErrors at, IReadOnlyList<Volume> volumes)
    {
        var names = new HashSet<string>();
        for (var i = 0; i < volumes.Count; i++)
        {
            CheckSource(at[i], volumes[i]);
            if (volumes[i].Name.Length == 0) at[i]["name"].Required();
            else at[i]["name"].Invalid(volumes[i].Name, NameRules.DnsLabel(volumes[i].Name));
            if (!names.Add(volumes[i].Name)) at[i]["name"].Duplicate(volumes[i].Name);
        }
    }

    /// <summary>A path that stays below where it starts.</summary>
    public static void CheckBelow(FieldErrors at, string? path)
    {
        if (string.IsNullOrEmpty(path)) return;
        if (path.StartsWith('/')) at.Invalid(path, "must be a relative path");
        CheckNoBacksteps(at, path);
    }

    private static void CheckNoBacksteps(FieldErrors at, string path)
    {
        if (path.Split('/').Contains("..")) at.Invalid(path, "must not contain '..'");
    }

    private static void CheckSource(FieldErrors at, Volume volume)
    {
        var sources = VolumeSources.Of(volume);
        if (sources.Count == 0) at.Required("must specify a volume type");
        foreach (var further in sources.Skip(1)) at[further].Forbidden("may not specify more than 1 volume type");
        switch (sources is [var first, ..] ? first : "")
        {
            case "emptyDir" when volume.EmptyDir!.SizeLimit is { IsNegative: true }:
                at["emptyDir"]["sizeLimit"].Forbidden("SizeLimit field must be a valid resource quantity");
                break;
            case "hostPath":
                CheckHostPath(at["hostPath"], volume.HostPath!);
                break;
            case "secret":
                CheckName(at["secret"]["secretName"], volume.Secret!.SecretName);
                CheckMode(at["secret"]["defaultMode"], volume.Secret.DefaultMode);
                CheckItems(at["secret"]["items"], volume.Secret.Items);
                break;
            case "configMap":
                CheckName(at["configMap"]["name"], volume.ConfigMap!.Name);
                CheckMode(at["configMap"]["defaultMode"], volume.ConfigMap.DefaultMode);
                CheckItems(at["configMap"]["items"], volume.ConfigMap.Items);
                break;
            case "downwardAPI":
                CheckMode(at["downwardAPI"]["defaultMode"], volume.DownwardAPI!.DefaultMode);
                CheckFiles(at["downwardAPI"]["items"], volume.DownwardAPI.Items);
                break;
            case "projected":
                CheckProjected(at["projected"], volume.Projected!);
                break;
            case "persistentVolumeClaim":
                CheckName(at["persistentVolumeClaim"]["claimName"], volume.PersistentVolumeClaim!.ClaimName);
                break;
            case "ephemeral":
                ClaimTemplateValidation.Check(at["ephemeral"]["volumeClaimTemplate"], volume.Ephemeral!);
                break;
            case "nfs":
                CheckNfs(at["nfs"], volume.Nfs!);
                break;
            case "csi":
                CheckName(at["csi"]["driver"], volume.Csi!.Driver);
                break;
            default:
                break;
        }
    }

    public static void CheckHostPath(FieldErrors at, HostPathVolumeSource source)
    {
        if (source.Path.Length == 0)
        {
            at["path"].Required();
            return;
        }
        CheckNoBacksteps(at["path"], source.Path);
        if (source.Type is { } type && !HostPathTypes.Contains(type)) at["type"].NotSupported(type, HostPathTypes);
    }

    public static void CheckNfs(FieldErrors at, NFSVolumeSource source)
    {
        if (string.IsNullOrEmpty(source.Server)) at["server"].Required();
        if (string.IsNullOrEmpty(source.Path)) at["path"].Required();
        else if (!source.Path.StartsWith('/')) at["path"].Invalid(source.Path, "must be an absolute path");
    }

    private static void CheckName(FieldErrors at, string? name)
    {
        if (string.IsNullOrEmpty(name)) at.Required();
    }

    private static void CheckMode(FieldErrors at, int? mode)
    {
        if (mode is < 0 or > ModeMax)
        {
            at.Invalid(mode, "must be a number between 0 and 0777 (octal), both inclusive");
        }
    }

    private static void CheckItems(FieldErrors at, IReadOnlyList<KeyToPath> items)
    {
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i].Key.Length == 0) at[i]["key"].Required();
            CheckFilePath(at[i]["path"], items[i].Path);
            CheckMode(at[i]["mode"], items[i].Mode);
        }
    }

    private static void CheckFiles(FieldErrors at, IReadOnlyList<DownwardAPIVolumeFile> files)
    {
        for (var i = 0; i < files.Count; i++)
        {
            var file = files[i];
            CheckFilePath(at[i]["path"], file.Path ?? "");
            CheckMode(at[i]["mode"], file.Mode);
            if (file.FieldRef is { } field)
            {
                EnvValidation.CheckField(at[i]["fieldRef"], field, isVolume: true);
                if (file.ResourceFieldRef is not null)
                {
                    at[i].Invalid("resource", "fieldRef and resourceFieldRef can not be specified simultaneously");
                }
            }
            else if (file.ResourceFieldRef is { } resource)
            {
                EnvValidation.CheckResource(at[i]["resourceFieldRef"], resource, isVolume: true);
            }
            else at[i].Required("one of fieldRef and resourceFieldRef is required");
        }
    }

    private static void CheckFilePath(FieldErrors at, string path)
    {
        if (path.Length == 0)
        {
            at.Required();
            return;
        }
        CheckBelow(at, path);
        if (path.StartsWith("..", StringComparison.Ordinal) && !path.StartsWith("../", StringComparison.Ordinal))
        {
            at.Invalid(path, "must not start with '..'");
        }
    }

    private static void CheckProjected(FieldErrors at, ProjectedVolumeSource source)
    {
        CheckMode(at["defaultMode"], source.DefaultMode);
        for (var i = 0; i < source.Sources.Count; i++)
        {
            var part = source.Sources[i];
            var here = at["sources"][i];
            var count = (part.Secret is null ? 0 : 1) + (part.DownwardAPI is null ? 0 : 1)
                + (part.ConfigMap is null ? 0 : 1)
                + (part.ServiceAccountToken is null ? 0 : 1) + (part.ClusterTrustBundle is null ? 0 : 1);
            if (count > 1) here.Forbidden("may not specify more than 1 volume type per source");
            if (count == 0) here.Required("must specify a volume type");
            if (part.Secret is { } secret)
            {
                CheckName(here["secret"]["name"], secret.Name);
                CheckItems(here["secret"]["items"], secret.Items);
            }
            if (part.ConfigMap is { } config)
            {
                CheckName(here["configMap"]["name"], config.Name);
                CheckItems(here["configMap"]["items"], config.Items);
            }
            if (part.DownwardAPI is { } downward) CheckFiles(here["downwardAPI"]["items"], downward.Items);
            if (part.ServiceAccountToken is { } token) CheckToken(here["serviceAccountToken"], token);
        }
    }

    private static void CheckToken(FieldErrors at, ServiceAccountTokenProjection token)
    {
        if (token.ExpirationSeconds < 600)
        {
            at["expirationSeconds"].Invalid(token.ExpirationSeconds, "may not specify a duration less than 10 minutes");
        }
        if (token.ExpirationSeconds > 1L << 32)
        {
            at["expirationSeconds"].Invalid(
                token.ExpirationSeconds, "may not specify a duration larger than 2^32 seconds");
        }
        CheckFilePath(at["path"], token.Path ?? "");
    }
}
