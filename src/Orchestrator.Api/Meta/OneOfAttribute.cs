namespace Orchestrator.Api.Meta;

/// <summary>
/// The values a text may have, or each text of a list. Validation refuses others, and schemas name these.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OneOfAttribute(params string[] values) : Attribute
{
    /// <summary>All of them, in the order in which a refusal names them.</summary>
    public IReadOnlyList<string> Values { get; } = values;
}
