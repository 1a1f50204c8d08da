using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1.Validation;

/// <summary>What holds for counts of pods that may be given as a share of all.</summary>
internal static class CountRules
{
    /// <summary>A number that is not negative, or a percentage.</summary>
    public static void Check(FieldErrors at, IntOrString count)
    {
        if (count.Number is { } number) at.CheckNotNegative(number);
        else if (count.Text is not { Length: > 1 } text || !text.EndsWith('%') || !text[..^1].All(char.IsAsciiDigit))
        {
            at.Invalid(
                count, "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or "
                + "'93%', regex used for validation is '[0-9]+%')");
        }
    }

    /// <summary>No percentage beyond all of them.</summary>
    public static void CheckAtMostAll(FieldErrors at, IntOrString count)
    {
        if (count.Text is not null && count.Of(100, roundUp: true) > 100)
        {
            at.Invalid(count, "must not be greater than 100%");
        }
    }
}
