namespace Orchestrator.Api.Meta;

/// <summary>
/// A place in an object, and the list that all errors found from there go to. Checks add what they find and go on, so
/// that the user sees everything that is wrong at once.
/// </summary>
public sealed class FieldErrors
{
    private readonly List<FieldError> _found;

    private FieldErrors(string path, List<FieldError> found)
    {
        Path = path;
        _found = found;
    }

    /// <summary>Starts at the root of an object.</summary>
    public FieldErrors() : this("", []) { }

    /// <summary>Path of the place: <c>spec.containers[0]</c>.</summary>
    public string Path { get; }

    /// <summary>Everything found so far, from the root on.</summary>
    public IReadOnlyList<FieldError> Found => _found;

    /// <summary>The field of that name below this place.</summary>
    public FieldErrors this[string child] => new(Path.Length == 0 ? child : $"{Path}.{child}", _found);

    /// <summary>The element of this list.</summary>
    public FieldErrors this[int index] => new($"{Path}[{index}]", _found);

    /// <summary>The entry of this map.</summary>
    public FieldErrors Key(string key) => new($"{Path}[{key}]", _found);

    /// <summary>The field must be set.</summary>
    public void Required(string detail = "") => _found.Add(FieldError.Required(Path, detail));

    /// <summary>The value cannot stand.</summary>
    public void Invalid(object? value, string detail) => _found.Add(FieldError.Invalid(Path, value, detail));

    /// <summary>The value breaks each of these rules.</summary>
    public void Invalid(object? value, IEnumerable<string> details)
    {
        foreach (var detail in details) Invalid(value, detail);
    }

    /// <summary>The value is none of those allowed.</summary>
    public void NotSupported(object? value, params IEnumerable<string> supported) =>
        _found.Add(FieldError.NotSupported(Path, value, supported));

    /// <summary>The value stands there twice.</summary>
    public void Duplicate(object? value) => _found.Add(FieldError.Duplicate(Path, value));

    /// <summary>What the field refers to is not there.</summary>
    public void NotFound(object? value) => _found.Add(FieldError.NotFound(Path, value));

    /// <summary>The field may not be set, or not be changed.</summary>
    public void Forbidden(string detail) => _found.Add(FieldError.Forbidden(Path, detail));

    /// <summary>The text is longer than allowed.</summary>
    public void TooLong(int maxBytes) => _found.Add(FieldError.TooLong(Path, maxBytes));

    /// <summary>The list has more items than allowed.</summary>
    public void TooMany(int actual, int max) => _found.Add(FieldError.TooMany(Path, actual, max));

    /// <summary>A number below zero is refused.</summary>
    public void CheckNotNegative(long value)
    {
        if (value < 0) Invalid(value, "must be greater than or equal to 0");
    }

    /// <summary>One of the values allowed, or an error; an empty value is required to be set.</summary>
    public void CheckOneOf(string? value, params IReadOnlyList<string> allowed)
    {
        if (string.IsNullOrEmpty(value)) Required();
        else if (!allowed.Contains(value)) NotSupported(value, allowed);
    }
}
