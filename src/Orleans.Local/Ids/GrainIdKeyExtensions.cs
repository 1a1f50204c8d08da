using System.Globalization;

namespace Orleans.Runtime;

/// <summary>
/// Writes and reads Guid and integer keys: hexadecimal text, with an optional extension after a plus sign.
/// </summary>
public static class GrainIdKeyExtensions
{
    public static IdSpan CreateIntegerKey(long key) => IdSpan.Create(key.ToString("X", CultureInfo.InvariantCulture));

    public static IdSpan CreateIntegerKey(long key, string? keyExtension) =>
        IdSpan.Create(WithExtension(key.ToString("X", CultureInfo.InvariantCulture), keyExtension));

    public static IdSpan CreateGuidKey(Guid key) => IdSpan.Create(key.ToString("N"));

    public static IdSpan CreateGuidKey(Guid key, string? keyExtension) =>
        IdSpan.Create(WithExtension(key.ToString("N"), keyExtension));

    public static bool TryGetIntegerKey(this GrainId grainId, out long key, out string? keyExt)
    {
        var text = SplitExtension(grainId, out keyExt);
        return long.TryParse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out key);
    }

    public static bool TryGetGuidKey(this GrainId grainId, out Guid key, out string? keyExt) =>
        Guid.TryParseExact(SplitExtension(grainId, out keyExt), "N", out key);

    public static long GetIntegerKey(this GrainId grainId) => grainId.GetIntegerKey(out _);

    public static long GetIntegerKey(this GrainId grainId, out string? keyExt) =>
        grainId.TryGetIntegerKey(out var key, out keyExt) ? key : throw Wrong(grainId, "an integer");

    public static Guid GetGuidKey(this GrainId grainId) => grainId.GetGuidKey(out _);

    public static Guid GetGuidKey(this GrainId grainId, out string? keyExt) =>
        grainId.TryGetGuidKey(out var key, out keyExt) ? key : throw Wrong(grainId, "a Guid");

    private static string WithExtension(string key, string? extension) =>
        string.IsNullOrEmpty(extension) ? key : $"{key}+{extension}";

    private static string SplitExtension(GrainId id, out string? extension)
    {
        var text = id.Key.ToString();
        var plus = text.IndexOf('+');
        extension = plus < 0 ? null : text[(plus + 1)..];
        return plus < 0 ? text : text[..plus];
    }

    private static InvalidOperationException Wrong(GrainId id, string what) =>
        new($"The key of grain {id} is not {what}.");
}
