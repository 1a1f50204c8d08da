namespace Orchestrator.Api.Meta;

/// <summary>One thing wrong with one field. The factories spell the reference's texts.</summary>
/// <param name="Field">Path from the object's root: <c>spec.containers[0].image</c>.</param>
/// <param name="Reason">Machine-readable cause, such as <c>FieldValueInvalid</c>.</param>
/// <param name="Detail">The text without the field: <c>Required value</c>.</param>
public sealed record FieldError(string Field, string Reason, string Detail)
{
    /// <summary>The field must be set.</summary>
    public static FieldError Required(string field, string detail = "") =>
        new(field, "FieldValueRequired", detail.Length == 0 ? "Required value" : $"Required value: {detail}");

    /// <summary>The value cannot stand. Texts are quoted, numbers are not.</summary>
    public static FieldError Invalid(string field, object? value, string detail) =>
        new(field, "FieldValueInvalid", $"Invalid value: {GoText.Of(value)}: {detail}");

    /// <summary>The value is none of those allowed.</summary>
    public static FieldError NotSupported(string field, object? value, params IEnumerable<string> supported) =>
        new(field, "FieldValueNotSupported",
            $"Unsupported value: {GoText.Of(value)}: supported values: {string.Join(", ", supported.Select(s => $"\"{s}\""))}");

    /// <summary>The value stands there twice.</summary>
    public static FieldError Duplicate(string field, object? value) =>
        new(field, "FieldValueDuplicate", $"Duplicate value: {GoText.Of(value)}");

    /// <summary>What the field refers to is not there.</summary>
    public static FieldError NotFound(string field, object? value) =>
        new(field, "FieldValueNotFound", $"Not found: {GoText.Of(value)}");

    /// <summary>The field may not be set, or not be changed.</summary>
    public static FieldError Forbidden(string field, string detail) =>
        new(field, "FieldValueForbidden", $"Forbidden: {detail}");

    /// <summary>The text is longer than allowed.</summary>
    public static FieldError TooLong(string field, int maxBytes) =>
        new(field, "FieldValueTooLong", $"Too long: may not be more than {maxBytes} bytes");

    /// <summary>The list has more items than allowed.</summary>
    public static FieldError TooMany(string field, int actual, int max) =>
        new(field, "FieldValueTooMany", $"Too many: {actual}: must have at most {max} items");

    /// <inheritdoc />
    public override string ToString() => $"{Field}: {Detail}";
}
