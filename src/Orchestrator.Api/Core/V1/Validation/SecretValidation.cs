using System.Text.Json;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1.Validation;

/// <summary>What holds for Secrets. No value of a secret ever stands in an error.</summary>
internal static class SecretValidation
{
    private const string AccountAnnotation = "kubernetes.io/service-account.name";

    public static IReadOnlyList<FieldError> Check(Secret secret, Secret? old)
    {
        var errors = new FieldErrors();
        var at = errors["data"];
        foreach (var key in secret.Data.Keys) at.Key(key).Invalid(key, NameRules.ConfigKey(key));
        if (secret.Data.Values.Sum(value => (long)value.Length) > ConfigMapValidation.BytesMax)
        {
            at.TooLong(ConfigMapValidation.BytesMax);
        }
        CheckType(errors, secret);
        if (old is null) return errors.Found;
        if (secret.Type != old.Type) errors["type"].Invalid(secret.Type, "field is immutable");
        if (old.Immutable != true) return errors.Found;
        if (secret.Immutable != true) errors["immutable"].Forbidden(ConfigMapValidation.WhenImmutable);
        if (!ApiJson.AreSame(new Secret { Data = secret.Data }, new Secret { Data = old.Data }))
            at.Forbidden(ConfigMapValidation.WhenImmutable);
        return errors.Found;
    }

    private static void CheckType(FieldErrors errors, Secret secret)
    {
        var at = errors["data"];
        switch (secret.Type)
        {
            case "kubernetes.io/service-account-token":
                if (string.IsNullOrEmpty(secret.Metadata.Annotations.GetValueOrDefault(AccountAnnotation)))
                {
                    errors["metadata"]["annotations"].Key(AccountAnnotation).Required();
                }
                break;
            case "kubernetes.io/dockercfg":
                CheckJson(at.Key(".dockercfg"), secret, ".dockercfg");
                break;
            case "kubernetes.io/dockerconfigjson":
                CheckJson(at.Key(".dockerconfigjson"), secret, ".dockerconfigjson");
                break;
            case "kubernetes.io/basic-auth":
                if (secret.Data.ContainsKey("username") || secret.Data.ContainsKey("password")) break;
                at.Key("username").Required();
                at.Key("password").Required();
                break;
            case "kubernetes.io/ssh-auth":
                if (secret.Data.GetValueOrDefault("ssh-privatekey") is not { Length: > 0 })
                    at.Key("ssh-privatekey").Required();
                break;
            case "kubernetes.io/tls":
                if (!secret.Data.ContainsKey("tls.crt")) at.Key("tls.crt").Required();
                if (!secret.Data.ContainsKey("tls.key")) at.Key("tls.key").Required();
                break;
            default:
                break;
        }
    }

    private static void CheckJson(FieldErrors at, Secret secret, string key)
    {
        if (!secret.Data.TryGetValue(key, out var bytes)) at.Required();
        else if (!IsJsonObject(bytes)) at.Invalid("<secret contents redacted>", "must be a JSON object");
    }

    private static bool IsJsonObject(byte[] bytes)
    {
        var reader = new Utf8JsonReader(bytes);
        try
        {
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject && reader.TrySkip();
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
