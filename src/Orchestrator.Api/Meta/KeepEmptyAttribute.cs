namespace Orchestrator.Api.Meta;

/// <summary>
/// Marks a string or list that is written even when empty. All other empty strings, lists and maps are left out of the
/// JSON, as the reference implementation does, so that two spellings of one template compare equal.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class KeepEmptyAttribute : Attribute;
