using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1.Validation;

/// <summary>What holds for ConfigMaps.</summary>
internal static class ConfigMapValidation
{
    /// <summary>The most bytes that the values of a ConfigMap or a Secret may have together.</summary>
    public const int BytesMax = 1024 * 1024;

    public const string WhenImmutable = "field is immutable when `immutable` is set";

    public static IReadOnlyList<FieldError> Check(ConfigMap map, ConfigMap? old)
    {
        var errors = new FieldErrors();
        var bytes = 0L;
        foreach (var (key, value) in map.Data)
        {
            CheckKey(errors["data"].Key(key), key, map.BinaryData.ContainsKey(key), "binaryData");
            bytes += System.Text.Encoding.UTF8.GetByteCount(value);
        }
        foreach (var (key, value) in map.BinaryData)
        {
            CheckKey(errors["binaryData"].Key(key), key, map.Data.ContainsKey(key), "data");
            bytes += value.Length;
        }
        // The reference names no field here: the whole object is too big.
        if (bytes > BytesMax) errors["[]"].TooLong(BytesMax);
        if (old?.Immutable != true) return errors.Found;
        if (map.Immutable != true) errors["immutable"].Forbidden(WhenImmutable);
        if (!ApiJson.AreSame(new ConfigMap { Data = map.Data }, new ConfigMap { Data = old.Data }))
            errors["data"].Forbidden(WhenImmutable);
        var (bytesNow, bytesBefore) =
            (new ConfigMap { BinaryData = map.BinaryData }, new ConfigMap { BinaryData = old.BinaryData });
        if (!ApiJson.AreSame(bytesNow, bytesBefore)) errors["binaryData"].Forbidden(WhenImmutable);
        return errors.Found;
    }

    private static void CheckKey(FieldErrors at, string key, bool isInOther, string other)
    {
        at.Invalid(key, NameRules.ConfigKey(key));
        if (isInOther) at.Invalid(key, $"duplicate of key present in {other}");
    }
}
