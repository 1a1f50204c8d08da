using System.Globalization;

namespace Orchestrator.Api.Selectors;

/// <summary>One condition of a label selector; prints as clients write it: <c>tier in (a,b)</c>.</summary>
/// <param name="Key">The label.</param>
/// <param name="Operator">How it is compared.</param>
/// <param name="Values">With what; sorted, empty for the two existence operators.</param>
public sealed record LabelRequirement(string Key, LabelOperator Operator, IReadOnlyList<string> Values)
{
    /// <summary>The labels meet the condition. A missing label meets <c>!=</c> and <c>notin</c>.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        var isSet = labels.TryGetValue(Key, out var value);
        return Operator switch
        {
            LabelOperator.Equals or LabelOperator.In => isSet && Values.Contains(value!),
            LabelOperator.NotEquals or LabelOperator.NotIn => !isSet || !Values.Contains(value!),
            LabelOperator.Exists => isSet,
            LabelOperator.DoesNotExist => !isSet,
            LabelOperator.GreaterThan => isSet && Number(value) is { } more && more > Number(Values[0]),
            _ => isSet && Number(value) is { } less && less < Number(Values[0]),
        };
    }

    /// <inheritdoc />
    public bool Equals(LabelRequirement? other) =>
        other is not null && Key == other.Key && Operator == other.Operator && Values.SequenceEqual(other.Values);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Key, Operator, Values.Count);

    /// <inheritdoc />
    public override string ToString() => Operator switch
    {
        LabelOperator.Equals => $"{Key}={Values[0]}",
        LabelOperator.NotEquals => $"{Key}!={Values[0]}",
        LabelOperator.In => $"{Key} in ({string.Join(',', Values)})",
        LabelOperator.NotIn => $"{Key} notin ({string.Join(',', Values)})",
        LabelOperator.Exists => Key,
        LabelOperator.DoesNotExist => $"!{Key}",
        LabelOperator.GreaterThan => $"{Key}>{Values[0]}",
        _ => $"{Key}<{Values[0]}",
    };

    private static long? Number(string? text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
