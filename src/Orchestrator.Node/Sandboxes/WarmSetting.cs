using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Orchestrator.Nodes.Sandboxes;

/// <summary>How many warm sandboxes a node keeps: none, a fixed number, or as many as pods lately asked for.</summary>
/// <param name="Fixed">The number; null follows the demand.</param>
public sealed record WarmSetting(int? Fixed)
{
    /// <summary>The annotation of a Node that overrules what its process was started with.</summary>
    public const string Annotation = "orchestrator.io/warm-sandboxes";

    /// <summary>What can be written, for sentences.</summary>
    public const string Forms = "off, auto or a number from 1 to 64";

    private const int FixedMax = 64;

    /// <summary>None are kept.</summary>
    public static WarmSetting Off { get; } = new(0);

    /// <summary>As many as lately asked for, within bounds.</summary>
    public static WarmSetting Auto { get; } = new((int?)null);

    /// <summary>None are kept.</summary>
    public bool IsOff => Fixed == 0;

    /// <summary>Reads <c>off</c>, <c>auto</c> or a number.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out WarmSetting? setting)
    {
        setting = text?.Trim() switch
        {
            "off" or "0" => Off,
            "auto" => Auto,
            { } word when int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number is > 0 and <= FixedMax => new WarmSetting(number),
            _ => null,
        };
        return setting is not null;
    }

    /// <inheritdoc />
    public override string ToString() =>
        IsOff ? "off" : Fixed?.ToString(CultureInfo.InvariantCulture) ?? "auto";
}
